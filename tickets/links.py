"""Links in mails: whoever holds one reads and answers one ticket as the person it was mailed to, without signing in.

A link is signed, ends by itself, and dies at once when staff revoke the ticket's links, or when the person leaves,
gets another address or does not see the ticket any more. Staff sign in instead: no link acts as one of them.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import EventKind, record
from tickets.models import Ticket, Watcher
from tickets.permissions import check_staff

LIFETIME = timedelta(days=90)
# More than any link of ours has; a longer one is not worth a signature.
_MOST_CHARACTERS = 400
_SIGNER = Signer(salt="tickets.links", sep=".")


class Grant(NamedTuple):
    """What a link says. Sessions keep it instead of the link: it is worth nothing outside of them."""

    ticket: int
    person: int
    generation: int
    ends_at: int
    address: str


def link_to(ticket: Ticket, person: User, *, at: datetime) -> str:
    """The absolute address that opens `ticket` for `person`."""
    ends_at = int((at + LIFETIME).timestamp())
    grant = Grant(ticket.pk, person.pk, ticket.link_generation, ends_at, _print_of(person))
    return settings.SITE_URL + reverse("portal:link", args=[_SIGNER.sign_object(list(grant))])


def opened(token: str, *, at: datetime) -> tuple[Ticket, User] | None:
    """Whom and what a link is for; None for one that is wrong, old or revoked."""
    grant = grant_in(token)
    return None if grant is None else granted(grant, at=at)


def grant_in(token: str) -> Grant | None:
    """What a link says, when we wrote it. Whether it still holds is for `granted` to say."""
    if len(token) > _MOST_CHARACTERS:
        return None
    try:
        return grant_from(_SIGNER.unsign_object(token))
    except (BadSignature, ValueError):
        return None


def grant_from(values: Any) -> Grant | None:
    """A grant as it comes back from JSON."""
    is_one = isinstance(values, list) and len(values) == len(Grant._fields)
    return Grant(*values) if is_one else None


def granted(grant: Grant, *, at: datetime, public_id: UUID | None = None) -> tuple[Ticket, User] | None:
    """The ticket and the person, while the grant holds. With `public_id`, only when it is for that ticket."""
    if datetime.fromtimestamp(grant.ends_at, UTC) <= at:
        return None
    person = User.objects.filter(pk=grant.person, is_active=True, is_staff=False).first()
    if person is None or _print_of(person) != grant.address:
        return None
    tickets = Ticket.objects.visible_to(person).filter(pk=grant.ticket, link_generation=grant.generation)
    if public_id is not None:
        tickets = tickets.filter(public_id=public_id)
    ticket = tickets.select_related("requester", "assignee", "team", "category").first()
    return None if ticket is None else (ticket, person)


def granted_among(grants: Collection[Grant], *, at: datetime) -> set[Grant]:
    """Those for which `granted` finds somebody, in three queries for all of them."""
    running = [grant for grant in grants if datetime.fromtimestamp(grant.ends_at, UTC) > at]
    people = User.objects.filter(is_active=True, is_staff=False).in_bulk({grant.person for grant in running})
    tickets = Ticket.objects.only("link_generation", "requester").in_bulk({grant.ticket for grant in running})
    watching = set(Watcher.objects.filter(user__in=people, ticket__in=tickets).values_list("user", "ticket"))

    def holds(grant: Grant) -> bool:
        person, ticket = people.get(grant.person), tickets.get(grant.ticket)
        if person is None or ticket is None or _print_of(person) != grant.address:
            return False
        is_theirs = ticket.requester_id == person.pk or (person.pk, ticket.pk) in watching
        return is_theirs and ticket.link_generation == grant.generation

    return {grant for grant in running if holds(grant)}


@in_transaction
def revoke_links(ticket: Ticket, *, by: User | None, at: datetime | None = None) -> Ticket:
    """Every link to the ticket that was mailed so far opens nothing any more, also in pages that are open."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    ticket.link_generation += 1
    ticket.save(update_fields=["link_generation"])
    record(ticket, EventKind.LINKS_REVOKED, actor=by, at=at or now())
    return ticket


def _print_of(person: User) -> str:
    """A link that went to a mistyped address dies when the address is put right."""
    return salted_hmac("tickets.links.address", person.email, algorithm="sha256").hexdigest()[:12]
