"""What was promised, and what happens when it slips."""

from escalation.models.acknowledgement import Acknowledgement
from escalation.models.automation import Automation, AutomationRun, AutomationTimer, Happening
from escalation.models.clock import Clock, Metric
from escalation.models.escalation import Escalation, EscalationTimer
from escalation.models.level import Anchor, EscalationLevel, EscalationPolicy
from escalation.models.repair import ClockRepair
from escalation.models.sla import SlaPolicy, SlaTarget
from escalation.models.snooze import Snooze

__all__ = [
    "Acknowledgement",
    "Anchor",
    "Automation",
    "AutomationRun",
    "AutomationTimer",
    "Clock",
    "ClockRepair",
    "Escalation",
    "EscalationLevel",
    "EscalationPolicy",
    "EscalationTimer",
    "Happening",
    "Metric",
    "SlaPolicy",
    "SlaTarget",
    "Snooze",
]
