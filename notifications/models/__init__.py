"""Who hears of it, and how."""

from notifications.models.delivery import Delivery
from notifications.models.mobile import MobileNumber
from notifications.models.notification import Notification
from notifications.models.preference import ChannelPreference
from notifications.models.quiet_hours import QuietHours
from notifications.models.webhook import WebhookCall, WebhookEndpoint, WebhookSecret

__all__ = [
    "ChannelPreference",
    "Delivery",
    "MobileNumber",
    "Notification",
    "QuietHours",
    "WebhookCall",
    "WebhookEndpoint",
    "WebhookSecret",
]
