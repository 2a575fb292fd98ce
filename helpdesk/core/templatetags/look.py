"""Icons from the one sprite, for every page."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from helpdesk.core import spans

register = template.Library()

SPRITE = "icons/lucide.svg"


@register.simple_tag
def icon(name: str, label: str = "", size: int = 16) -> SafeString:
    """An icon as large as the text beside it. Without a label it is decoration, and readers of the page skip it.

    `size` 20 or 28 makes it larger.
    """
    described = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon icon-{}" {} focusable="false"><use href="{}#{}"></use></svg>',
        size,
        described,
        static(SPRITE),
        name,
    )


@register.filter
def working_span(seconds: float) -> str:
    """ "26 h 20 min"."""
    return spans.working_span(seconds)
