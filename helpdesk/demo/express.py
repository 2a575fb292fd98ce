"""A category whose promises are kept or broken within seconds, so that a visitor sees a ticket climb three levels."""

from escalation.models import EscalationLevel, EscalationPolicy, Metric, SlaPolicy, SlaTarget
from teams.models import Team
from tickets.models import Category, Priority, RoutingRule

EXPRESS, TEAM = "express", "payments"
# The sweeps come every five seconds, and what one finds together it tells together: each step has a turn of its own.
# Level 1 after 14 s, warning after 21, breach and level 2 after 28, level 3 after 42.
FIRST_RESPONSE_SECONDS = 28
RESOLUTION_SECONDS = 600
LEVEL_DISTANCE_SECONDS = 7
LEVELS = (
    (50, [{"do": "notify", "who": "assignee"}]),
    (100, [{"do": "notify", "who": "lead"}, {"do": "raise_priority"}]),
    # The whole team hears of it, so that at any hour somebody on shift gets a text message.
    (150, [{"do": "reassign", "to": "lead"}, {"do": "notify", "who": "lead"}, {"do": "notify", "who": "team"}]),
)


def load_express() -> Category:
    """The category, its promise and its levels, for Payments, who are there around the clock. Calling twice is harmless."""
    category, is_new = Category.objects.get_or_create(
        slug=EXPRESS,
        defaults={
            "name": "Express",
            "description": "For trying out: the promise is 28 seconds, then it climbs",
            "position": 90,
        },
    )
    if is_new:
        RoutingRule.objects.create(position=10, category=category, team=Team.objects.get(slug=TEAM))
        _promise()
        _levels()
    return category


def _promise() -> None:
    policy = SlaPolicy.objects.create(name="Express", position=1, conditions={"category": [EXPRESS]})
    targets = {Metric.FIRST_RESPONSE: FIRST_RESPONSE_SECONDS, Metric.RESOLUTION: RESOLUTION_SECONDS}
    SlaTarget.objects.bulk_create(
        SlaTarget(policy=policy, metric=metric, priority=priority, target_seconds=seconds)
        for metric, seconds in targets.items()
        for priority in Priority
    )


def _levels() -> None:
    policy = EscalationPolicy.objects.create(
        name="Express", conditions={"category": [EXPRESS]}, level_distance_seconds=LEVEL_DISTANCE_SECONDS
    )
    EscalationLevel.objects.bulk_create(
        EscalationLevel(
            policy=policy, number=number, anchor=Metric.FIRST_RESPONSE, offset_percent=percent, actions=actions
        )
        for number, (percent, actions) in enumerate(LEVELS, start=1)
    )
