"""The promises of a ticket, on its page in the back office."""

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from escalation.models import Clock
from tickets.admin.panels import Panel, register_panel
from tickets.models import Ticket


@register_panel
def promises(_request: HttpRequest, ticket: Ticket) -> Panel | None:
    clocks = Clock.objects.filter(ticket=ticket).select_related("policy").order_by("pk")
    rows = [
        (clock.get_metric_display(), clock.get_state_display(), _when(clock), clock.policy.name) for clock in clocks
    ]
    if not rows:
        return None
    head = format_html_join("", '<th scope="col">{}</th>', [[_("Promise")], [_("State")], [_("Due")], [_("Policy")]])
    body = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", rows)
    return Panel(_("Promises"), format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, body))


def _when(clock: Clock) -> str:
    """A paused clock has time left, but no deadline."""
    return "–" if clock.due_at is None else date_format(localtime(clock.due_at), "SHORT_DATETIME_FORMAT")
