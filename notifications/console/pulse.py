"""The numbers of the frame: what waits where, what is unread. Pages ask when they open and when something happened."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, JsonResponse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from escalation.console.kept import may_see
from notifications.console.inbox import MOST_COUNTED, latest, unread_of
from notifications.console.reader import reader_of
from tickets.console.list import tabs


@require_GET
def pulse(request: HttpRequest) -> JsonResponse:
    reader = reader_of(request)
    unread = unread_of(reader)
    waiting = {tab: tabs.said(count) for tab, count in tabs.counts(reader, at=now()).items()}
    site: Any = admin.site
    return JsonResponse(
        {
            "counts": waiting | {"unread": f"{MOST_COUNTED - 1}+" if unread >= MOST_COUNTED else str(unread)},
            "latest": latest(reader),
            "may_set_up": site.may_set_up(request),
            "leads": may_see(reader),
        }
    )
