"""An agent is removed in the very moment in which they are picked: the ticket ends with somebody else, or waits."""

import pytest

from teams.models import AgentSkill, TeamMembership, User
from tests.cast import MONDAY, assemble, make_agent
from tests.racing import race
from tickets.models import AgentLoad, Ticket
from tickets.services.handing_over import hand_over_from_absent
from tickets.services.loads import recounted_load
from tickets.services.taking import take_next

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return assemble()


@pytest.mark.parametrize("turn", range(4))
def test_whoever_is_switched_off_while_being_picked_keeps_nothing(cast, turn):
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=2)

    def remove():
        User.objects.filter(pk=cast.amir.pk).update(is_active=False)
        TeamMembership.objects.filter(user=cast.amir).delete()

    opened = race(*[cast.open_ticket for _number in range(turn + 1)], remove)
    assert not [outcome for outcome in opened if isinstance(outcome, Exception)]
    hand_over_from_absent(as_of=MONDAY)
    assert not Ticket.objects.filter(assignee=cast.amir).exists()
    assert Ticket.objects.filter(assignee=berta).count() == turn + 1
    for load in AgentLoad.objects.all():
        assert load.load_eighths == recounted_load(load.agent_id)


def test_two_who_take_the_next_at_once_get_two_tickets(cast):
    berta = make_agent("Berta", cast.billing)
    cast.billing.policy = "take_next"
    cast.billing.save(update_fields=["policy"])
    tickets = {cast.open_ticket().pk for _number in range(2)}
    taken = race(lambda: take_next(by=cast.amir, at=MONDAY), lambda: take_next(by=berta, at=MONDAY))
    assert {ticket.pk for ticket in taken} == tickets
