"""How messages are shown: `{{ message.body|said }}`, `{{ note|rendered }}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tickets import rendering

register = template.Library()


@register.filter
def rendered(body: str) -> SafeString:
    return rendering.rendered(body)


@register.filter
def said(body: str) -> SafeString:
    """The person's own words, and below them, folded, the mail that they quoted."""
    fresh, tail = rendering.split_quote(body)
    if not tail:
        return rendering.rendered(fresh)
    return format_html(
        '{}<details class="quote"><summary>{}</summary>{}</details>',
        rendering.rendered(fresh),
        _("Show quoted text"),
        rendering.rendered(tail),
    )
