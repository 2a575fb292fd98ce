"""Whose password is published: everybody in the cast."""

from helpdesk.demo.cast import ADMINISTRATOR, AGENTS, CUSTOMERS


def demo_addresses() -> list[str]:
    """Whoever signs in with one of these may be anybody."""
    staff = [ADMINISTRATOR[1], *(agent.email for agent in AGENTS)]
    return [*staff, *(email for _name, email, _language in CUSTOMERS.values())]
