"""What the journeys add to the demo desk; run inside the installation through `./run manage shell`."""

from escalation.models import EscalationLevel, EscalationPolicy, Metric, SlaPolicy, SlaTarget
from teams.models import AgentProfile, Calendar, Shift, Team, User
from tickets.models import Category, Priority, RoutingRule

# Level, warning, breach and the next level lie 7 seconds apart and more: what one sweep finds together, it tells together.
FIRST_RESPONSE_SECONDS = 28


def make_hasty() -> None:
    """A category whose promises are kept or broken within seconds, and a policy that climbs three levels."""
    category = Category.objects.create(slug="hasty", name="Hasty")
    RoutingRule.objects.create(category=category, team=Team.objects.get(slug="payments"))
    only_hasty = {"category": ["hasty"]}
    EscalationPolicy.objects.update(is_active=False)
    promise = SlaPolicy.objects.create(name="Hasty", position=1, conditions=only_hasty)
    for priority in Priority:
        for metric, seconds in ((Metric.FIRST_RESPONSE, FIRST_RESPONSE_SECONDS), (Metric.RESOLUTION, 600)):
            SlaTarget.objects.create(policy=promise, metric=metric, priority=priority, target_seconds=seconds)
    climbing = EscalationPolicy.objects.create(name="Hasty", conditions=only_hasty, level_distance_seconds=2)
    levels = (
        (50, [{"do": "notify", "who": "assignee"}]),
        (100, [{"do": "notify", "who": "lead"}, {"do": "raise_priority"}]),
        (150, [{"do": "reassign", "to": "next_best"}, {"do": "add_watcher", "who": "lead"}]),
    )
    for number, (percent, actions) in enumerate(levels, start=1):
        EscalationLevel.objects.create(
            policy=climbing, number=number, anchor="first_response", offset_percent=percent, actions=actions
        )


def work_round_the_clock(team: str) -> None:
    """Whatever the hour, everybody in the team is on shift."""
    calendar, _made = Calendar.objects.get_or_create(name="Round the clock", defaults={"is_always_open": True})
    people = User.objects.filter(memberships__team__slug=team)
    Shift.objects.filter(user__in=people).delete()
    AgentProfile.objects.filter(user__in=people).update(calendar=calendar)


def make_strict(category: str) -> None:
    """A first response that is late at once when the ticket becomes critical."""
    promise = SlaPolicy.objects.create(name="Strict", position=1, conditions={"category": [category]})
    for priority in Priority:
        for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION):
            seconds = 1 if (priority, metric) == (Priority.CRITICAL, Metric.FIRST_RESPONSE) else 8 * 3600
            SlaTarget.objects.create(policy=promise, metric=metric, priority=priority, target_seconds=seconds)
