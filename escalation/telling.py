"""What escalation records, in sentences for the history of a ticket."""

from django.utils.translation import gettext as _

from escalation.kinds import ESCALATION_ACKNOWLEDGED, ESCALATION_RAISED, SLA_BREACHED, SLA_WARNED
from escalation.models import Metric
from escalation.models.clock import BreachCause
from tickets.models import TicketEvent
from tickets.timeline import Names, register_sentence


def _warned(event: TicketEvent, _names: Names) -> str:
    return _("%(metric)s is at risk") % {"metric": Metric(event.data["metric"]).label}


def _breached(event: TicketEvent, _names: Names) -> str:
    return _("%(metric)s is overdue (%(cause)s)") % {
        "metric": Metric(event.data["metric"]).label,
        "cause": BreachCause(event.data["cause"]).label,
    }


def _raised(event: TicketEvent, _names: Names) -> str:
    return _("Escalation level %(level)s fired") % {"level": event.data["level"]}


def _acknowledged(event: TicketEvent, _names: Names) -> str:
    what = {
        SLA_WARNED: _("%(person)s has seen that it is at risk"),
        SLA_BREACHED: _("%(person)s has seen that it is overdue"),
        ESCALATION_RAISED: _("%(person)s has seen the escalation"),
    }
    return what[event.data["kind"]] % {"person": event.actor}


register_sentence(SLA_WARNED, _warned)
register_sentence(SLA_BREACHED, _breached)
register_sentence(ESCALATION_RAISED, _raised)
register_sentence(ESCALATION_ACKNOWLEDGED, _acknowledged)
