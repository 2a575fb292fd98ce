"""From facts to notifications, and from notifications to deliveries: in bulk, and once, however often it runs."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from notifications.audience import Reason, Situation, Told, chosen, load_situations
from notifications.channels import EMAIL
from notifications.kinds import BY_EVENT
from notifications.models import ChannelPreference, Delivery, Notification
from teams.availability import load_availability, on_call
from teams.models import User
from tickets.models import Priority, TicketEvent

# Deliveries are named after what they deliver, so that a second run makes the same ones again, and the index refuses them.
_NAMESPACE = uuid.UUID("5b0e7c1e-2f6b-4f0c-9a35-6f1f6c1d9f10")
# From this level on an escalation does not wait for a shift.
URGENT_LEVEL = 3


# A person's id, and the id of the team that the ticket is with: one is on call for a team.
Whom = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Telling:
    situation: Situation
    kind: str
    told: Told

    @property
    def whom(self) -> Whom:
        return (self.told.user.pk, self.situation.ticket.team_id)

    @property
    def key(self) -> tuple[int, str, int]:
        return (self.situation.event.pk, self.kind, self.told.user.pk)


def tell(events: Sequence[TicketEvent], *, at: datetime | None = None) -> int:
    """Write who is told of these facts, and what goes out to them. Returns how many notifications there are for them.

    The number of queries does not depend on the number of events. Runs in the relay's transaction, all or nothing.
    """
    relevant = [event for event in events if event.kind in BY_EVENT]
    tellings = [
        Telling(situation, kind.slug, told)
        for situation in (load_situations(relevant) if relevant else [])
        for kind in BY_EVENT[situation.event.kind]
        for told in chosen(situation, kind.audience(situation))
    ]
    if not tellings:
        return 0
    Notification.objects.bulk_create(
        [
            Notification(
                event=telling.situation.event,
                ticket_id=telling.situation.event.ticket_id,
                kind=telling.kind,
                recipient=telling.told.user,
                reason=telling.told.reason,
            )
            for telling in tellings
        ],
        ignore_conflicts=True,
    )
    _prepare_deliveries(tellings, at or now())
    return len(tellings)


def _prepare_deliveries(tellings: Sequence[Telling], at: datetime) -> None:
    """One mail a person and act: what one person did at once is told in one message."""
    unwanted, unsent = _unwanted(tellings), _unsent(tellings)
    acts: dict[tuple[Any, ...], list[Telling]] = defaultdict(list)
    for telling in tellings:
        user = telling.told.user
        if telling.told.by_mail and telling.key in unsent and (user.pk, telling.kind) not in unwanted:
            event = telling.situation.event
            acts[user.pk, event.ticket_id, event.actor_id, event.at].append(telling)
    if not acts:
        return
    ready_at = _ready_at([act[0] for act in acts.values()], at)
    deliveries, links = [], []
    for act in acts.values():
        first = min(act, key=lambda telling: telling.situation.event.seq)
        key = f"{EMAIL}:{first.situation.event.pk}:{first.kind}:{first.told.user.pk}"
        delivery = Delivery(
            pk=uuid.uuid5(_NAMESPACE, key),
            dedupe_key=key,
            channel=EMAIL,
            recipient=first.told.user,
            send_after=at if any(map(_is_urgent, act)) else ready_at[first.whom],
        )
        deliveries.append(delivery)
        links += [
            Delivery.notifications.through(delivery_id=delivery.pk, notification_id=unsent[telling.key])
            for telling in act
        ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    Delivery.notifications.through.objects.bulk_create(links, ignore_conflicts=True)


def _unsent(tellings: Sequence[Telling]) -> dict[tuple[int, str, int], int]:
    """The notifications that no mail tells of yet: another run may have grouped the same facts differently."""
    rows = Notification.objects.filter(event__in={telling.situation.event.pk for telling in tellings})
    mailed = Delivery.objects.filter(channel=EMAIL, notifications=OuterRef("pk"))
    return {(row.event_id, row.kind, row.recipient_id): row.pk for row in rows.exclude(Exists(mailed))}


def _unwanted(tellings: Sequence[Telling]) -> set[tuple[int, str]]:
    """(person, kind) for which somebody has switched mail off."""
    people = {telling.told.user.pk for telling in tellings}
    off = ChannelPreference.objects.filter(user__in=people, channel=EMAIL, is_enabled=False)
    return set(off.values_list("user_id", "kind"))


def _ready_at(tellings: Sequence[Telling], at: datetime) -> dict[Whom, datetime]:
    """When each may be written to: customers and who works or is on call now, others when their shift starts."""
    ready = {telling.whom: at for telling in tellings}
    staff = {telling.told.user.pk for telling in tellings if telling.told.user.is_staff}
    if not staff:
        return ready
    people = list(User.objects.filter(pk__in=staff).select_related("agent_profile"))
    hours = load_availability(people, as_of=at)
    woken = on_call({team for _user, team in ready}, as_of=at)
    for user, team in ready:
        if user in hours and team not in woken.get(user, ()) and not hours[user].is_on_shift(at):
            ready[user, team] = hours[user].next_start(at) or at
    return ready


def _is_urgent(telling: Telling) -> bool:
    """Critical tickets and the highest level wait for nobody's shift."""
    event = telling.situation.event
    is_highest = event.data.get("level", 0) >= URGENT_LEVEL
    is_critical = telling.situation.ticket.priority == Priority.CRITICAL
    return is_highest or (is_critical and telling.told.reason != Reason.TEAM)
