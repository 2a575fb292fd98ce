"""One cause behind many tickets: suspected by the system, confirmed by a person, answered once for all."""

import math
from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db import connection
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError, NotPermitted
from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import Cause, EventKind, record
from tickets.lifecycle import Status
from tickets.models import Incident, IncidentTicket, Message, Target, Ticket, TicketVector
from tickets.permissions import check_staff, may_work_on
from tickets.services.conversing import AfterSending, say_as_staff
from tickets.services.loads import lock_loads
from tickets.services.submitting import earlier_submission, fingerprint, remember_submission
from tickets.triage.crowding import LIKENESS, USUAL_OVER, WINDOW, Report, crowd, is_incident
from tickets.triage.hashed import HashedWords
from tickets.triage.signature import BITS, unpacked
from tickets.triage.standing import is_on
from tickets.triage.vectors import short_digest

log = structlog.get_logger(__name__)

_MOST_REPORTS = 500


class NoSuchPart(DomainError):
    code = "not_in_incident"
    status = 409


class AlreadyDecided(DomainError):
    code = "already_decided"
    status = 409


@in_transaction
def suspect_incident(ticket: Ticket) -> Incident | None:
    """Look whether others report the same now. A ticket of an incident stays there, also of one that was dismissed."""
    if not is_on(Target.INCIDENTS) or IncidentTicket.objects.filter(ticket=ticket).exists():
        return None
    own = TicketVector.objects.filter(ticket=ticket).first()
    if own is None:
        return None
    least = LIKENESS["none" if own.encoder == short_digest(HashedWords.digest) else "minilm"]
    alike = crowd(_recent(ticket, own), person=ticket.requester_id, least=least)
    for report in alike:
        if report.incident is not None:
            return _found_part_of(ticket, report.incident, report.likeness)
    if not is_incident(len(alike) + 1, usual=_usual(ticket, own, least)):
        return None
    return _suspect(ticket, alike)


@in_transaction
def confirm_incident(incident: Incident, *, by: User, at: datetime | None = None) -> Incident:
    """It is one incident: link every ticket of it that `by` works on. The others wait for somebody who works on them."""
    incident, tickets = _locked(incident)
    mine = [ticket for ticket in tickets if may_work_on(by, ticket)]
    if not mine:
        raise NotPermitted(_("Only staff who work on one of its tickets may do that."))
    if incident.state == Incident.State.DISMISSED:
        raise AlreadyDecided(_("Somebody has said already that this is not one incident."))
    at = at or now()
    if incident.state == Incident.State.SUSPECTED:
        incident.state, incident.decided_at, incident.decided_by = Incident.State.CONFIRMED, at, by
        incident.save(update_fields=["state", "decided_at", "decided_by"])
    _link(incident, mine, by=by, at=at)
    return incident


@in_transaction
def dismiss_incident(incident: Incident, *, by: User, at: datetime | None = None) -> Incident:
    """It only looked like one. Nobody is asked about these tickets again."""
    incident, tickets = _locked(incident)
    if not any(may_work_on(by, ticket) for ticket in tickets):
        raise NotPermitted(_("Only staff who work on one of its tickets may do that."))
    if incident.state == Incident.State.CONFIRMED:
        raise AlreadyDecided(_("Somebody has confirmed this incident already. Take single tickets out instead."))
    if incident.state == Incident.State.SUSPECTED:
        incident.state, incident.decided_at, incident.decided_by = Incident.State.DISMISSED, at or now(), by
        incident.save(update_fields=["state", "decided_at", "decided_by"])
    return incident


@in_transaction
def join_incident(ticket: Ticket, *, incident: Incident, by: User, at: datetime | None = None) -> Ticket:
    """Link one more ticket to a confirmed incident, found by the system or by a person."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    incident = Incident.objects.select_related("parent").get(pk=incident.pk)
    if incident.state != Incident.State.CONFIRMED:
        raise AlreadyDecided(_("Confirm the incident first."))
    at = at or now()
    part, _made = IncidentTicket.objects.get_or_create(ticket=ticket, defaults={"incident": incident, "joined_at": at})
    if part.incident_id != incident.pk and part.linked_at is not None:
        raise AlreadyDecided(_("The ticket belongs to another incident. Take it out there first."))
    if part.incident_id != incident.pk:
        if part.incident.parent_id == ticket.pk:
            raise AlreadyDecided(_("The ticket is the first one of another incident, whose tickets hang on it."))
        part.incident = incident
        part.save(update_fields=["incident"])
    _link(incident, [ticket], by=by, at=at)
    return ticket


@in_transaction
def leave_incident(ticket: Ticket, *, by: User, at: datetime | None = None) -> Ticket:
    """Take a ticket out: updates reach its customer no longer. The first one stays, for the others hang on it."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    part = IncidentTicket.objects.select_related("incident__parent").filter(ticket=ticket).first()
    if part is None or part.linked_at is None:
        return ticket
    if part.incident.parent_id == ticket.pk:
        raise NoSuchPart(_("The first ticket of an incident cannot be taken out of it."))
    part.linked_at = None
    part.save(update_fields=["linked_at"])
    data = {"incident": part.incident_id, "of": part.incident.parent.number}
    record(ticket, EventKind.INCIDENT_LEFT, actor=by, at=at or now(), data=data)
    return ticket


