"""From facts to notifications, and from notifications to deliveries: in bulk, and once, however often it runs."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from notifications.audience import Situation, Told, chosen, load_situations
from notifications.channels import EMAIL, SMS
from notifications.kinds import BY_EVENT, KINDS
from notifications.models import ChannelPreference, Delivery, Notification, QuietHours
from notifications.texting import can_text, on_duty, with_number
from notifications.urgency import is_urgent
from teams.availability import load_availability, on_call
from teams.models import User
from tickets.events import Cause
from tickets.models import TicketEvent
from tickets.services.undoing import UNDO_SECONDS

# Deliveries are named after what they deliver, so that a second run makes the same ones again, and the index refuses them.
_NAMESPACE = uuid.UUID("5b0e7c1e-2f6b-4f0c-9a35-6f1f6c1d9f10")

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
    # What was taken back at once is told to nobody.
    relevant = [event for event in events if event.kind in BY_EVENT and event.cause != Cause.UNDO]
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
    _prepare_mails(tellings, at or now())
    _prepare_texts(tellings, at or now())
    return len(tellings)


def _prepare_mails(tellings: Sequence[Telling], at: datetime) -> None:
    own, unsent = _own_words(tellings), _unsent(tellings, EMAIL)
    acts = _acts([telling for telling in tellings if telling.key in unsent and _is_mailed(telling, own)])
    if not acts:
        return
    ready_at, quiet = _ready_at([act[0] for act in acts], at), _quiet_hours(acts)
    due = [max(_send_after(act, at, ready_at, quiet), min(map(_settled_at, act))) for act in acts]
    _prepare(EMAIL, acts, due, unsent)


def _prepare_texts(tellings: Sequence[Telling], at: datetime) -> None:
    """For whoever works or is on call. Whether they see it on an open page anyhow is asked when it is about to go out."""
    urgent = [telling for telling in tellings if can_text() and _is_texted(telling)]
    numbers = with_number({telling.told.user.pk for telling in urgent}) if urgent else set()
    whom = {telling.whom for telling in urgent if telling.told.user.pk in numbers}
    if not whom:
        return
    unsent, awake = _unsent(urgent, SMS), on_duty(whom, at=at)
    acts = _acts([telling for telling in urgent if telling.key in unsent and telling.whom in awake])
    _prepare(SMS, acts, [max(at, min(map(_settled_at, act))) for act in acts], unsent)


def _acts(tellings: Iterable[Telling]) -> list[list[Telling]]:
    """What one person did at once is told to another in one message."""
    acts: dict[tuple[Any, ...], list[Telling]] = defaultdict(list)
    for telling in tellings:
        event = telling.situation.event
        acts[telling.told.user.pk, event.ticket_id, event.actor_id, event.at].append(telling)
    return list(acts.values())


def _prepare(
    channel: str,
    acts: Sequence[Sequence[Telling]],
    due: Sequence[datetime],
    unsent: Mapping[tuple[int, str, int], int],
) -> None:
    deliveries, links = [], []
    for act, send_after in zip(acts, due, strict=True):
        first = min(act, key=lambda telling: telling.situation.event.seq)
        key = f"{channel}:{first.situation.event.pk}:{first.kind}:{first.told.user.pk}"
        delivery = Delivery(
            pk=uuid.uuid5(_NAMESPACE, key),
            dedupe_key=key,
            channel=channel,
            recipient=first.told.user,
            send_after=send_after,
        )
        deliveries.append(delivery)
        links += [
            Delivery.notifications.through(delivery_id=delivery.pk, notification_id=unsent[telling.key])
            for telling in act
        ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    Delivery.notifications.through.objects.bulk_create(links, ignore_conflicts=True)


def _unsent(tellings: Sequence[Telling], channel: str) -> dict[tuple[int, str, int], int]:
    """The notifications that no message tells of yet: another run may have grouped the same facts differently."""
    rows = Notification.objects.filter(event__in={telling.situation.event.pk for telling in tellings})
    sent = Delivery.objects.filter(channel=channel, notifications=OuterRef("pk"))
    return {(row.event_id, row.kind, row.recipient_id): row.pk for row in rows.exclude(Exists(sent))}


def _own_words(tellings: Sequence[Telling]) -> dict[tuple[int, str], bool]:
    """(person, kind) → whether they want mail, for those who have said so."""
    people = {telling.told.user.pk for telling in tellings}
    said = ChannelPreference.objects.filter(user__in=people, channel=EMAIL)
    return {(row.user_id, row.kind): row.is_enabled for row in said}


def _is_mailed(telling: Telling, own: Mapping[tuple[int, str], bool]) -> bool:
    """Staff may ask for mail about what they find in the inbox only. Nobody else gets more than their kind gives."""
    user = telling.told.user
    wants = own.get((user.pk, telling.kind))
    if wants and user.is_staff and not KINDS[telling.kind].is_mailed_to_staff:
        return True
    return telling.told.by_mail and wants is not False


def _is_texted(telling: Telling) -> bool:
    wanted = KINDS[telling.kind].is_texted
    return wanted is not None and wanted(telling.situation.event, telling.situation.ticket)


def _quiet_hours(acts: Iterable[Sequence[Telling]]) -> dict[int, QuietHours]:
    people = {act[0].told.user.pk for act in acts}
    return {row.user_id: row for row in QuietHours.objects.filter(user__in=people).select_related("user")}


def _send_after(
    act: Sequence[Telling], at: datetime, ready_at: Mapping[Whom, datetime], quiet: Mapping[int, QuietHours]
) -> datetime:
    """At once what is urgent; the rest when the person works, and not in their quiet hours."""
    if any(is_urgent(each.situation.event, each.situation.ticket, each.told.reason) for each in act):
        return at
    ready = ready_at[act[0].whom]
    hours = quiet.get(act[0].told.user.pk)
    return (hours.until(ready) if hours is not None else None) or ready


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


def _settled_at(telling: Telling) -> datetime:
    """From when on it can't be taken back any more by whoever did it."""
    event = telling.situation.event
    return event.at + timedelta(seconds=UNDO_SECONDS if KINDS[telling.kind].can_be_undone(event) else 0)
