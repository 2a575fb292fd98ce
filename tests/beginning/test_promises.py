"""The promises that ship are shown as sentences, and changing a number changes what later tickets get."""

from datetime import timedelta

import pytest

from escalation.models import Metric, SlaPolicy
from helpdesk.beginning.promising import HOUR, MINUTE, Promise, promises_of, standard_policy
from tests.cast import MONDAY, Cast
from tickets.models import Priority, Ticket

pytestmark = pytest.mark.django_db

SHIPPED = {
    Priority.CRITICAL: Promise(30 * MINUTE, 4 * HOUR),
    Priority.HIGH: Promise(2 * HOUR, 8 * HOUR),
    Priority.MEDIUM: Promise(4 * HOUR, 24 * HOUR),
    Priority.LOW: Promise(8 * HOUR, 40 * HOUR),
}


def answers(**changes: object) -> dict[str, object]:
    fields: dict[str, object] = {}
    for priority, promise in SHIPPED.items():
        for part, seconds in promise._asdict().items():
            fields |= {f"{priority.slug}-{part}": seconds // MINUTE, f"{priority.slug}-{part}-unit": "minutes"}
    return fields | {name.replace("_", "-"): value for name, value in changes.items()}


def test_what_ships_is_what_is_shown():
    assert promises_of(standard_policy()) == SHIPPED


def test_saving_unchanged_changes_nothing(founder):
    founder.post("/begin/promises/", answers())

    assert promises_of(standard_policy()) == SHIPPED
    assert standard_policy().version == 1


def test_a_changed_promise_makes_a_new_version_and_holds_for_the_next_ticket(founder, cast: Cast):
    founder.post("/begin/promises/", answers(medium_answer=1, medium_answer_unit="hours"))

    policy = SlaPolicy.objects.get()
    assert policy.version == 2
    ticket = cast.open_ticket()
    assert Ticket.objects.get(pk=ticket.pk).first_response_due_at == MONDAY + timedelta(hours=1)
    # Later answers follow the first one, as they did before.
    following = policy.targets.filter(metric=Metric.NEXT_RESPONSE, priority=Priority.MEDIUM)
    assert set(following.values_list("target_seconds", flat=True)) <= {HOUR}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"low_answer": 41, "low_answer_unit": "hours"}, "Nothing is solved before it is answered"),
        ({"low_answer": 0}, "greater than or equal to 1"),
        ({"low_solution": 9000, "low_solution_unit": "hours"}, "longer than a working year"),
        ({"low_solution": ""}, "required"),
    ],
)
def test_a_promise_that_makes_no_sense_is_told_and_nothing_is_saved(founder, changes, says):
    answered = founder.post("/begin/promises/", answers(**changes))

    assert answered.status_code == 422
    assert says in answered.content.decode()
    assert promises_of(standard_policy()) == SHIPPED
