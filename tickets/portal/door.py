"""The door of the customer pages: who is here, and whether this ticket is theirs to read. Views ask nothing else.

Whoever is signed in sees what `visible_to` allows. A guest holds grants in the session, each for one ticket, put there
by a link from a mail and asked again on every request.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _

from teams.models import User
from tickets.links import Grant, grant_from, granted
from tickets.models import Ticket

_KEY = "ticket_grants"
# The oldest are forgotten: nobody follows more tickets than this without signing in.
_MOST_GRANTS = 50
Session = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Visitor:
    """`person` at `ticket`. A guest came by a link and may do there what the person may, and nothing elsewhere."""

    person: User
    ticket: Ticket
    is_guest: bool


def enter(request: HttpRequest, public_id: UUID) -> Visitor:
    """Raises Http404, the same for what is not there and for what is somebody else's."""
    person = person_of(request)
    if person is not None:
        tickets = Ticket.objects.visible_to(person).select_related("requester", "assignee", "team", "category")
        ticket = tickets.filter(public_id=public_id).first()
        if ticket is not None:
            return Visitor(person, ticket, is_guest=False)
    # Somebody with two addresses opens the link that went to the other one. Staff never act as a customer.
    if person is None or not person.is_staff:
        ours = grants_of(request.session).get(str(public_id))
        found = granted(ours, at=now(), public_id=public_id) if ours is not None else None
        if found is not None:
            return Visitor(person=found[1], ticket=found[0], is_guest=True)
    raise Http404(_("There is no such ticket."))


def person_of(request: HttpRequest) -> User | None:
    """Who is signed in. A guest is nobody here: a grant opens one ticket, not what else its person has."""
    return request.user if isinstance(request.user, User) and request.user.is_active else None


def let_in(request: HttpRequest, ticket: Ticket, grant: Grant) -> None:
    """Remember in the session that its owner may read and answer this ticket."""
    grants = cast("dict[str, Any]", request.session.get(_KEY, {}))
    grants.pop(str(ticket.public_id), None)
    grants[str(ticket.public_id)] = list(grant)
    request.session[_KEY] = dict(list(grants.items())[-_MOST_GRANTS:])
    # A session that somebody else has put into the browser learns nothing from the link.
    request.session.cycle_key()


def grants_of(session: Session) -> dict[str, Grant]:
    """Public id of the ticket → grant, the newest last. Ask `granted` about each before believing it."""
    grants = {public_id: grant_from(values) for public_id, values in session.get(_KEY, {}).items()}
    return {public_id: grant for public_id, grant in grants.items() if grant is not None}


def guest_of(session: Session) -> User | None:
    """The person of the newest grant: whose language and zone a guest reads in. Opens nothing."""
    grants = list(grants_of(session).values())
    return User.objects.filter(pk=grants[-1].person).first() if grants else None
