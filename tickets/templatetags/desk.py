"""Small questions that the ticket page asks of what it shows."""

from django import template

from tickets import downloads
from tickets.models import Attachment

register = template.Library()


@register.filter
def is_picture(attachment: Attachment) -> bool:
    return downloads.is_picture(attachment)
