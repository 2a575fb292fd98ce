"""Before a shift ends the agent keeps, hands over, or lets go; and whoever gets it reads the note first."""

from datetime import time, timedelta

import pytest

from teams.models import AgentSkill, Shift, User
from tests.cast import MONDAY, make_agent
from tickets.events import Cause, EventKind
from tickets.models import Ticket
from tickets.services.conversing import reply
from tickets.services.handing_over import hand_over_from_absent
from tickets.services.leaving import (
    NobodyElse,
    NotTheirs,
    foresee_leaving,
    hand_over,
    hand_over_note,
    keep_ticket,
)

ENDS = MONDAY + timedelta(hours=1)


@pytest.fixture
def berta(cast):
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=3)
    return berta


@pytest.fixture
def leaving(cast):
    """Amir's ticket is due long before he is back on the next Monday."""
    ticket = cast.open_ticket()
    Shift.objects.create(user=cast.amir, weekday=0, starts=time(9), ends=time(11))
    return ticket


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def test_what_leaves_at_the_end_of_the_shift_is_known_before(cast, leaving):
    foreseen = foresee_leaving(cast.amir, at=MONDAY + timedelta(minutes=30))
    assert (foreseen.ends_at, foreseen.tickets) == (ENDS, [leaving])
    assert foreseen.back_at == MONDAY.replace(hour=9) + timedelta(days=7)
    assert foreseen.is_soon(MONDAY + timedelta(minutes=30))
    assert not foreseen.is_soon(MONDAY)


def test_whoever_does_not_work_or_works_on_leaves_nothing(cast, leaving, berta):
    assert foresee_leaving(cast.amir, at=ENDS) is None
    assert foresee_leaving(berta, at=MONDAY) is None


def test_what_is_kept_stays_and_is_shown_as_kept(cast, leaving, berta):
    keep_ticket(leaving, by=cast.amir, at=MONDAY)
    hand_over_from_absent(as_of=ENDS)
    assert fresh(leaving).assignee == cast.amir
    foreseen = foresee_leaving(cast.amir, at=MONDAY)
    assert (foreseen.tickets, foreseen.kept) == ([], [leaving])


def test_what_nobody_decides_about_moves_by_itself(cast, leaving, berta):
    hand_over_from_absent(as_of=ENDS)
    assert fresh(leaving).assignee == berta
    assert fresh(leaving).events.filter(cause=Cause.SHIFT_ENDED).count() == 1


def test_an_absence_moves_also_what_was_kept(cast, leaving, berta):
    keep_ticket(leaving, by=cast.amir, at=MONDAY)
    User.objects.filter(pk=cast.amir.pk).update(is_active=False)
    hand_over_from_absent(as_of=ENDS)
    assert fresh(leaving).assignee == berta


def test_a_hand_over_goes_to_the_next_best_with_its_note(cast, leaving, berta):
    hand_over(leaving, by=cast.amir, note="The bank has answered, see the file.", at=MONDAY)
    ticket = fresh(leaving)
    assert ticket.assignee == berta
    note = hand_over_note(ticket)
    assert (note.body, note.author, note.is_internal) == ("The bank has answered, see the file.", cast.amir, True)
    event = ticket.events.filter(kind=EventKind.ASSIGNED).order_by("-seq").first()
    assert (event.data["note"], event.actor) == (note.pk, cast.amir)


def test_the_note_is_shown_until_the_next_agent_has_answered(cast, leaving, berta):
    hand_over(leaving, by=cast.amir, note="Over to you.", at=MONDAY)
    reply(fresh(leaving), body="Hello, Berta here.", by=berta, channel="web", at=MONDAY)
    assert hand_over_note(fresh(leaving)) is None


def test_letting_go_is_a_hand_over_without_a_note(cast, leaving, berta):
    hand_over(leaving, by=cast.amir, at=MONDAY)
    assert fresh(leaving).assignee == berta
    assert hand_over_note(fresh(leaving)) is None


def test_somebody_may_be_named_also_of_another_team(cast, leaving):
    hand_over(leaving, by=cast.amir, note="Yours, I think.", to=cast.noor, at=MONDAY)
    ticket = fresh(leaving)
    assert (ticket.assignee, ticket.team) == (cast.noor, cast.technical)
    assert hand_over_note(ticket).body == "Yours, I think."


def test_when_nobody_else_works_it_stays_and_the_note_is_not_written(cast, leaving):
    User.objects.filter(pk__in=[cast.lena.pk, cast.noor.pk]).update(is_active=False)
    with pytest.raises(NobodyElse):
        hand_over(leaving, by=cast.amir, note="Please.", at=MONDAY)
    assert fresh(leaving).assignee == cast.amir
    assert not leaving.messages.filter(is_internal=True).exists()


def test_only_the_assignee_keeps_and_hands_over(cast, leaving, berta):
    for act in (keep_ticket, hand_over):
        with pytest.raises(NotTheirs):
            act(leaving, by=berta, at=MONDAY)


def test_another_assignee_keeps_nothing_that_the_first_one_kept(cast, leaving, berta):
    keep_ticket(leaving, by=cast.amir, at=MONDAY)
    hand_over(leaving, by=cast.amir, at=MONDAY)
    assert fresh(leaving).kept_until is None
