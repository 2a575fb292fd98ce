"""What is to be sent is kept in the transaction of its cause, as the very text that goes out; and forgotten in time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rest_framework.renderers import JSONRenderer

from notifications.models import WebhookCall, WebhookEndpoint
from tickets.wake_up import wake_after_commit

# For so long it is tried.
A_DAY = timedelta(hours=24)
# The log: bodies name people, so it does not grow for ever.
KEPT = timedelta(days=30)


def keep_call(
    endpoint: WebhookEndpoint, kind: str, data: Mapping[str, Any], *, dedupe_key: str, at: datetime, **about: Any
) -> WebhookCall:
    """The call, which goes out after the commit. With the same key there is only one, whose text stays the first."""
    payload = {"type": str(kind), "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "data": data}
    call, is_first = WebhookCall.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "endpoint": endpoint,
            "kind": kind,
            "body": JSONRenderer().render(payload).decode(),
            "next_attempt_at": at,
            "give_up_at": at + A_DAY,
            **about,
        },
    )
    if is_first:
        wake_after_commit("notifications.tasks.call_webhooks", queue="work")
    return call


def forget_calls(*, as_of: datetime, limit: int = 1000) -> int:
    """What has ended long ago. Returns how many there were."""
    ended = [WebhookCall.State.SENT, WebhookCall.State.DEAD]
    old = WebhookCall.objects.filter(created_at__lt=as_of - KEPT, state__in=ended).order_by("created_at")
    count, _by_model = WebhookCall.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()
    return count
