"""The kinds of events that escalation records."""

from tickets.events import register_kinds

SLA_WARNED = "sla.warned"
SLA_BREACHED = "sla.breached"
ESCALATION_RAISED = "escalation.raised"

register_kinds(SLA_WARNED, SLA_BREACHED, ESCALATION_RAISED)
