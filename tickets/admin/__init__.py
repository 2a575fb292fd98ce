"""The back-office pages of tickets: what they may be about and where they go, and the tickets themselves, to read."""

from tickets.admin import categories, routing, tags, tickets

__all__ = ["categories", "routing", "tags", "tickets"]
