"""The ticket in the back office, read-only: every change is a verb in `tickets.services`, none is a field in a form."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from teams.models import User
from tickets.admin.paging import CappedPaginator
from tickets.admin.panels import panels_for
from tickets.assignment.reading import latest_decision
from tickets.models import Message, Ticket, TicketEvent
from tickets.models.ticket import TicketQuerySet, number_from
from tickets.permissions import may_work_on
from tickets.timeline import told

# The newest of each; whoever needs more asks the API, page by page.
MOST_SHOWN = 200

PUBLIC = [
    (None, {"fields": ["reference", "title", "status", "priority", "category", "channel", "requester"]}),
    (_("Who has it"), {"fields": ["team", "assignee"]}),
    (_("Promises"), {"fields": ["first_response_due_at", "first_responded_at", "resolution_due_at", "resolved_at"]}),
    (_("Dates"), {"fields": ["opened_at", "updated_at", "closes_at", "closed_at"]}),
]
INNER = [
    (
        _("Inner side"),
        {
            "fields": [
                "requested_priority", "organisation", "created_by_external_id", "follows_up", "tags",
                "assignment_starts_at", "next_assignment_at", "next_warning_at", "next_due_at", "breached_at",
                "public_id", "version",
            ]
        },
    ),
]  # fmt: skip


@admin.register(Ticket)
class TicketAdmin(admin.ModelAdmin):
    list_display = ["reference", "title", "status", "priority", "requester", "team", "assignee", "next_due_at"]
    list_filter = ["status", "priority", "category", "team"]
    list_select_related = ["requester", "team", "assignee"]
    search_fields = ["title", "requester__email"]
    search_help_text = _("A reference like HD-1042, words of the subject, or the requester's address.")
    ordering = ["-id"]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> TicketQuerySet:
        return Ticket.objects.visible_to(_reader(request))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        number = number_from(search_term)
        if number is not None:
            return queryset.filter(number=number), False
        return super().get_search_results(request, queryset, search_term)

    def get_fieldsets(self, request: HttpRequest, obj: Ticket | None = None) -> Any:
        return PUBLIC + INNER if obj is not None and may_work_on(_reader(request), obj) else PUBLIC

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        ticket = self.get_object(request, object_id) if request.method == "GET" else None
        context = (extra_context or {}) | ({} if ticket is None else _story(request, ticket))
        return super().change_view(request, object_id, form_url, context)

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


def _story(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """What was said, what happened and why, as far as the reader may see it."""
    reader = _reader(request)
    is_inner = may_work_on(reader, ticket)
    messages = Message.objects.visible_to(reader).filter(ticket=ticket)
    messages = messages.select_related("author").prefetch_related("attachments").order_by("-id")[:MOST_SHOWN]
    events = TicketEvent.objects.visible_to(reader).filter(ticket=ticket)
    events = events.select_related("actor", "caused_by").order_by("-seq")[:MOST_SHOWN]
    return {
        "conversation": list(reversed(messages)),
        "history": told(list(events)),
        "explained": latest_decision(ticket) if is_inner else None,
        "panels": panels_for(request, ticket) if is_inner else [],
    }
