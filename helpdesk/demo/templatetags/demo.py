"""Whether a page is one of the demo: its foot and menus then lead back to the doors."""

from django import template

from helpdesk.demo import flag

register = template.Library()


@register.simple_tag
def demo_is_on() -> bool:
    return flag.demo_is_on()
