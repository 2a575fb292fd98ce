"""What was promised, and what happens when it slips."""

from escalation.models.acknowledgement import Acknowledgement
from escalation.models.clock import Clock, Metric
from escalation.models.escalation import Escalation, EscalationTimer
from escalation.models.level import Anchor, EscalationLevel, EscalationPolicy
from escalation.models.repair import ClockRepair
from escalation.models.sla import SlaPolicy, SlaTarget

__all__ = [
    "Acknowledgement",
    "Anchor",
    "Clock",
    "ClockRepair",
    "Escalation",
    "EscalationLevel",
    "EscalationPolicy",
    "EscalationTimer",
    "Metric",
    "SlaPolicy",
    "SlaTarget",
]
