"""The workers stood still for half an hour while the desk was used: nothing is missed, and nobody is flooded."""

from collections import Counter
from datetime import timedelta

from escalation import keeping
from escalation.models import Clock, Escalation, Metric
from escalation.models.clock import ClockState
from escalation.services.firing import fire_due_levels
from escalation.services.sweeping import sweep_clocks
from notifications.models import Notification
from tests.cast import MONDAY
from tests.escalation.desk import climb, promise
from tickets.models import Priority
from tickets.relay import relay
from tickets.services.conversing import reply

MINUTE = timedelta(minutes=1)
LATER = MONDAY + timedelta(days=400)


def test_after_half_an_hour_every_breach_has_its_instant_and_everybody_one_message(cast):
    promise(targets={Priority.MEDIUM: (10 / 60, 20 / 60)})
    climb(
        (50, [{"do": "notify", "who": "assignee"}]),
        (100, [{"do": "notify", "who": "lead"}]),
        (150, [{"do": "notify", "who": "lead"}, {"do": "tag", "name": "late"}]),
    )
    tickets = []
    for number in range(30):
        ticket = cast.open_ticket(at=MONDAY + number * MINUTE)
        tickets.append(ticket)
        if number % 3 == 0:
            reply(ticket, body="Hi", by=cast.amir, channel="web", at=ticket.opened_at + 5 * MINUTE)
    back = MONDAY + 60 * MINUTE
    assert not keeping.reconciliation(as_of=back).is_good
    sweep_clocks(as_of=back)
    while fire_due_levels(as_of=back):
        pass
    assert keeping.reconciliation(as_of=back).is_good
    for number, ticket in enumerate(tickets):
        clock = Clock.objects.get(ticket=ticket, metric=Metric.FIRST_RESPONSE)
        if number % 3 == 0:
            assert clock.state == ClockState.MET
        else:
            assert clock.breached_at == ticket.opened_at + 10 * MINUTE
        resolution = Clock.objects.get(ticket=ticket, metric=Metric.RESOLUTION)
        assert resolution.breached_at == ticket.opened_at + 20 * MINUTE
    late = [ticket for number, ticket in enumerate(tickets) if number % 3]
    outcomes = Counter(Escalation.objects.values_list("level__number", "outcome"))
    assert outcomes == {(1, "overtaken"): 20, (2, "overtaken"): 20, (3, "fired"): 20}
    relay(as_of=LATER)
    told = Counter(Notification.objects.filter(kind="escalated").values_list("recipient", "event__ticket"))
    assert set(told.values()) == {1}
    assert set(told) == {(person.pk, ticket.pk) for ticket in late for person in (cast.amir, cast.lena)}
