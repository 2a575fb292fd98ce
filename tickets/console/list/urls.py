"""Below `/admin/tickets/ticket/`; the list itself is the changelist of `TicketAdmin`."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from tickets.console.list.attention import due_soon
from tickets.console.list.bulk import act_on_many
from tickets.console.list.palette import palette


def urls(guarded: Callable[[Any], Any]) -> list[URLPattern]:
    """`guarded` is the admin site's `admin_view`."""
    return [
        path("bulk/", guarded(act_on_many), name="tickets_ticket_bulk"),
        path("palette/", guarded(palette), name="tickets_ticket_palette"),
        path("attention/", guarded(due_soon), name="tickets_ticket_attention"),
    ]
