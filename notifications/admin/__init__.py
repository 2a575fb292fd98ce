"""The back-office of notifications."""

from notifications.admin import deliveries, notifications, preferences  # noqa: F401
