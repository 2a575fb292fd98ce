"""Triage in templates: what stands beside a ticket."""

from collections.abc import Sequence

from django import template

from tickets.console.triage.panel import Beside, beside
from tickets.models import Category, Ticket

register = template.Library()


@register.simple_tag
def triage_beside(ticket: Ticket, categories: Sequence[Category]) -> Beside | None:
    return beside(ticket, categories)
