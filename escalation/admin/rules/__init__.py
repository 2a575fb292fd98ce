"""Conditions and actions as people read and write them: rows of a form, and a sentence."""

from escalation.admin.rules.admins import RulesAdmin, RulesForm, SaidAdmin

__all__ = ["RulesAdmin", "RulesForm", "SaidAdmin"]