@in_transaction
def answer_incident(
    incident: Incident,
    *,
    body: str,
    by: User,
    then: AfterSending = AfterSending.SEND,
    submission_key: str = "",
    at: datetime | None = None,
) -> list[Message]:
    """Write once, and each customer gets it in their own ticket. What is closed stays closed and is passed over.

    Whoever works on its first ticket may: linking a ticket asked for its updates. A second call with the same
    `submission_key` writes nothing.
    """
    incident, tickets = _locked(incident)
    check_staff(incident.parent, by)
    if incident.state != Incident.State.CONFIRMED:
        raise AlreadyDecided(_("Confirm the incident first."))
    print_ = fingerprint("incident", incident.pk, body, then)
    if earlier_submission(by, submission_key, print_) is not None:
        return []
    at = at or now()
    linked = set(incident.parts.filter(linked_at__isnull=False).values_list("ticket", flat=True))
    told = [ticket for ticket in tickets if ticket.pk in linked and ticket.status != Status.CLOSED]
    if then is not AfterSending.SEND:
        # Each answer moves the load of whoever has that ticket: together, or two of these wait for each other.
        lock_loads({ticket.assignee_id for ticket in told if ticket.assignee_id is not None})
    messages = [say_as_staff(ticket, body=body, by=by, then=then, cause=Cause.INCIDENT, at=at) for ticket in told]
    remember_submission(by, submission_key, print_, ticket=incident.parent)
    return messages


def _recent(ticket: Ticket, own: TicketVector) -> list[Report]:
    rows = list(
        TicketVector.objects.filter(
            encoder=own.encoder,
            ticket__opened_at__gt=ticket.opened_at - WINDOW,
            ticket__opened_at__lte=ticket.opened_at,
            ticket__duplicate_of=None,
        )
        .exclude(ticket=ticket)
        .exclude(ticket__incident_part__incident__state=Incident.State.DISMISSED)
        .order_by("-ticket_id")
        .values_list("ticket", "ticket__requester", "ticket__opened_at", "vector", "ticket__incident_part__incident")
    )[:_MOST_REPORTS]
    if not rows:
        return []
    likeness = unpacked([row[3] for row in rows]) @ unpacked([own.vector])[0]
    return [
        Report(key, person, opened_at, float(value), incident)
        for (key, person, opened_at, _vector, incident), value in zip(rows, likeness, strict=True)
    ]


def _usual(ticket: Ticket, own: TicketVector, least: float) -> int:
    """How many tickets of the week before the window are about as close, by their signatures."""
    since = ticket.opened_at - WINDOW
    most_bits = math.floor(math.acos(least) / math.pi * BITS)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ALIKE, [own.encoder, since - USUAL_OVER, since, ticket.pk, most_bits])
        return int(cursor.fetchone()[0])


_COUNT_ALIKE = """
    SELECT count(*) FROM tickets_ticketvector AS other JOIN tickets_ticket AS ticket ON ticket.id = other.ticket_id
     WHERE other.encoder = %s AND ticket.opened_at > %s AND ticket.opened_at <= %s
       AND bit_count(other.signature # (SELECT signature FROM tickets_ticketvector WHERE ticket_id = %s)) <= %s
"""


def _suspect(ticket: Ticket, alike: list[Report]) -> Incident | None:
    keys = sorted({ticket.pk, *(report.ticket for report in alike)})
    rows = {key: Ticket.objects.lock(key) for key in keys}
    # Another worker may have looked at a twin in the same second.
    if IncidentTicket.objects.filter(ticket__in=keys).exists():
        return None
    first = min(rows.values(), key=lambda row: (row.opened_at, row.pk))
    incident = Incident.objects.create(parent=first, suspected_at=ticket.opened_at)
    likeness = {report.ticket: report.likeness for report in alike}
    IncidentTicket.objects.bulk_create(
        IncidentTicket(ticket=row, incident=incident, similarity=likeness.get(key, 1.0), joined_at=ticket.opened_at)
        for key, row in rows.items()
    )
    data = {"incident": incident.pk, "tickets": len(rows)}
    record(first, EventKind.INCIDENT_SUSPECTED, actor=None, cause=Cause.TRIAGE, at=now(), data=data)
    log.info("incident.suspected", incident=incident.pk, tickets=len(rows))
    return incident


def _found_part_of(ticket: Ticket, key: int, likeness: float) -> Incident:
    incident = Incident.objects.get(pk=key)
    IncidentTicket.objects.get_or_create(
        ticket=ticket, defaults={"incident": incident, "similarity": likeness, "joined_at": ticket.opened_at}
    )
    return incident


def _locked(incident: Incident) -> tuple[Incident, list[Ticket]]:
    """Its tickets by ascending id, as everywhere, then the incident itself."""
    keys = IncidentTicket.objects.filter(incident=incident).order_by("ticket_id").values_list("ticket", flat=True)
    tickets = [Ticket.objects.lock(key) for key in keys]
    row = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    row.parent = next((ticket for ticket in tickets if ticket.pk == row.parent_id), row.parent)
    return row, tickets


def _link(incident: Incident, tickets: Iterable[Ticket], *, by: User, at: datetime) -> None:
    fresh = set(
        IncidentTicket.objects.filter(incident=incident, linked_at=None, ticket__in=tickets).values_list(
            "ticket", flat=True
        )
    )
    IncidentTicket.objects.filter(ticket__in=fresh).update(linked_at=at)
    data = {"incident": incident.pk, "of": incident.parent.number}
    for ticket in tickets:
        if ticket.pk in fresh and ticket.pk != incident.parent_id:
            record(ticket, EventKind.INCIDENT_JOINED, actor=by, at=at, data=data)
