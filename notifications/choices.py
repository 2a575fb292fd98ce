"""What staff may choose: for each kind, over which channels they hear of it besides the inbox. Defaults, and their own word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notifications.channels import EMAIL, SMS
from notifications.kinds import KINDS, Kind
from notifications.models import ChannelPreference
from notifications.texting import can_text
from teams.models import User

POPUP = "popup"
STAFF_KINDS = tuple(kind for kind in KINDS.values() if kind.staff_label)
_NAMES: dict[str, Any] = {POPUP: _("Pop-up"), EMAIL: _("E-mail"), SMS: _("Text message")}


@dataclass(frozen=True, slots=True)
class Choice:
    kind: Kind
    channel: str
    is_enabled: bool

    @property
    def channel_name(self) -> Any:
        return _NAMES[self.channel]

    @property
    def is_default(self) -> bool:
        return self.is_enabled == default_for(self.kind, self.channel)


def channel_names() -> dict[str, Any]:
    """The channels of this installation, in their order."""
    return {channel: name for channel, name in _NAMES.items() if channel != SMS or can_text()}


def channels_of(kind: Kind) -> list[str]:
    """Over which of them this kind can be heard of."""
    return [channel for channel in channel_names() if channel != SMS or kind.is_texted is not None]


def default_for(kind: Kind, channel: str) -> bool:
    """A text message goes out by itself to whoever gave a number and has no page open; "on" is: also with one."""
    return {EMAIL: kind.is_mailed_to_staff, SMS: False}.get(channel, True)


def choices_of(user: User) -> list[list[Choice]]:
    """One list a kind, in the order of the channels."""
    own = {(row.kind, row.channel): row.is_enabled for row in ChannelPreference.objects.filter(user=user)}
    return as_choices(own)


def as_choices(wanted: Mapping[tuple[str, str], bool]) -> list[list[Choice]]:
    """The same from what somebody wants; where that says nothing, the default holds."""
    return [
        [
            Choice(kind, channel, wanted.get((kind.slug, channel), default_for(kind, channel)))
            for channel in channels_of(kind)
        ]
        for kind in STAFF_KINDS
    ]


@transaction.atomic
def choose(user: User, wanted: Mapping[tuple[str, str], bool]) -> None:
    """Keep what differs from the defaults: whoever chose the default follows it when it changes."""
    for kind in STAFF_KINDS:
        for channel in channels_of(kind):
            row: dict[str, Any] = {"user": user, "kind": kind.slug, "channel": channel}
            is_enabled = wanted[kind.slug, channel]
            if is_enabled == default_for(kind, channel):
                ChannelPreference.objects.filter(**row).delete()
            else:
                ChannelPreference.objects.update_or_create(**row, defaults={"is_enabled": is_enabled})


def unwanted_popups(user: User) -> list[str]:
    """The kinds that shall not pop up."""
    off = ChannelPreference.objects.filter(user=user, channel=POPUP, is_enabled=False)
    return list(off.values_list("kind", flat=True))
