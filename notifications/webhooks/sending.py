"""Calls go out: claimed by a lease, signed, posted, settled. What fails is tried again for a day, then given up.

A kill between the other side's answer and our commit repeats a call, with the same id. Nothing else does.
"""

import random
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from helpdesk.core.fetching import Answer, post
from helpdesk.core.text import single_line
from notifications.models import WebhookCall, WebhookEndpoint, WebhookSecret
from notifications.models.webhook import OPEN_STATES
from notifications.webhooks.keeping import A_DAY
from notifications.webhooks.signing import signed_headers
from tickets.wake_up import wake_after_commit

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 20
TIMEOUT_SECONDS = 15.0
# With the longest answer after it a run still ends well before the worker's time limit.
RUN_SECONDS = 20.0
# Whoever takes longer to answer gets its next call in the next run.
SLOW_SECONDS = 3.0
# The last attempt is within a day of the first, also when each wait is as long as it may be.
RETRY_AFTER = [timedelta(seconds=s) for s in (5, 60, 300, 1800, 3600, 3 * 3600, 6 * 3600, 11 * 3600)]
# Each wait is up to this share longer or shorter, so that what failed at once is not tried at once.
JITTER = 0.1
DISABLE_AFTER = timedelta(days=5)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
LONGEST_BODY = 4000
_GONE = 410
# Any constant of ours; advisory locks are told apart by number only.
_SENDING_LOCK = 5_170_731
# It has more than it can bear: what else waits for it is held back for a while.
_OVERLOADED = frozenset({429, 502, 503, 504})

State = WebhookCall.State


class SecretIsGone(DomainError):
    code = "secret_is_gone"

    def __init__(self) -> None:
        super().__init__(_("SECRET_KEY has changed since this endpoint got its secret: give it a new one."))


@dataclass(frozen=True, slots=True)
class Outcome:
    """`is_silent`: it is about the other side, not about this call."""

    state: str
    said: str
    status: int | None = None
    next_attempt_at: datetime | None = None
    is_silent: bool = False


def call_due(*, as_of: datetime, limit: int = 200) -> int:
    """Send what waits and is due, longest due first. Returns how many calls were tried.

    An endpoint that is silent gets one try, then none for a while; one that is slow gets one a run. Only one worker at a
    time waits for anybody, so that others are left for mail.
    """
    with _alone() as is_alone:
        return _call_due(as_of, limit) if is_alone else 0


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else sends. Held by the connection, so that it ends with whoever is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_SENDING_LOCK])
        is_alone = cursor.fetchone() == (True,)
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_SENDING_LOCK])


def _call_due(as_of: datetime, limit: int) -> int:
    _give_up(as_of)
    tried, left_alone, stop_at = 0, set[int](), monotonic() + RUN_SECONDS
    while tried < limit and monotonic() < stop_at:
        claimed = _claim(as_of, min(BATCH, limit - tried), without=left_alone)
        if not claimed:
            break
        for call in claimed:
            if call.endpoint_id in left_alone or monotonic() > stop_at:
                _ours(call).update(lease_until=None)
                continue
            tried, began = tried + 1, monotonic()
            if _try(call) or monotonic() - began > SLOW_SECONDS:
                left_alone.add(call.endpoint_id)
    return tried


def send_again(calls: Sequence[WebhookCall], *, at: datetime | None = None) -> int:
    """A new day of attempts under the same ids, for what has arrived and for what has not. Returns how many there are.

    Those of an endpoint that is off stay as they are, and so do those that are on their way this very moment.
    """
    at = at or now()
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    chosen = WebhookCall.objects.filter(free, pk__in=[call.pk for call in calls], endpoint__is_enabled=True)
    with transaction.atomic():
        count = chosen.update(
            state=State.WAITING, attempts=0, next_attempt_at=at, give_up_at=at + A_DAY, lease_until=None
        )
        WebhookEndpoint.objects.filter(calls__in=[call.pk for call in calls]).update(silent_until=None)
        wake_after_commit("notifications.tasks.call_webhooks", queue="work")
    return count


def _give_up(as_of: datetime) -> None:
    """What has waited its day for an endpoint that is off, or for others that were tried in its place."""
    free = Q(lease_until=None) | Q(lease_until__lte=now())
    over = WebhookCall.objects.still_open().filter(free, give_up_at__lte=as_of)
    over.filter(last_answer="").update(last_answer=_("Its day was over before it could be tried."))
    count = over.update(state=State.DEAD, lease_until=None)
    if count:
        log.warning("webhook.given_up", count=count)


@transaction.atomic
def _claim(as_of: datetime, size: int, *, without: Collection[int]) -> list[WebhookCall]:
    """Lease the ones that are longest due, but for endpoints whose calls somebody else, killed maybe, has leased."""
    at = now()
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    busy = WebhookCall.objects.still_open().filter(lease_until__gt=at)
    awake = Q(endpoint__silent_until=None) | Q(endpoint__silent_until__lte=as_of)
    due = WebhookCall.objects.still_open().filter(free, awake, next_attempt_at__lte=as_of, endpoint__is_enabled=True)
    due = due.exclude(endpoint__in=without).exclude(endpoint__in=busy.values("endpoint"))
    locked = due.order_by("next_attempt_at", "created_at").select_for_update(skip_locked=True, of=("self",))
    ids = list(locked.values_list("pk", flat=True)[:size])
    WebhookCall.objects.filter(pk__in=ids).update(lease_until=at + LEASE)
    claimed = WebhookCall.objects.filter(pk__in=ids).select_related("endpoint")
    return list(claimed.order_by("next_attempt_at", "created_at"))


