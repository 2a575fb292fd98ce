"""The ticket in the console: pages of our own. Every change is a verb in `tickets.services`, none is a field in a form."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern

from helpdesk.core.back_office import ModelAdmin
from teams.models import User
from tickets.console.calling import urls as calling_urls
from tickets.console.list import urls as list_urls
from tickets.console.list.pages import ticket_list
from tickets.console.page import urls as page_urls
from tickets.console.triage import urls as triage_urls
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet


@admin.register(Ticket)
class TicketAdmin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            *list_urls.urls(guarded),
            *calling_urls.urls(guarded),
            *triage_urls.below_ticket(self.admin_site),
            *page_urls.below(self.admin_site),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return ticket_list(request)

    def get_queryset(self, request: HttpRequest) -> TicketQuerySet:
        return Ticket.objects.visible_to(_reader(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        # Asked on the sign-in page too, where nobody is signed in.
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:
        return _reader(request).is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:
        return False


def _reader(request: HttpRequest) -> User:
    """The admin site has turned away everybody who is not staff."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker
    return request.user
