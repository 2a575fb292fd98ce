"""Who hears of it, and how."""

from notifications.models.delivery import Delivery
from notifications.models.notification import Notification
from notifications.models.preference import ChannelPreference

__all__ = ["ChannelPreference", "Delivery", "Notification"]
