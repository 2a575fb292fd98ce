"""The base of admin pages that show what the product wrote: nothing there can be added, changed or removed."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation.admin.rules.actions import KINDS
from escalation.admin.rules.conditions import LABELS
from helpdesk.core.back_office import ModelAdmin
from tickets.models import Ticket
from tickets.templatetags.tickets import when


class ReadOnlyAdmin(ModelAdmin):
    show_full_result_count = False

    class Media:
        css: ClassVar = {"all": ["css/console/rules.css"]}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TicketRowAdmin(ReadOnlyAdmin):
    """Of rows with a ticket, which leads to its page."""

    @admin.display(description=gettext_lazy("ticket"), ordering="ticket")
    def ticket_page(self, row: Any) -> SafeString:
        return ticket_link(row.ticket)


def shown_at(column: str, description: Any) -> Callable[[Any], SafeString]:
    """A column of a list and a field of a page: how long ago, with the full instant as its title."""

    @admin.display(description=description, ordering=column)
    def shown(row: Any) -> SafeString:
        return when(getattr(row, column)) or SafeString("–")

    return shown


def ticket_link(ticket: Ticket) -> SafeString:
    address = reverse("admin:tickets_ticket_page", args=[ticket.reference])
    return format_html('<a href="{}">{} {}</a>', address, ticket.reference, ticket.title)


def results_said(results: Iterable[Mapping[str, Any]], failed_condition: str) -> SafeString:
    """Each action in its order; one that failed with its reason. Of what was skipped: the condition."""
    if failed_condition:
        field = LABELS.get(failed_condition, failed_condition)
        return format_html("{}", _("Nothing: the condition “%(field)s” did not hold.") % {"field": field})
    said = [(KINDS.get(each["do"], each["do"]), _reason(each)) for each in results]
    return (
        format_html('<ul class="said said-levels">{}</ul>', format_html_join("", "<li>{}{}</li>", said))
        if said
        else SafeString("–")
    )


def _reason(result: Mapping[str, Any]) -> str:
    if result.get("ok"):
        return ""
    return f" – {_('failed')}: {result.get('said') or result.get('error')}"
