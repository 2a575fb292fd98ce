"""Promises with plain numbers: what the tests of clocks and levels share."""

from datetime import timedelta

from escalation.models import Clock, EscalationLevel, EscalationPolicy, Metric, SlaPolicy, SlaTarget
from tickets.models import Priority

HOUR = timedelta(hours=1)
# Hours of first response and resolution by priority.
TARGETS = {
    Priority.LOW: (8, 40),
    Priority.MEDIUM: (4, 20),
    Priority.HIGH: (2, 10),
    Priority.CRITICAL: (1, 5),
}


def promise(name="Plain", *, position=1, conditions=None, targets=TARGETS, next_hours=None, **fields):
    """An SLA policy that comes before the shipped one; `next_hours` of the next response for all priorities, or by priority."""
    policy = SlaPolicy.objects.create(name=name, position=position, conditions=conditions or {}, **fields)
    for priority, hours in targets.items():
        for metric, value in zip((Metric.FIRST_RESPONSE, Metric.RESOLUTION), hours, strict=True):
            SlaTarget.objects.create(policy=policy, metric=metric, priority=priority, target_seconds=int(value * 3600))
    if next_hours is not None:
        by_priority = next_hours if isinstance(next_hours, dict) else dict.fromkeys(Priority, next_hours)
        for priority, value in by_priority.items():
            SlaTarget.objects.create(
                policy=policy, metric=Metric.NEXT_RESPONSE, priority=priority, target_seconds=int(value * 3600)
            )
    return policy


def climb(*levels, name="Climbing", anchor=Metric.FIRST_RESPONSE, conditions=None, distance=0):
    """The only active escalation policy: levels as (percent or seconds, actions[, conditions])."""
    EscalationPolicy.objects.update(is_active=False)
    policy = EscalationPolicy.objects.create(name=name, conditions=conditions or {}, level_distance_seconds=distance)
    for number, (offset, actions, *rest) in enumerate(levels, start=1):
        is_percent = not isinstance(offset, timedelta)
        EscalationLevel.objects.create(
            policy=policy,
            number=number,
            anchor=anchor,
            offset_percent=offset if is_percent else None,
            offset_seconds=None if is_percent else int(offset.total_seconds()),
            actions=actions,
            conditions=rest[0] if rest else {},
        )
    return policy


def clock_of(ticket, metric):
    return Clock.objects.get(ticket=ticket, metric=metric)
