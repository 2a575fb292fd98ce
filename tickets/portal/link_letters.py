"""The letter with fresh links to somebody's requests."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.core.letters import Letter
from helpdesk.core.text import single_line
from teams.models import LetterRequest, User
from teams.services.letters import register_letter
from tickets.links import link_to
from tickets.models import Ticket

LINKS = "links"
_MOST_TICKETS = 10


def register() -> None:
    register_letter(LINKS, write)


def write(asked: LetterRequest, at: datetime) -> Letter | None:
    """None when there is nothing to send: nobody has the address, or no such request. Staff sign in instead."""
    person = User.objects.filter(email=asked.address, is_active=True, is_staff=False).first()
    if person is None:
        return None
    tickets = Ticket.objects.visible_to(person).order_by("-updated_at", "-id")
    number = asked.details.get("number")
    if number is not None:
        tickets = tickets.filter(number=number)
    found = list(tickets[:_MOST_TICKETS])
    with translation.override(person.language):
        return _letter(person, found, at) if found else None


def _letter(person: User, tickets: list[Ticket], at: datetime) -> Letter:
    hello = _("Hello %(name)s,") % {"name": person.get_short_name()}
    latest, *others = tickets
    if others:
        text = _("here are fresh links to your requests. The button opens the latest one, “%(title)s” (%(reference)s).")
    else:
        text = _("here is a fresh link to your request “%(title)s” (%(reference)s).")
    lines = [f"{each.reference} {single_line(each.title)}\n{link_to(each, person, at=at)}" for each in others]
    paragraphs = [hello, text % {"title": latest.title, "reference": latest.reference}, *lines]
    return Letter(
        to=person.email,
        subject=_("Fresh links to your requests") if others else single_line(f"[{latest.reference}] {latest.title}"),
        text="\n\n".join([*paragraphs, _("Keep this mail to yourself: who has a link can read and answer.")]),
        because=_("You receive this because somebody gave your address at our page for fresh links."),
        language=person.language,
        link=link_to(latest, person, at=at),
        link_label=_("Open the request"),
    )
