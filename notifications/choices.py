"""What staff may choose: for each kind, over which channels they hear of it besides the inbox. Defaults, and their own word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notifications.channels import EMAIL
from notifications.kinds import KINDS, Kind
from notifications.models import ChannelPreference
from teams.models import User

POPUP = "popup"
CHANNEL_NAMES: dict[str, Any] = {POPUP: _("Pop-up"), EMAIL: _("E-mail")}
STAFF_KINDS = tuple(kind for kind in KINDS.values() if kind.staff_label)


@dataclass(frozen=True, slots=True)
class Choice:
    kind: Kind
    channel: str
    is_enabled: bool

    @property
    def channel_name(self) -> Any:
        return CHANNEL_NAMES[self.channel]

    @property
    def is_default(self) -> bool:
        return self.is_enabled == default_for(self.kind, self.channel)


def default_for(kind: Kind, channel: str) -> bool:
    return kind.is_mailed_to_staff if channel == EMAIL else True


def choices_of(user: User) -> list[list[Choice]]:
    """One list a kind, in the order of the channels."""
    own = {(row.kind, row.channel): row.is_enabled for row in ChannelPreference.objects.filter(user=user)}
    return as_choices(own)


def as_choices(wanted: Mapping[tuple[str, str], bool]) -> list[list[Choice]]:
    """The same from what somebody wants; where that says nothing, the default holds."""
    return [
        [
            Choice(kind, channel, wanted.get((kind.slug, channel), default_for(kind, channel)))
            for channel in CHANNEL_NAMES
        ]
        for kind in STAFF_KINDS
    ]


@transaction.atomic
def choose(user: User, wanted: Mapping[tuple[str, str], bool]) -> None:
    """Keep what differs from the defaults: whoever chose the default follows it when it changes."""
    for kind in STAFF_KINDS:
        for channel in CHANNEL_NAMES:
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
