"""Why something happened, in words. Whatever a person asked for needs none, nor does what the sentence says itself."""

from django.utils.translation import gettext_lazy

from tickets.events import Cause
from tickets.models import TicketEvent

_CAUSES = {
    Cause.REQUEST: "",
    Cause.ASSIGNMENT: "",
    Cause.SHIFT_STARTED: gettext_lazy("a shift began"),
    Cause.HOLD_ENDED: gettext_lazy("it had waited for somebody to be free"),
    Cause.ABSENCE: gettext_lazy("the assignee is absent"),
    Cause.SHIFT_ENDED: gettext_lazy("the assignee's shift ended"),
    Cause.AGENT_GONE: gettext_lazy("the assignee is no longer an agent"),
    Cause.UNTOUCHED: gettext_lazy("nobody had touched it"),
    Cause.REBALANCED: gettext_lazy("a lead had untouched tickets spread anew"),
    Cause.TIME: gettext_lazy("the time had come"),
    Cause.ESCALATION: gettext_lazy("an escalation level fired"),
    Cause.UNDO: gettext_lazy("taken back at once"),
    Cause.DUPLICATE: gettext_lazy("a duplicate"),
    Cause.TRIAGE: gettext_lazy("several people reported the same"),
    Cause.AUTOMATION: gettext_lazy("an automation did it"),
    Cause.INCIDENT: gettext_lazy("one answer for the whole incident"),
}


def cause_of(event: TicketEvent) -> str:
    return str(_CAUSES.get(event.cause, event.cause))