def _ours(call: WebhookCall) -> QuerySet[WebhookCall]:
    """The row, unless our lease ran out and somebody else has taken it since."""
    return WebhookCall.objects.filter(pk=call.pk, state__in=OPEN_STATES, lease_until=call.lease_until)


def _try(call: WebhookCall) -> bool:
    """Returns whether the endpoint is to be left alone. The try is counted before it is made: a crash counts too."""
    until = now() + LEASE
    if not _ours(call).update(lease_until=until, attempts=F("attempts") + 1):
        return False
    call.lease_until, call.attempts = until, call.attempts + 1
    outcome = _attempt(call)
    changes: dict[str, Any] = {
        "state": outcome.state,
        "last_status": outcome.status,
        "last_answer": single_line(outcome.said)[:500],
        "lease_until": None,
    }
    if outcome.state == State.SENT:
        changes["sent_at"] = now()
    if outcome.next_attempt_at is not None:
        changes["next_attempt_at"] = outcome.next_attempt_at
    with transaction.atomic():
        _ours(call).update(**changes)
        is_left_alone = _note_health(call.endpoint, outcome)
    log.info(
        "webhook." + outcome.state,
        call_id=str(call.pk), endpoint_id=call.endpoint_id, attempts=call.attempts, status=outcome.status,
    )  # fmt: skip
    return is_left_alone


def _attempt(call: WebhookCall) -> Outcome:
    if call.attempts > len(RETRY_AFTER) + 1:
        return Outcome(State.DEAD, _("The process that sent it was killed each time."))
    try:
        answer = _posted(call)
    except DomainError as failed:
        return _later(call, failed.message, is_silent=True)
    except Exception as error:
        log.error("webhook.attempt_failed", call_id=str(call.pk), exc_info=error)
        return _later(call, type(error).__name__)
    said = answer.body.decode("utf-8", "replace")
    if 200 <= answer.status < 300:
        return Outcome(State.SENT, said, answer.status)
    if answer.status == _GONE:
        return Outcome(State.DEAD, said, answer.status)
    return _later(call, said, status=answer.status, is_silent=answer.status in _OVERLOADED, asked_for=_seconds(answer))


def _posted(call: WebhookCall) -> Answer:
    at, body = now(), call.body.encode()
    secrets = [secret.value() for secret in WebhookSecret.objects.in_force(at).filter(endpoint=call.endpoint_id)]
    if not secrets or secrets[0] is None:
        raise SecretIsGone
    good = [secret for secret in secrets if secret is not None]
    headers = signed_headers(good, message_id=call.message_id, timestamp=int(at.timestamp()), body=body)
    headers["Content-Type"] = "application/json"
    return post(call.endpoint.url, body, headers=headers, most_bytes=LONGEST_BODY, seconds=TIMEOUT_SECONDS)


def _later(
    call: WebhookCall, said: str, *, status: int | None = None, is_silent: bool = False, asked_for: float = 0
) -> Outcome:
    """Tried again after a while, unless its attempts or its day are over."""
    if call.attempts > len(RETRY_AFTER):
        return Outcome(State.DEAD, said, status, is_silent=is_silent)
    wait = RETRY_AFTER[call.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)
    next_attempt_at = now() + max(wait, timedelta(seconds=asked_for))
    if next_attempt_at > call.give_up_at:
        return Outcome(State.DEAD, said, status, is_silent=is_silent)
    return Outcome(State.FAILED, said, status, next_attempt_at, is_silent)


def _seconds(answer: Answer) -> float:
    """What Retry-After asks for, in seconds; a date there is not followed."""
    asked = answer.retry_after.strip()
    if not (asked.isascii() and asked.isdecimal()):
        return 0
    return min(float(asked), RETRY_AFTER[-1].total_seconds())


def _note_health(endpoint: WebhookEndpoint, outcome: Outcome) -> bool:
    """Returns whether it is to be left alone, for a while or for good."""
    row = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    at = now()
    if outcome.state == State.SENT:
        row.exclude(failing_since=None).update(failing_since=None, silent_until=None)
        return False
    if outcome.status == _GONE:
        return _switch_off(row, _("It answered 410: it wants no more calls."))
    # A day without a call says nothing about it: what fails after that begins anew.
    row.filter(Q(failing_since=None) | Q(last_failed_at__lt=at - A_DAY)).update(failing_since=at)
    row.update(last_failed_at=at)
    failing_since = row.values_list("failing_since", flat=True).first() or at
    if failing_since <= at - DISABLE_AFTER:
        return _switch_off(row, _("Nothing has arrived for %(days)s days.") % {"days": DISABLE_AFTER.days})
    if outcome.is_silent:
        pause = min(max((at - failing_since) / 4, SHORTEST_PAUSE), LONGEST_PAUSE)
        row.update(silent_until=at + pause)
    return outcome.is_silent


def _switch_off(row: QuerySet[WebhookEndpoint], because: str) -> bool:
    if row.filter(is_enabled=True).update(is_enabled=False, disabled_because=because):
        log.warning("webhook.endpoint_switched_off", endpoint_id=row.values_list("pk", flat=True).first())
    return True
