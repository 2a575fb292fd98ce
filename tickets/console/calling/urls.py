"""Below `/admin/tickets/ticket/new/`."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from tickets.console.calling.pages import new_ticket, people, who_gets_it


def urls(guarded: Callable[[Any], Any]) -> list[URLPattern]:
    """`guarded` is the admin site's `admin_view`."""
    return [
        path("new/", guarded(new_ticket), name="tickets_ticket_new"),
        path("new/people/", guarded(people), name="tickets_ticket_new_people"),
        path("new/outlook/", guarded(who_gets_it), name="tickets_ticket_new_outlook"),
    ]
