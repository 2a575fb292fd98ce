"""From facts to rows: once, in bulk, and at an hour that people accept."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from escalation.kinds import ESCALATION_RAISED
from escalation.services.firing import fire_due_levels
from helpdesk.core.transactions import in_transaction
from notifications.models import ChannelPreference, Delivery, Notification
from notifications.services.telling import tell
from teams.models import OnCallShift, Shift
from tests.cast import MONDAY, assemble
from tests.escalation.desk import HOUR, climb, promise
from tests.notifications.desk import mailed, told
from tests.racing import race
from tickets.models import Priority, TicketEvent
from tickets.services.assigning import assign_ticket
from tickets.services.conversing import AfterSending, reply
from tickets.services.following import add_watcher
from tickets.services.undoing import UNDO_SECONDS


def in_full(queryset):
    """As the relay loads them."""
    relations = ("ticket__requester", "ticket__assignee", "ticket__team", "ticket__category", "actor")
    return queryset.select_related(*relations).order_by("pk")


def events():
    return list(in_full(TicketEvent.objects.all()))


def test_a_second_run_changes_nothing(cast):
    cast.open_ticket()
    tell(events())
    before = (set(Notification.objects.values_list("pk")), set(Delivery.objects.values_list("pk", "dedupe_key")))
    tell(events())
    after = (set(Notification.objects.values_list("pk")), set(Delivery.objects.values_list("pk", "dedupe_key")))
    assert before == after
    assert all(delivery.notifications.count() == 1 for delivery in Delivery.objects.all())


def test_nothing_is_mailed_twice_when_a_second_run_groups_the_facts_differently(cast):
    ticket = cast.open_ticket()
    reply(ticket, body="Done.", by=cast.amir, channel="web", then=AfterSending.RESOLVE, at=MONDAY)
    everything = events()
    for some in (everything[:-1], everything, everything[-1:], everything):
        tell(some)
    assert Notification.objects.annotate(mails=Count("deliveries")).filter(mails__gt=1).count() == 0
    assert {row.notifications.count() for row in Delivery.objects.all()} == {1}


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_tell_everybody_once():
    cast = assemble()
    for _number in range(5):
        cast.open_ticket()
    facts = events()
    outcomes = race(*[lambda: in_transaction(tell)(facts)] * 4)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert Notification.objects.count() == 15
    assert sorted(row.notifications.count() for row in Delivery.objects.all()) == [1] * 10


def test_the_number_of_queries_does_not_grow_with_the_facts(cast):
    promise()
    audiences = ("assignee", "team", "lead", "leads_lead", "on_call", "watchers", f"user:{cast.ada.pk}")
    climb((75, [{"do": "notify", "who": who} for who in audiences]))

    def queries(count):
        tickets = [cast.open_ticket() for _number in range(count)]
        for ticket in tickets:
            add_watcher(ticket, user=cast.otto, by=cast.lena, at=MONDAY)
            reply(ticket, body="Hello?", by=cast.rosa, channel="web", at=MONDAY)
        fire_due_levels(as_of=MONDAY + 3 * HOUR)
        assert TicketEvent.objects.filter(ticket__in=tickets, kind=ESCALATION_RAISED).count() == count
        with CaptureQueriesContext(connection) as captured:
            tell(list(in_full(TicketEvent.objects.filter(ticket__in=tickets))))
        return len(captured)

    # The set-up is read once.
    queries(1)
    assert queries(1) == queries(25) <= 25


def test_who_wants_no_mail_gets_none_but_the_row_in_the_inbox(cast):
    ChannelPreference.objects.create(user=cast.amir, kind="assigned", channel="email", is_enabled=False)
    cast.open_ticket()
    assert ("assigned", "Amir", "assignee") in told()
    assert [name for name, _kinds in mailed()] == ["Rosa"]


@pytest.fixture
def amir_works_later(cast):
    """Amir's only shift is on Mondays from noon to eight; it is ten o'clock."""
    Shift.objects.create(user=cast.amir, weekday=0, starts=time(12), ends=time(20))
    return cast


def send_after(name):
    return Delivery.objects.get(recipient__full_name=name, notifications__kind="assigned").send_after


def give_to_amir(cast, **changes):
    ticket = cast.open_ticket(**changes)
    assign_ticket(ticket, to=cast.amir, by=cast.lena, at=MONDAY)
    tell(events(), at=MONDAY)


def test_mail_to_staff_waits_for_their_shift(amir_works_later):
    give_to_amir(amir_works_later)
    assert send_after("Amir") == MONDAY + timedelta(hours=2)


def test_critical_waits_for_nobodys_shift(amir_works_later):
    give_to_amir(amir_works_later, priority=Priority.CRITICAL, by=amir_works_later.ada)
    assert send_after("Amir") == MONDAY


def test_who_is_on_call_gets_it_as_soon_as_it_cannot_be_taken_back(amir_works_later):
    OnCallShift.objects.create(
        team=amir_works_later.billing,
        user=amir_works_later.amir,
        starts_at=MONDAY - timedelta(hours=1),
        ends_at=MONDAY + timedelta(hours=1),
    )
    give_to_amir(amir_works_later)
    assert send_after("Amir") == MONDAY + timedelta(seconds=UNDO_SECONDS)


def test_who_is_on_call_for_one_team_is_not_woken_for_another(amir_works_later):
    cast = amir_works_later
    OnCallShift.objects.create(
        team=cast.technical, user=cast.amir, starts_at=MONDAY - timedelta(hours=1), ends_at=MONDAY + timedelta(hours=1)
    )
    cast.open_ticket(category=cast.technical_category)
    give_to_amir(cast)
    assert send_after("Amir") == MONDAY + timedelta(hours=2)


def test_customers_are_written_to_at_any_hour(amir_works_later):
    amir_works_later.open_ticket()
    tell(events(), at=MONDAY)
    assert Delivery.objects.get(recipient=amir_works_later.rosa).send_after == MONDAY
