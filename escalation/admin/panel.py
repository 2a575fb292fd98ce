"""The promises of a ticket on its page: how each stands, and the stretches of time behind its deadline."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.utils.translation import gettext as _

from escalation.explanation import explained_clocks
from tickets.admin.panels import Panel, register_panel
from tickets.models import Ticket


@register_panel
def promises(_request: HttpRequest, ticket: Ticket) -> Panel | None:
    clocks = explained_clocks(ticket, as_of=now())
    if not clocks:
        return None
    return Panel(_("Promises"), render_to_string("console/ticket/_promises.html", {"clocks": clocks}))
