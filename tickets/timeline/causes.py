"""Why something happened, in words. Whatever a person asked for needs none."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.events import Cause
from tickets.models import TicketEvent

_CAUSES = {
    Cause.REQUEST: "",
    Cause.ASSIGNMENT: gettext_lazy("assigned by itself"),
    Cause.SHIFT_STARTED: gettext_lazy("a shift began"),
    Cause.HOLD_ENDED: gettext_lazy("it had waited for somebody to be free"),
    Cause.ABSENCE: gettext_lazy("the assignee is absent"),
    Cause.SHIFT_ENDED: gettext_lazy("the assignee's shift ended"),
    Cause.AGENT_GONE: gettext_lazy("the assignee is no longer an agent"),
    Cause.UNTOUCHED: gettext_lazy("nobody had touched it"),
    Cause.TIME: gettext_lazy("the time had come"),
    Cause.ESCALATION: gettext_lazy("an escalation level fired"),
    Cause.UNDO: gettext_lazy("taken back at once"),
    Cause.DUPLICATE: gettext_lazy("a duplicate"),
}


def cause_of(event: TicketEvent) -> str:
    """The cause in words, with the number of the event that led here where there is one."""
    cause = str(_CAUSES.get(event.cause, event.cause))
    led_here = event.caused_by
    if led_here is None or not cause:
        return cause
    return _("%(cause)s (after #%(seq)s)") % {"cause": cause, "seq": led_here.seq}
