"""The console's frame, for pages that hold no context of the admin."""

from typing import Any

from django import template
from django.contrib import admin

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> Any:
    """What the admin site leads to, as the reader of this page may go there."""
    site: Any = admin.site
    return site.navigation(context["request"])
