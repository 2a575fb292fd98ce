"""The kinds of events that escalation records."""

from tickets.events import register_kinds

SLA_WARNED = "sla.warned"
SLA_BREACHED = "sla.breached"
ESCALATION_RAISED = "escalation.raised"
ESCALATION_ACKNOWLEDGED = "escalation.acknowledged"

# What a lead is shown until somebody acknowledges it.
ALERT_KINDS = (SLA_WARNED, SLA_BREACHED, ESCALATION_RAISED)

register_kinds(*ALERT_KINDS, ESCALATION_ACKNOWLEDGED)
