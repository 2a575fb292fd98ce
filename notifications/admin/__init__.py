"""The back-office of notifications."""

from notifications.admin import deliveries, notifications, numbers, preferences, webhooks  # noqa: F401
