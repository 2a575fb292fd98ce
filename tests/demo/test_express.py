"""The express category: a minute is enough to see a promise warn, break and climb."""

from datetime import timedelta

import pytest

from escalation.models import EscalationPolicy, SlaPolicy
from escalation.services.firing import fire_due_levels
from escalation.services.sweeping import sweep_clocks
from helpdesk.demo.cast import AGENTS, on_shift
from helpdesk.demo.desk import set_up_desk
from helpdesk.demo.express import EXPRESS, load_express
from helpdesk.demo.numbers import give_numbers
from helpdesk.schedule import SWEEPS
from notifications.channels import SMS
from notifications.models import Delivery
from notifications.services.telling import tell
from teams.models import User
from tests.cast import MONDAY
from tickets.models import Category, Channel, Priority, RoutingRule, TicketEvent
from tickets.services.conversing import reply
from tickets.services.opening import open_ticket

TOLD = ("sla.warned", "sla.breached", "escalation.raised", "ticket.assigned", "ticket.priority_changed")


@pytest.fixture
def express(db):
    set_up_desk(as_of=MONDAY)
    return load_express()


def ask(category, at=MONDAY):
    rosa = User.objects.get(email="rosa.keller@uni.example")
    return open_ticket(
        title="Now!", description="At once", requester=rosa, by=rosa, channel=Channel.WEB, category=category, at=at
    )


def play(seconds, every, *, begins=MONDAY):
    """What the sweeps do in the first seconds, at their own pace."""
    for second in range(every, seconds + 1, every):
        at = begins + timedelta(seconds=second)
        sweep_clocks(as_of=at, limit=100)
        fire_due_levels(as_of=at, limit=100)


@pytest.fixture
def pace():
    (seconds,) = {sweep.every_seconds for sweep in SWEEPS if sweep.name in ("sweep_clocks", "fire_levels")}
    return seconds


def test_within_a_minute_it_warns_breaks_its_promise_and_climbs_three_levels(express, pace):
    ticket = ask(express)
    play(60, pace)

    events = TicketEvent.objects.filter(ticket=ticket, kind__in=TOLD, at__gt=MONDAY).order_by("seq")
    own = EscalationPolicy.objects.get(name="Express").pk
    climbed = [event.data["level"] for event in events if event.data.get("policy") == own]
    assert climbed == [1, 2, 3]
    kinds = [event.kind for event in events]
    assert kinds.count("sla.warned") == kinds.count("sla.breached") == 1
    levels = [event.at for event in events if event.data.get("policy") == own]
    assert levels == sorted(set(levels)), "each step has a turn of its own"
    ticket.refresh_from_db()
    assert ticket.priority > Priority.MEDIUM


@pytest.mark.parametrize("hour", [2, 10, 20])
def test_at_the_third_level_whoever_works_now_gets_a_text(express, pace, settings, hour):
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:1/messages"
    give_numbers()
    begins = MONDAY.replace(hour=hour)
    ask(express, at=begins)
    play(60, pace, begins=begins)
    facts = TicketEvent.objects.select_related("ticket__requester", "ticket__assignee", "ticket__team", "actor")
    tell(list(facts.order_by("pk")), at=begins + timedelta(minutes=1))

    texted = set(Delivery.objects.filter(channel=SMS).values_list("recipient__email", flat=True))
    assert {agent.email for agent in on_shift("payments", at=begins)} <= texted
    assert texted <= {agent.email for agent in AGENTS if agent.works_at(begins)}


def test_an_answer_in_time_keeps_the_promise(express, pace):
    ticket = ask(express)
    reply(ticket, body="At once.", by=ticket.assignee, channel=Channel.WEB, at=MONDAY + timedelta(seconds=9))
    play(60, pace)

    kinds = set(TicketEvent.objects.filter(ticket=ticket).values_list("kind", flat=True))
    assert kinds.isdisjoint({"sla.breached", "escalation.raised"})


def test_no_other_ticket_hurries(express, pace):
    ticket = ask(Category.objects.get(slug="payment"))
    play(60, pace)

    assert ticket.first_response_due_at - MONDAY > timedelta(minutes=20)
    assert not TicketEvent.objects.filter(ticket=ticket, kind="escalation.raised").exists()


def test_loading_it_twice_is_harmless(express):
    assert load_express() == express

    assert RoutingRule.objects.filter(category__slug=EXPRESS).count() == 1
    assert (
        SlaPolicy.objects.filter(name="Express").count() == EscalationPolicy.objects.filter(name="Express").count() == 1
    )


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_somebody_is_there_to_take_it_at_any_hour(express, hour):
    ticket = ask(express, at=MONDAY + timedelta(hours=hour))

    assert ticket.assignee is not None
    assert not ticket.is_reserved
