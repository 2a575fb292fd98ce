"""The back-office pages of tickets: what they may be about and where they go, and the tickets themselves, to read."""

from tickets.admin import canned, categories, routing, tags, tickets

__all__ = ["canned", "categories", "routing", "tags", "tickets"]
