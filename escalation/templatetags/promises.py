"""What a customer page says of promises."""

from django import template

from escalation.explanation.plainly import plain_reason
from tickets.models import Ticket

register = template.Library()


@register.simple_tag
def promise_reason(ticket: Ticket) -> str:
    """Why the answer comes when it comes, in simple words. One query."""
    return plain_reason(ticket)
