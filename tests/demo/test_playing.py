"""What is played in memory and written in bulk is what the verbs would have written."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from helpdesk.demo.desk import set_up_desk
from helpdesk.demo.loading import load_scripts
from helpdesk.demo.script import parsed
from teams.models import Calendar
from tests.demo.replaying import differences, play_again, shown
from tickets.events import broken_link
from tickets.models import Message, Ticket, TicketEvent

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

STORIES = {
    "answered and closed by time": "@@ rosa payment high age=12d | A\nWhere is it?\n>> [20m] Here.\n<< [10m] Thanks.",
    "resolved with the first answer": "@@ otto general low age=2d | A\nHow?\n>> [20m] So.",
    "waiting": "@@ otto billing medium age=5h waiting | A\nHow?\n!! [5m] A note.\n>> [20m] Which one?",
    "waited and went on": "@@ otto account medium age=9h open | A\nHow?\n>>? [9m] Who?\n<< [2h] Me.\n>> [30m] I see.",
    "asked again": "@@ otto account medium age=4h open | A\nHow?\n>> [9m] So.\n<< [1h] Really?\n<< [10m] Hello?",
    "reopened": "@@ emre technical high age=8h open | A\nHow?\n>>. [9m] So.\n<< [2h] No!\n>> [5m] Oh.\n!! [1m] A note.",
    "nobody answers": "@@ rosa payment medium age=7h open | A\nWhere?",
    "answered too late": "@@ rosa payment high age=9h open | A\nWhere?\n>> [190m] Here.",
    "corrected": "@@ ines - medium age=6h open | A\nWhat?\n:: [20m] category payment\n>> [5m] That.\n:: [2m] tag wifi",
    "raised, and broken by that": "@@ ines account medium age=8h open | A\nWhat?\n>> [9m] That.\n:: [5h] priority critical",
    "through the night": "@@ ines technical low age=30h open | A\nWhat?\n>> [9m] That.\n<< [9h] And?\n>> [1h] This.",
    "asked for critical": "@@ mei bug-report critical age=50h | A\nIt burns.\n>> [4m] Out.\n<< [2h] Indeed.",
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_a_played_ticket_equals_one_that_went_through_the_verbs(db, story):
    set_up_desk(as_of=TUESDAY)
    for calendar in Calendar.objects.all():
        calendar.current_version()
    with transaction.atomic():
        load_scripts(tuple(parsed(STORIES[story])), as_of=TUESDAY)
        played = Ticket.objects.select_related("requester").get()
        assert broken_link(played) is None
        expected = shown(played)
        events = list(TicketEvent.objects.select_related("actor").order_by("seq"))
        messages = Message.objects.in_bulk()
        transaction.set_rollback(True)
    again = shown(play_again(events, messages, played))
    assert differences(expected, again) == []
