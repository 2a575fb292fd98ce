"""Who gets a text message: staff on duty with a number, about the few facts that can't wait.

Asked twice: when a fact is told, and again when the message is about to go out.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings

from notifications.channels import SMS
from notifications.kinds import KINDS
from notifications.live.open_pages import has_open_page
from notifications.models import ChannelPreference, MobileNumber, Notification
from teams.availability import load_availability, on_call
from teams.models import User

# A person's id, and the id of the team that the ticket is with.
Whom = tuple[int, int]


def can_text() -> bool:
    """Whether this installation has a gateway."""
    return bool(settings.SMS_GATEWAY_URL)


def with_number(people: Collection[int]) -> set[int]:
    """Of these people, the staff who have given a number."""
    numbers = MobileNumber.objects.filter(user__in=people, user__is_staff=True, user__is_active=True)
    return set(numbers.values_list("user", flat=True))


def on_duty(whom: Collection[Whom], *, at: datetime) -> set[Whom]:
    """Who works now, or is on call for the team. Nobody else is woken."""
    people = list(User.objects.filter(pk__in={user for user, _team in whom}).select_related("agent_profile"))
    hours = load_availability(people, as_of=at)
    woken = on_call({team for _user, team in whom}, as_of=at)
    return {
        (user, team)
        for user, team in whom
        if team in woken.get(user, ()) or (user in hours and hours[user].is_on_shift(at))
    }


def why_not(recipient: User, rows: Sequence[Notification], *, at: datetime) -> str:
    """Why no text message goes out any more about what still holds; "" when one does."""
    urgent = [row for row in rows if _is_texted(row)]
    if not urgent:
        return "not_urgent_any_more"
    if not on_duty({(recipient.pk, row.ticket.team_id) for row in urgent}, at=at):
        return "off_duty"
    if not _has_chosen(recipient, urgent) and has_open_page(recipient):
        return "page_open"
    return ""


def _is_texted(row: Notification) -> bool:
    wanted = KINDS[row.kind].is_texted
    return wanted is not None and wanted(row.event, row.ticket)


def _has_chosen(recipient: User, rows: Sequence[Notification]) -> bool:
    kinds = {row.kind for row in rows}
    return ChannelPreference.objects.filter(user=recipient, channel=SMS, kind__in=kinds, is_enabled=True).exists()
