"""Who hears of what, and who does not."""

from datetime import time, timedelta

import pytest
from django.utils.timezone import now

from escalation.services.firing import fire_due_levels
from escalation.services.sweeping import sweep_clocks
from notifications.models import Notification
from teams.models import OnCallShift, Shift, TeamMembership, User
from tests.cast import MONDAY, make_agent
from tests.escalation.desk import HOUR, climb, promise
from tests.notifications.desk import mailed, told
from tickets.models import Priority
from tickets.services.assigning import assign_ticket, decide_due_assignments, take_back
from tickets.services.conversing import AfterSending, add_note, reply
from tickets.services.following import add_tag, add_watcher
from tickets.services.prioritising import change_priority
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import reopen_ticket, resolve_ticket

LATER = MONDAY + timedelta(minutes=10)


@pytest.fixture
def ticket(cast):
    """Opened, assigned to Amir, and all that told already."""
    promise()
    climb((100, [{"do": "notify", "who": "watchers"}]))
    ticket = cast.open_ticket()
    told()
    Notification.objects.all().delete()
    return ticket


def test_opening_tells_the_requester_the_assignee_and_the_teams_inboxes(cast):
    ticket = cast.open_ticket()
    assert set(told(ticket)) == {
        ("opened", "Rosa", "requester"),
        ("opened", "Lena", "team"),
        ("assigned", "Amir", "assignee"),
    }
    assert mailed() == [("Amir", ("assigned",)), ("Rosa", ("opened",))]


def test_who_asks_gets_a_receipt_whoever_typed_it(cast):
    for by in (cast.rosa, cast.ada, None):
        assert ("opened", "Rosa", "requester") in told(cast.open_ticket(by=by))


def test_when_staff_write_first_the_requester_gets_their_words_and_no_receipt(cast):
    ticket = cast.open_ticket(by=cast.lena, author=cast.lena)
    assert [row[:2] for row in told(ticket) if row[1] == "Rosa"] == [("contacted", "Rosa")]


def test_a_reservation_tells_nobody_and_the_shifts_start_does(cast):
    TeamMembership.objects.exclude(user=cast.amir).delete()
    Shift.objects.create(user=cast.amir, weekday=0, starts=time(12), ends=time(20))
    ticket = cast.open_ticket()
    assert ticket.is_reserved
    assert [row for row in told(ticket) if row[0] == "assigned"] == []
    decide_due_assignments(as_of=MONDAY + 2 * HOUR)
    assert ("assigned", "Amir", "assignee") in told(ticket)


def test_an_agents_reply_tells_the_requester_and_the_followers_but_not_the_agent(cast, ticket):
    for follower in (cast.otto, cast.noor):
        add_watcher(ticket, user=follower, by=cast.lena, at=LATER)
    reply(ticket, body="Hello", by=cast.amir, channel="web", at=LATER)
    assert {row[:2] for row in told(ticket)} == {("replied", "Rosa"), ("replied", "Otto"), ("replied", "Noor")}


def test_a_customers_reply_tells_the_assignee(cast, ticket):
    reply(ticket, body="Hello?", by=cast.rosa, channel="web", at=LATER)
    assert told(ticket) == [("replied", "Amir", "assignee")]


def test_a_customers_reply_to_nobody_is_in_the_teams_inboxes(cast, ticket):
    before = mailed()
    take_back(ticket, by=cast.lena, at=LATER)
    reply(ticket, body="Hello?", by=cast.rosa, channel="web", at=LATER)
    assert set(told(ticket)) == {("replied", "Amir", "team"), ("replied", "Lena", "team")}
    assert mailed() == before


def test_a_following_customers_reply_tells_the_requester_as_well(cast, ticket):
    add_watcher(ticket, user=cast.otto, by=cast.lena, at=LATER)
    reply(ticket, body="Me too", by=cast.otto, channel="web", at=LATER)
    assert {row[1] for row in told(ticket)} == {"Rosa", "Amir"}


def test_a_colleagues_reply_tells_the_assignee_too(cast, ticket):
    reply(ticket, body="Hello", by=cast.lena, channel="web", at=LATER)
    assert {row[1] for row in told(ticket)} == {"Rosa", "Amir"}


def test_what_a_machine_wrote_goes_to_inboxes_only(cast, ticket):
    before = len(mailed())
    reply(ticket, body="I am out of office", by=cast.rosa, channel="email", is_automatic=True, at=LATER)
    assert told(ticket) == [("replied", "Amir", "assignee")]
    assert len(mailed()) == before


