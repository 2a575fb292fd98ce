"""How often something may be tried, also when many try at once."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import RequestFactory
from django.utils.timezone import now

from teams.limits import Limit, forget_ended_tallies, network_of
from teams.models import Tally
from tests.racing import race

LIMIT = Limit("test", most=3, within=timedelta(minutes=1))


def test_as_many_as_agreed_and_not_one_more(db):
    assert [LIMIT.take("a") for _try in range(5)] == [True, True, True, False, False]


def test_things_are_counted_apart_and_in_either_case(db):
    for _try in range(3):
        LIMIT.take("Rosa@example.com")

    assert LIMIT.is_spent(" rosa@EXAMPLE.com ")
    assert not LIMIT.is_spent("otto@example.com")
    assert Limit("other", most=3, within=timedelta(minutes=1)).take("rosa@example.com")


def test_a_new_window_begins_when_the_old_one_has_ended(db):
    at = now()
    for _try in range(4):
        LIMIT.take("a", at=at)

    assert not LIMIT.take("a", at=at + timedelta(seconds=59))
    assert LIMIT.take("a", at=at + timedelta(seconds=60))
    assert not LIMIT.is_spent("a", at=at + timedelta(seconds=60))


def test_what_turned_out_well_is_given_back(db):
    for _try in range(3):
        LIMIT.take("a")
    LIMIT.give_back("a")

    assert [LIMIT.take("a"), LIMIT.take("a")] == [True, False]


def test_what_has_ended_is_forgotten(db):
    at = now()
    LIMIT.take("old", at=at - timedelta(minutes=2))
    LIMIT.take("new", at=at)

    assert forget_ended_tallies(as_of=at) == 1
    assert Tally.objects.count() == 1


def test_addresses_are_not_kept(db):
    LIMIT.take("rosa@example.com")

    assert "rosa" not in Tally.objects.get().key


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_get_more_than_agreed():
    limit = Limit("crowd", most=20, within=timedelta(minutes=1))

    assert sum(race(*[partial(limit.take, "a")] * 60)) == 20


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("", "unknown")],
)
def test_a_household_is_one_network(address, network):
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network
