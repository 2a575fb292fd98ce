"""The promises of a ticket on its page: how each stands and why. Levels are fetched when somebody looks."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.utils.translation import gettext as _

from escalation.explanation import ExplainedClock, explained_clocks
from tickets.admin.panels import Panel, register_panel
from tickets.models import Ticket


@register_panel
def promises(request: HttpRequest, ticket: Ticket) -> Panel | None:
    at = now()
    clocks = explained_clocks(ticket, as_of=at)
    if not clocks:
        return None
    current, earlier = _latest(clocks)
    context = {"ticket": ticket, "clocks": current, "earlier": earlier}
    return Panel(_("Promises"), render_to_string("console/ticket/_promises.html", context, request))


def _latest(clocks: list[ExplainedClock]) -> tuple[list[ExplainedClock], list[ExplainedClock]]:
    """The last cycle of each promise, and those before."""
    last = {each.clock.metric: each for each in clocks}
    return list(last.values()), [each for each in clocks if each not in last.values()]
