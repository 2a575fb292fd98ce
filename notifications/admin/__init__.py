"""The back-office of notifications."""

from notifications.admin import deliveries, notifications, numbers, preferences  # noqa: F401
