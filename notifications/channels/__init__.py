"""The ways in which a message reaches somebody: one file a channel, all with the same face."""

from notifications.channels.channel import Channel, ChannelDown, PermanentFailure
from notifications.channels.email import EmailChannel

EMAIL = EmailChannel.slug
CHANNELS: dict[str, type[Channel]] = {EMAIL: EmailChannel}

__all__ = ["CHANNELS", "EMAIL", "Channel", "ChannelDown", "PermanentFailure"]
