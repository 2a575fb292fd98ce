"""The ways in which a message reaches somebody: one file a channel, all with the same face."""

from notifications.channels.channel import Channel, ChannelDown, PermanentFailure
from notifications.channels.email import EmailChannel
from notifications.channels.sms import SmsChannel

EMAIL = EmailChannel.slug
SMS = SmsChannel.slug
CHANNELS: dict[str, type[Channel]] = {EMAIL: EmailChannel, SMS: SmsChannel}

__all__ = ["CHANNELS", "EMAIL", "SMS", "Channel", "ChannelDown", "PermanentFailure"]
