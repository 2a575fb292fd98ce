"""What escalation records, in sentences for the history of a ticket."""

from datetime import datetime

from django.utils.translation import gettext as _

from escalation.kinds import (
    AUTOMATION_RAN,
    ESCALATION_ACKNOWLEDGED,
    ESCALATION_RAISED,
    ESCALATION_SNOOZED,
    SLA_BREACHED,
    SLA_REAPPLIED,
    SLA_SLIPPING,
    SLA_WARNED,
)
from escalation.models import Automation, EscalationPolicy, Metric
from escalation.models.clock import BreachCause
from tickets.models import TicketEvent
from tickets.promise import clock_time
from tickets.timeline import Names, register_names, register_sentence


def _warned(event: TicketEvent, _names: Names) -> str:
    return _("%(metric)s is at risk") % {"metric": Metric(event.data["metric"]).label}


def _breached(event: TicketEvent, _names: Names) -> str:
    return _("%(metric)s is overdue (%(cause)s)") % {
        "metric": Metric(event.data["metric"]).label,
        "cause": BreachCause(event.data["cause"]).label,
    }


def _raised(event: TicketEvent, names: Names) -> str:
    level, policy = event.data["level"], names.thing(EscalationPolicy, event.data.get("policy"))
    if not policy:
        return _("Escalation level %(level)s fired") % {"level": level}
    return _("Level %(level)s of “%(policy)s” fired") % {"level": level, "policy": policy}


def _acknowledged(event: TicketEvent, _names: Names) -> str:
    what = {
        SLA_WARNED: _("%(person)s has seen that it is at risk"),
        SLA_BREACHED: _("%(person)s has seen that it is overdue"),
        ESCALATION_RAISED: _("%(person)s has seen the escalation"),
    }
    return what[event.data["kind"]] % {"person": event.actor}


def _reapplied(_event: TicketEvent, _names: Names) -> str:
    return _("Today’s policies and hours were applied to its promises")


def _slipping(event: TicketEvent, _names: Names) -> str:
    new_time = clock_time(datetime.fromisoformat(event.data["new_at"]), at=event.at)
    return _("The customer was told that it takes until %(time)s") % {"time": new_time}


def _snoozed(event: TicketEvent, _names: Names) -> str:
    until = clock_time(datetime.fromisoformat(event.data["until"]), at=event.at)
    return _("%(person)s lets escalation wait until %(time)s") % {"person": event.actor, "time": until}


def _ran(event: TicketEvent, names: Names) -> str:
    number = event.data["automation"]
    name = names.thing(Automation, number)
    if not name:
        return _("Automation %(number)s acted") % {"number": number}
    return _("The automation “%(name)s” acted") % {"name": name}


register_names(EscalationPolicy, key="policy", kinds=[ESCALATION_RAISED])
register_names(Automation, key="automation", kinds=[AUTOMATION_RAN])
register_sentence(SLA_WARNED, _warned)
register_sentence(SLA_BREACHED, _breached)
register_sentence(ESCALATION_RAISED, _raised)
register_sentence(ESCALATION_ACKNOWLEDGED, _acknowledged)
register_sentence(SLA_REAPPLIED, _reapplied)
register_sentence(SLA_SLIPPING, _slipping)
register_sentence(ESCALATION_SNOOZED, _snoozed)
register_sentence(AUTOMATION_RAN, _ran)
