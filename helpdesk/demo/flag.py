"""Whether this is the demo: a desk full of invented people with a published password, for this machine alone.

`helpdesk.settings` refuses the flag where strangers could come.
"""

from django.conf import settings

from helpdesk.core.own_desk import is_own_desk


def demo_is_on() -> bool:
    """Ask at each request, not at the import: the demo can become somebody's own desk while it runs."""
    return settings.DEMO and not is_own_desk()


def demo_accounts_are_allowed() -> bool:
    """Accounts with the published password: in the demo, and where somebody works on the code."""
    return demo_is_on() or (settings.DEBUG and not settings.IS_PUBLIC)
