"""Navigation by work: what is active, what is counted, and what only administrators find."""

import re

import pytest
from django.urls import reverse

from tests.cast import MONDAY
from tickets.models import Priority
from tickets.relay import relay
from tickets.services.progressing import wait_for_customer

LIST = reverse("admin:tickets_ticket_changelist")
INBOX = reverse("admin:inbox")


def current(page):
    """The address that is marked as the one that is shown."""
    return re.findall(r'href="([^"]+)" aria-current="page"', page.split('id="main"')[0])


@pytest.mark.parametrize(
    ("address", "active"),
    [
        (INBOX, INBOX),
        (f"{LIST}?tab=at_risk", f"{LIST}?tab=at_risk"),
        (f"{LIST}?tab=all&q=card", f"{LIST}?tab=all"),
        (LIST, f"{LIST}?tab=mine"),
        (f"{LIST}?tab=nonsense", f"{LIST}?tab=mine"),
        (reverse("admin:profile"), None),
        (reverse("admin:index"), reverse("admin:index")),
        (reverse("admin:skills_matrix"), reverse("admin:load_board")),
        (reverse("admin:promises_kept"), reverse("admin:promises_kept")),
    ],
)
def test_one_link_is_active_also_when_only_the_query_differs(cast, desk, address, active):
    page = desk(cast.lena).get(address).content.decode()
    assert current(page) == ([active] if active else [])


def test_set_up_is_folded_for_administrators_and_not_there_for_agents(cast, desk):
    teams = reverse("admin:teams_team_changelist")
    assert teams in desk(cast.ada).get(INBOX).content.decode()
    assert teams not in desk(cast.amir).get(INBOX).content.decode()
    inside = desk(cast.ada).get(teams).content.decode()
    assert re.search(r'<details class="sidebar-setup" open>', inside)
    assert current(inside) == [teams]


def test_what_is_for_leads_waits_hidden_until_the_numbers_say_that_one_leads(cast, desk):
    pages = [reverse("admin:load_board"), reverse("admin:promises_kept")]
    hidden = re.compile(r'<li data-for-leads hidden>\s*<a class="sidebar-link" href="([^"]+)"')
    for person, leads in ((cast.lena, True), (cast.amir, False)):
        client = desk(person)
        assert hidden.findall(client.get(INBOX).content.decode()) == pages
        assert client.get(reverse("admin:pulse")).json()["leads"] is leads
        assert {client.get(page).status_code for page in pages} == {200 if leads else 403}
    page = desk(cast.ada).get(INBOX).content.decode()
    assert hidden.findall(page) == []
    assert all(f'href="{each}"' in page for each in pages)


def test_the_set_up_page_shows_what_one_may_change(cast, desk):
    address = reverse("admin:set_up")
    assert reverse("admin:teams_calendar_changelist") in desk(cast.ada).get(address).content.decode()
    assert "Nothing here for you to set up" in desk(cast.amir).get(address).content.decode()


def test_the_numbers_say_what_waits_where_and_for_whom(cast, desk):
    first = cast.open_ticket()
    cast.open_ticket(requester=cast.otto, by=cast.otto, priority=Priority.LOW)
    wait_for_customer(first, by=cast.amir, at=MONDAY)
    relay()
    address = reverse("admin:pulse")
    amir = desk(cast.amir).get(address).json()
    assert (amir["counts"]["mine"], amir["counts"]["waiting"], amir["counts"]["teams"]) == ("2", "1", "2")
    assert int(amir["counts"]["unread"]) >= 2
    assert not amir["may_set_up"]
    noor = desk(cast.noor).get(address).json()
    assert noor["counts"] == dict.fromkeys(noor["counts"], "0")
    assert desk(cast.ada).get(address).json()["may_set_up"]


def test_the_numbers_take_as_many_queries_however_many_there_are(cast, desk, django_assert_max_num_queries):
    client = desk(cast.amir)

    def count():
        with django_assert_max_num_queries(12) as queries:
            client.get(reverse("admin:pulse"))
        return len(queries)

    def fill():
        for _number in range(5):
            cast.open_ticket()
        relay()

    fill()
    few = count()
    fill()
    assert count() == few


@pytest.mark.parametrize("name", ["pulse", "inbox", "inbox_fresh", "preferences", "profile", "set_up"])
def test_the_frame_is_for_staff(cast, desk, client, name):
    address = reverse(f"admin:{name}")
    assert desk(cast.amir).get(address).status_code == 200
    for outsider in (client, desk(cast.rosa)):
        assert outsider.get(address)["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("name", ["inbox", "preferences", "profile"])
def test_the_frame_asks_the_database_nothing(cast, desk, django_assert_max_num_queries, name):
    """Session, reader, and at most three of the page's own."""
    client = desk(cast.amir)
    with django_assert_max_num_queries(5):
        client.get(reverse(f"admin:{name}"))


@pytest.mark.parametrize("address", [INBOX, reverse("admin:teams_team_changelist")])
def test_a_page_has_landmarks_and_one_heading(cast, desk, address):
    page = desk(cast.ada).get(address).content.decode()
    assert len(re.findall(r"<main\b", page)) == len(re.findall(r"<h1\b", page)) == 1
    names = re.findall(r'<nav[^>]* aria-label="([^"]+)"', page)
    assert len(names) == len(set(names)) == page.count("<nav")
