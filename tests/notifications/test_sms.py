"""Text messages: to whom, about what, when not, and over which conversation with the gateway."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from escalation.kinds import ESCALATION_RAISED
from escalation.models import Escalation
from escalation.services.firing import fire_due_levels
from notifications.channels import EMAIL, SMS
from notifications.choices import choices_of
from notifications.models import ChannelPreference, Delivery, MobileNumber
from notifications.models.mobile import as_number
from notifications.services.delivering import deliver_due
from teams.models import Absence, OnCallShift, Shift
from tests.cast import assemble, make_agent
from tests.escalation.desk import climb, promise
from tests.notifications.gateway import Gateway
from tests.notifications.sockets import done, listening
from tickets.models import Priority, TicketEvent
from tickets.relay import relay
from tickets.services.assigning import assign_ticket

NUMBERS = {"amir": "+491701234567", "lena": "+491707654321"}
State = Delivery.State


@pytest.fixture
def gateway(settings):
    with Gateway() as opened:
        settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = opened.url, "secret"
        yield opened


@pytest.fixture
def numbers(cast):
    for name, number in NUMBERS.items():
        MobileNumber.objects.create(user=getattr(cast, name), number=number)


def send():
    relay()
    return deliver_due(as_of=now())


def texts():
    return Delivery.objects.filter(channel=SMS)


def climb_to_the_top(cast, who="lead"):
    """A ticket whose three levels are all due: the third acts, and tells everybody."""
    promise()
    climb(
        (10, [{"do": "notify", "who": who}]), (20, [{"do": "notify", "who": who}]), (30, [{"do": "notify", "who": who}])
    )
    ticket = cast.open_ticket(at=now() - timedelta(hours=3))
    relay()
    Delivery.objects.all().delete()
    fire_due_levels(as_of=now())
    return ticket


def test_the_third_level_reaches_the_lead_by_text(cast, numbers, gateway, smtp):
    ticket = climb_to_the_top(cast)
    send()

    ((number, text),) = gateway.texts
    assert number == NUMBERS["lena"]
    assert text.startswith(f"[{ticket.reference}] Level 3: Charged twice\nhttp")
    path, headers, _message = gateway.received[0]
    assert path == "/messages?account=7"
    assert headers["Authorization"] == "Bearer secret"
    delivery = texts().get()
    assert headers["Idempotency-Key"] == str(delivery.pk)
    assert (delivery.state, delivery.outcome) == (State.SENT, '202 {"id": "m-1"}')


def test_lower_levels_are_not_worth_a_text(cast, numbers, gateway, smtp):
    promise()
    climb((10, [{"do": "notify", "who": "lead"}]), (20, [{"do": "notify", "who": "lead"}]))
    cast.open_ticket(at=now() - timedelta(hours=3))
    fire_due_levels(as_of=now())
    send()

    assert TicketEvent.objects.filter(kind=ESCALATION_RAISED).exists()
    assert Escalation.objects.exists()
    assert gateway.received == []


def test_a_critical_ticket_reaches_whoever_is_on_call_for_it(cast, numbers, gateway, smtp):
    Shift.objects.create(user=cast.amir, weekday=(now().weekday() + 3) % 7, starts=time(9), ends=time(10))
    OnCallShift.objects.create(
        team=cast.billing, user=cast.amir, starts_at=now() - timedelta(hours=1), ends_at=now() + timedelta(hours=1)
    )
    ticket = cast.open_ticket(at=now(), priority=Priority.CRITICAL, may_request_critical=True)
    assign_ticket(ticket, to=cast.amir, by=cast.ada)
    send()

    assert [number for number, _text in gateway.texts] == [NUMBERS["amir"]]


def test_other_tickets_are_not_worth_a_text(cast, numbers, gateway, smtp):
    cast.open_ticket(at=now(), priority=Priority.HIGH)
    send()

    assert gateway.received == []
    assert Delivery.objects.filter(channel=EMAIL, recipient=cast.amir).exists()


def test_nobody_off_shift_and_not_on_call_gets_one(cast, numbers, gateway, smtp):
    Shift.objects.create(user=cast.lena, weekday=(now().weekday() + 3) % 7, starts=time(9), ends=time(10))
    climb_to_the_top(cast)
    send()

    assert gateway.received == []
    assert not texts().exists()


def test_an_absence_that_begins_meanwhile_counts(cast, numbers, gateway, smtp):
    climb_to_the_top(cast)
    relay()
    Absence.objects.create(user=cast.lena, starts_at=now() - timedelta(minutes=1), ends_at=now() + timedelta(days=1))
    send()

    assert gateway.received == []
    assert (texts().get().state, texts().get().outcome) == (State.SUPPRESSED, "off_duty")


@pytest.mark.django_db(transaction=True)
def test_an_open_page_is_enough_unless_one_wants_both(gateway, smtp):
    cast = assemble()
    MobileNumber.objects.create(user=cast.lena, number=NUMBERS["lena"])

    @listening(cast.lena)
    async def scene(_page):
        await done(climb_to_the_top, cast)
        await done(send)

    assert gateway.received == []
    assert texts().get().outcome == "page_open"

    ChannelPreference.objects.create(user=cast.lena, kind="escalated", channel=SMS, is_enabled=True)
    texts().update(state=State.WAITING, outcome="")

    @listening(cast.lena)
    async def second_scene(_page):
        await done(send)

    assert len(gateway.received) == 1


def test_without_a_number_or_a_gateway_nothing_is_prepared(cast, gateway, smtp, settings):
    climb_to_the_top(cast)
    send()
    assert not texts().exists()


def test_customers_get_none(cast, gateway, smtp):
    MobileNumber.objects.create(user=cast.rosa, number="+4915112345678")
    cast.open_ticket(at=now(), priority=Priority.CRITICAL, may_request_critical=True)
    send()

    assert not texts().exists()


def test_it_is_told_once_however_often_it_runs(cast, numbers, gateway, smtp):
    climb_to_the_top(cast)
    for _again in range(3):
        send()

    assert len(gateway.received) == 1


@pytest.mark.parametrize("status", [400, 422])
def test_a_no_for_good_is_not_asked_again(cast, numbers, gateway, smtp, status):
    gateway.answer = status
    climb_to_the_top(cast)
    send()

    assert texts().get().state == State.DEAD
    assert texts().get().outcome.startswith(str(status))


@pytest.mark.parametrize("status", [0, 401, 429, 500, 503])
def test_trouble_of_the_gateway_or_with_our_token_is_tried_again_with_the_same_key(
    cast, numbers, gateway, smtp, status
):
    gateway.answer = status
    climb_to_the_top(cast)
    send()
    waiting = texts().get()
    assert (waiting.state, waiting.attempts) == (State.WAITING, 1)
    assert waiting.send_after > now()

    gateway.answer = 202
    deliver_due(as_of=now() + timedelta(minutes=5))
    assert texts().get().state == State.SENT
    assert {headers["Idempotency-Key"] for _path, headers, _message in gateway.received} == {str(waiting.pk)}


def test_a_gateway_that_is_away_gets_one_try_a_run(cast, numbers, settings, smtp):
    with Gateway() as gone:
        settings.SMS_GATEWAY_URL = gone.url
    MobileNumber.objects.create(user=cast.noor, number="+4915112345678")
    climb_to_the_top(cast, who="team")
    relay()
    send()

    assert sorted(texts().values_list("attempts", flat=True)) == [0, 1]


def test_a_batch_shares_one_connection(cast, numbers, gateway, smtp):
    climb_to_the_top(cast, who="team")
    send()

    assert len(gateway.received) == 2
    assert gateway.connections == 1


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+49 170 1234567", "+491701234567"),
        ("0049 (170) 123-45.67", "+491701234567"),
        ("+1-202-555-0143", "+12025550143"),
    ],
)
def test_a_number_as_people_write_it(typed, number):
    assert as_number(typed) == number
    MobileNumber(number=number).clean_fields(exclude=["user"])


@pytest.mark.parametrize(
    "typed", ["0170 1234567", "+49", "+0170123456", "+49170123456789012", "call me", "+٤٩١٧٠١٢٣٤٥٦٧"]
)
def test_what_is_no_number_with_a_country_code_is_refused(cast, typed):
    number = as_number(typed)
    with pytest.raises(ValidationError):
        MobileNumber(number=number).clean_fields(exclude=["user"])
    with pytest.raises(DatabaseError), transaction.atomic():
        MobileNumber.objects.create(user=cast.amir, number=number)


def test_the_text_is_short(cast, numbers, gateway, smtp):
    promise()
    climb(*[(percent, [{"do": "notify", "who": "lead"}]) for percent in (10, 20, 30)])
    cast.open_ticket(at=now() - timedelta(hours=3), title="long " * 40)
    fire_due_levels(as_of=now())
    send()

    ((_number, text),) = gateway.texts
    assert len(text.splitlines()[0]) <= 200
    assert text.splitlines()[0].endswith("…")


def test_the_choice_is_offered_for_what_may_be_texted_only(cast, gateway):
    offered = {choice.kind.slug for choices in choices_of(cast.lena) for choice in choices if choice.channel == SMS}

    assert offered == {"assigned", "escalated"}


def test_without_a_gateway_no_choice_is_offered(cast):
    assert not [choice for choices in choices_of(cast.lena) for choice in choices if choice.channel == SMS]


def test_an_agent_of_another_team_gets_none(cast, numbers, gateway, smtp):
    lead = make_agent("Ines", cast.technical, role="lead")
    MobileNumber.objects.create(user=lead, number="+4915112345678")
    climb_to_the_top(cast)
    send()

    assert [number for number, _text in gateway.texts] == [NUMBERS["lena"]]