def test_a_note_is_for_staff_and_never_mailed(cast, ticket):
    before = len(mailed())
    add_watcher(ticket, user=cast.otto, by=cast.lena, at=LATER)
    add_note(ticket, body="psst", by=cast.lena, at=LATER)
    assert told(ticket) == [("noted", "Amir", "assignee")]
    assert len(mailed()) == before


@pytest.mark.parametrize(
    "act",
    [
        lambda cast, ticket: change_priority(ticket, to=Priority.HIGH, by=cast.lena, at=LATER),
        lambda cast, ticket: add_tag(ticket, name="refund", by=cast.lena, at=LATER),
        lambda cast, ticket: assign_ticket(ticket, to=cast.lena, by=cast.lena, at=LATER),
    ],
)
def test_customers_never_hear_of_inner_affairs(cast, ticket, act):
    act(cast, ticket)
    assert "Rosa" not in {row[1] for row in told(ticket)}


def test_waiting_resolving_and_reopening_tell_the_requester(cast, ticket):
    wait_for_customer(ticket, by=cast.amir, at=LATER)
    assert told(ticket) == [("pending", "Rosa", "requester")]
    resolve_ticket(ticket, by=cast.amir, at=LATER)
    assert ("resolved", "Rosa", "requester") in told(ticket)
    reopen_ticket(ticket, by=cast.amir, at=LATER)
    assert ("reopened", "Rosa", "requester") in told(ticket)


def test_nobody_hears_of_their_own_acts(cast, ticket):
    resolve_ticket(ticket, by=cast.rosa, at=LATER)
    reopen_ticket(ticket, by=cast.rosa, at=LATER)
    assert {row[:2] for row in told(ticket)} == {("resolved", "Amir"), ("reopened", "Amir")}


def test_a_warning_tells_the_assignee_and_a_breach_the_lead_as_well(cast, ticket):
    sweep_clocks(as_of=MONDAY + 3 * HOUR)
    assert told(ticket) == [("warned", "Amir", "assignee")]
    sweep_clocks(as_of=MONDAY + 4 * HOUR)
    assert {row[1] for row in told(ticket) if row[0] == "breached"} == {"Amir", "Lena"}


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("assignee", {"Amir"}),
        ("team", {"Amir", "Lena"}),
        ("lead", {"Lena"}),
        ("watchers", {"Noor"}),
        ("leads_lead", {"Gerda"}),
        ("on_call", {"Lena"}),
    ],
)
def test_an_escalation_tells_the_roles_it_names(cast, who, names):
    make_agent("Gerda", cast.general, role=TeamMembership.Role.LEAD)
    for team, user in ((cast.billing, cast.lena), (cast.technical, cast.amir)):
        OnCallShift.objects.create(
            team=team, user=user, starts_at=now() - timedelta(hours=1), ends_at=now() + timedelta(hours=1)
        )
    promise()
    climb((75, [{"do": "add_watcher", "who": "leads_lead"}, {"do": "notify", "who": who}]))
    ticket = cast.open_ticket()
    add_watcher(ticket, user=cast.noor, by=cast.lena, at=MONDAY)
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    told_of_it = {row[1] for row in told(ticket) if row[0] == "escalated"}
    assert told_of_it - ({"Gerda"} if who == "watchers" else set()) == names


def test_whoever_may_not_see_the_ticket_is_told_nothing(cast):
    promise()
    climb((75, [{"do": "notify", "who": f"user:{cast.noor.pk}"}, {"do": "notify", "who": f"user:{cast.otto.pk}"}]))
    ticket = cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    assert not [row for row in told(ticket) if row[1] in ("Noor", "Otto")]


def test_people_who_left_are_told_nothing(cast, ticket):
    User.objects.filter(pk=cast.amir.pk).update(is_active=False)
    reply(ticket, body="Hello?", by=cast.rosa, channel="web", at=LATER)
    assert "Amir" not in {row[1] for row in told(ticket)}


def test_with_several_reasons_the_most_personal_one_is_given(cast, ticket):
    add_watcher(ticket, user=cast.amir, by=cast.lena, at=LATER)
    reply(ticket, body="Hello?", by=cast.rosa, channel="web", at=LATER)
    assert told(ticket) == [("replied", "Amir", "assignee")]


def test_what_one_person_did_at_once_is_one_mail(cast, ticket):
    before = mailed()
    reply(ticket, body="Which card?", by=cast.amir, channel="web", then=AfterSending.WAIT, at=LATER)
    new = [row for row in mailed() if row not in before]
    assert new == [("Rosa", ("replied",))]
    reply(ticket, body="Done.", by=cast.amir, channel="web", then=AfterSending.RESOLVE, at=LATER + HOUR)
    assert ("Rosa", ("replied", "resolved")) in mailed()
