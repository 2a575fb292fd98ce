"""The kinds of events that escalation records."""

from tickets.events import register_kinds

SLA_WARNED = "sla.warned"
SLA_BREACHED = "sla.breached"
SLA_REAPPLIED = "sla.reapplied"
SLA_SLIPPING = "sla.slipping"
ESCALATION_RAISED = "escalation.raised"
ESCALATION_ACKNOWLEDGED = "escalation.acknowledged"
ESCALATION_SNOOZED = "escalation.snoozed"
AUTOMATION_RAN = "automation.ran"

# What a lead is shown until somebody acknowledges it.
ALERT_KINDS = (SLA_WARNED, SLA_BREACHED, ESCALATION_RAISED)

register_kinds(*ALERT_KINDS, SLA_REAPPLIED, SLA_SLIPPING, ESCALATION_ACKNOWLEDGED, ESCALATION_SNOOZED, AUTOMATION_RAN)
