"""The set-up under which history is played: policies, levels and hours as plain values, with a draft laid over them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from escalation.actions import calls_in, messages_in
from escalation.matching import active_policies
from escalation.models import EscalationLevel, EscalationPolicy
from escalation.models.sla import ReopenRule
from teams.models import Calendar, Organisation, Team
from teams.working_time import WorkingCalendar
from tickets.models import Priority, Tag

Draft = Mapping[str, Any]
Conditions = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Promise:
    """An SLA policy. `targets`: priority → metric → working seconds."""

    pk: int
    name: str
    conditions: Conditions
    targets: Mapping[str, Mapping[str, int]]
    warning_percent: int
    calendar: int | None
    restarts: bool


@dataclass(frozen=True, slots=True)
class Level:
    pk: int
    policy: int
    number: int
    anchor: str
    offset_percent: int | None
    offset_seconds: int
    policy_conditions: Conditions
    conditions: Conditions
    distance: int
    # How many messages it sends, and webhooks it calls, when it fires.
    messages: int
    calls: int


@dataclass(frozen=True, slots=True)
class Rules:
    promises: tuple[Promise, ...]
    levels: tuple[Level, ...]
    calendars: Mapping[int, WorkingCalendar]
    default: int
    by_team: Mapping[int, int | None]
    by_organisation: Mapping[int, int | None]
    team_slugs: Mapping[int, str]
    tag_names: Mapping[int, str]
    by_anchor: Mapping[str, tuple[Level, ...]] = field(default_factory=dict)

    def hours(self, promise: Promise, organisation: int | None, team: int) -> WorkingCalendar:
        """Policy, then organisation, then team, then the default: as `clocking.calendar_for`."""
        chosen = promise.calendar
        if chosen is None and organisation is not None:
            chosen = self.by_organisation.get(organisation)
        return self.calendars[chosen or self.by_team.get(team) or self.default]

    def team_hours(self, team: int) -> WorkingCalendar:
        return self.calendars[self.by_team.get(team) or self.default]


def fits(conditions: Conditions, facts: Mapping[str, frozenset[str]]) -> bool:
    return failed(conditions, facts) is None


def failed(conditions: Conditions, facts: Mapping[str, frozenset[str]]) -> str | None:
    return next((name for name, allowed in conditions.items() if not facts[name] & allowed), None)


def rules_today(draft: Draft | None = None) -> Rules:
    """Today's set-up. `draft`: {"policies": {id: changes}, "levels": {id: changes}, "calendars": {id: definition}}."""
    draft = draft or {}
    levels = tuple(_levels(draft.get("levels", {}), draft.get("distances", {})))
    by_anchor: dict[str, tuple[Level, ...]] = {}
    for level in levels:
        by_anchor[level.anchor] = (*by_anchor.get(level.anchor, ()), level)
    return Rules(
        promises=tuple(_promises(draft.get("policies", {}))),
        levels=levels,
        calendars=_calendars(draft.get("calendars", {})),
        default=Calendar.objects.default().pk,
        by_team=dict(Team.objects.values_list("pk", "calendar_id")),
        by_organisation=dict(Organisation.objects.values_list("pk", "calendar_id")),
        team_slugs=dict(Team.objects.values_list("pk", "slug")),
        tag_names=dict(Tag.objects.values_list("pk", "name")),
        by_anchor=by_anchor,
    )


def _promises(changes: Mapping[str, Mapping[str, Any]]) -> list[Promise]:
    found = []
    for policy in active_policies():
        changed = changes.get(str(policy.pk), {})
        targets: dict[str, dict[str, int]] = {priority.slug: {} for priority in Priority}
        for target in policy.targets.all():
            targets[Priority(target.priority).slug][target.metric] = target.target_seconds
        found.append(
            Promise(
                pk=policy.pk,
                name=policy.name,
                conditions=_sets(changed.get("conditions", policy.conditions)),
                targets=changed.get("targets", targets),
                warning_percent=changed.get("warning_percent", policy.warning_percent),
                calendar=changed.get("calendar", policy.calendar_id),
                restarts=changed.get("reopen_rule", policy.reopen_rule) == ReopenRule.RESTART,
            )
        )
    return found


def _levels(changes: Mapping[str, Mapping[str, Any]], distances: Mapping[str, int]) -> list[Level]:
    """In the order in which each policy climbs them. A policy that is named in the draft counts as switched on."""
    drafted = {int(pk) for pk in distances}
    policies = EscalationPolicy.objects.filter(is_active=True) | EscalationPolicy.objects.filter(pk__in=drafted)
    rows = EscalationLevel.objects.filter(policy__in=policies).select_related("policy").order_by("policy_id", "number")
    found = []
    for row in rows:
        changed = changes.get(str(row.pk), {})
        actions = changed.get("actions", row.actions)
        found.append(
            Level(
                pk=row.pk,
                policy=row.policy_id,
                number=row.number,
                anchor=row.anchor,
                offset_percent=changed.get("offset_percent", row.offset_percent),
                offset_seconds=changed.get("offset_seconds", row.offset_seconds) or 0,
                policy_conditions=_sets(row.policy.conditions),
                conditions=_sets(row.conditions),
                distance=distances.get(str(row.policy_id), row.policy.level_distance_seconds),
                messages=messages_in(actions),
                calls=calls_in(actions),
            )
        )
    return found


def _calendars(definitions: Mapping[str, Mapping[str, Any]]) -> dict[int, WorkingCalendar]:
    rows = Calendar.objects.prefetch_related("spans", "holidays")
    return {
        row.pk: WorkingCalendar.from_definition(definitions.get(str(row.pk)) or row.definition())
        for row in rows
        if str(row.pk) in definitions or row.is_always_open or row.spans.all()
    }


def _sets(conditions: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {name: frozenset(allowed) for name, allowed in conditions.items() if allowed}
