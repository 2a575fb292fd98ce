"""The promises that ship, as a few numbers: how fast we answer and solve at each priority."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from escalation.models import Metric, SlaPolicy, SlaTarget
from teams.models import User
from teams.services.remembering import remember_who
from tickets.models import Priority

MINUTE, HOUR = 60, 3600
UNITS = {"minutes": MINUTE, "hours": HOUR}


class Promise(NamedTuple):
    """In working seconds."""

    answer: int
    solution: int


def standard_policy() -> SlaPolicy | None:
    """The one for every ticket that no other policy takes: the last one without conditions."""
    return SlaPolicy.objects.active().filter(conditions={}).order_by("-position", "-pk").first()


def promises_of(policy: SlaPolicy) -> dict[Priority, Promise]:
    """Only priorities for which both are promised."""
    found = {(target.metric, target.priority): target.target_seconds for target in policy.targets.all()}
    return {
        priority: Promise(found[Metric.FIRST_RESPONSE, priority], found[Metric.RESOLUTION, priority])
        for priority in sorted(Priority, reverse=True)
        if (Metric.FIRST_RESPONSE, priority) in found and (Metric.RESOLUTION, priority) in found
    }


@transaction.atomic
def set_promises(policy: SlaPolicy, promises: Mapping[Priority, Promise], *, by: User) -> bool:
    """Later answers are promised like the first one where they were so before. Running clocks keep their version.

    False when nothing has changed.
    """
    remember_who(by)
    policy = SlaPolicy.objects.select_for_update().get(pk=policy.pk)
    before = promises_of(policy)
    if dict(promises) == before:
        return False
    targets = {(target.metric, target.priority): target for target in policy.targets.all()}
    changed = []
    for priority, promise in promises.items():
        following = targets.get((Metric.NEXT_RESPONSE, priority))
        wanted = {Metric.FIRST_RESPONSE: promise.answer, Metric.RESOLUTION: promise.solution}
        if following is not None and following.target_seconds == before[priority].answer:
            wanted[Metric.NEXT_RESPONSE] = promise.answer
        for metric, seconds in wanted.items():
            targets[metric, priority].target_seconds = seconds
            changed.append(targets[metric, priority])
    SlaTarget.objects.bulk_update(changed, ["target_seconds"])
    SlaPolicy.objects.filter(pk=policy.pk).update(version=F("version") + 1)
    return True
