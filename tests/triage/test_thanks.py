"""Thanks for what is done reopen nothing; everything else does."""

import pytest

from tests.cast import MONDAY
from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.models import TriageSwitch
from tickets.services.attaching import check_upload
from tickets.services.conversing import reply
from tickets.services.resolving import reopen_ticket, resolve_ticket
from tickets.timeline.telling import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def resolved(cast):
    return resolve_ticket(cast.open_ticket(), by=cast.amir)


def write(cast, ticket, body, **more):
    reply(ticket, body=body, by=cast.rosa, channel="email", **more)
    ticket.refresh_from_db()
    return ticket


@pytest.mark.parametrize("body", ["Thank you!", "Perfect, thanks a lot!", "Vielen Dank, es funktioniert wieder 👍"])
def test_thanks_leave_it_resolved_and_are_kept(cast, resolved, body):
    ticket = write(cast, resolved, body)

    assert ticket.status == Status.RESOLVED
    assert ticket.messages.last().body == body
    kinds = list(ticket.events.order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == [EventKind.REPLIED, EventKind.THANKED]
    assert ticket.last_customer_message_at > MONDAY


def test_the_timeline_says_why_it_stayed_resolved(cast, resolved):
    ticket = write(cast, resolved, "Thank you!")

    lines = told(list(ticket.events.order_by("seq").select_related("actor", "caused_by")))
    assert lines[-1].text == "Rosa only thanked, so it stays resolved"


def test_it_can_be_reopened_all_the_same(cast, resolved):
    ticket = write(cast, resolved, "Thank you!")

    assert reopen_ticket(ticket, by=cast.rosa).status == Status.IN_PROGRESS


@pytest.mark.parametrize("body", ["Thanks, but it happened again", "Thank you. When will the refund come?", "No."])
def test_anything_else_reopens(cast, resolved, body):
    assert write(cast, resolved, body).status == Status.IN_PROGRESS


def test_thanks_with_a_file_say_more_than_thanks(cast, resolved):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = check_upload(SimpleUploadedFile("error.txt", b"it fails again"))
    assert write(cast, resolved, "Thank you!", files=[file]).status == Status.IN_PROGRESS


def test_thanks_while_it_waits_are_an_answer(cast):
    from tickets.services.progressing import wait_for_customer

    ticket = wait_for_customer(cast.open_ticket(), by=cast.amir)

    assert write(cast, ticket, "Thank you!").status == Status.IN_PROGRESS


def test_switched_off_thanks_reopen(cast, resolved):
    TriageSwitch.objects.create(target="thanks", is_on=False)

    assert write(cast, resolved, "Thank you!").status == Status.IN_PROGRESS


def test_thanks_start_no_promise_of_an_answer(cast, resolved):
    ticket = write(cast, resolved, "Thank you!")

    assert ticket.next_due_at is None
