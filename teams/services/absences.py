"""Somebody is away, from now until an instant; or is back earlier."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError, NotPermitted
from helpdesk.core.text import single_line
from helpdesk.core.transactions import in_transaction
from teams.models import Absence, TeamMembership, User

_MAX_REASON = Absence._meta.get_field("reason").max_length or 0


class AbsenceIsOver(DomainError):
    code = "absence_is_over"
    status = 400


class ReasonTooLong(DomainError):
    code = "reason_too_long"
    status = 400


def may_set_absence(by: User, person: User) -> bool:
    """Administrators for everybody, leads for the members of the teams that they lead."""
    return by.is_administrator or leads_a_team_of(by, person)


def leads_a_team_of(by: User, person: User) -> bool:
    led = TeamMembership.objects.filter(user=by, role=TeamMembership.Role.LEAD).values("team")
    return by.is_active and by.is_staff and TeamMembership.objects.filter(user=person, team__in=led).exists()


@in_transaction
def begin_absence(
    person: User, *, until: datetime, by: User | None, reason: str = "", at: datetime | None = None
) -> Absence:
    """Away from now on. Whoever is away already is so until the new instant. Raises AbsenceIsOver, NotPermitted."""
    at = at or now()
    _check(person, by)
    reason = single_line(reason)
    if until <= at:
        raise AbsenceIsOver(_("That is in the past. Choose when %(person)s is back.") % {"person": person})
    if len(reason) > _MAX_REASON:
        raise ReasonTooLong(_("The reason is too long. Say it in %(most)s characters.") % {"most": _MAX_REASON})
    _hold(person)
    current = _current(person, at).last()
    if current is None:
        return Absence.objects.create(user=person, starts_at=at, ends_at=until, reason=reason)
    _current(person, at).filter(ends_at__gt=until).update(ends_at=until)
    current.ends_at, current.reason = until, reason or current.reason
    current.save(update_fields=["ends_at", "reason"])
    return current


@in_transaction
def plan_absence(
    person: User,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    reason: str = "",
    at: datetime | None = None,
) -> Absence:
    """Away later on: what is due then moves when it begins. Raises AbsenceIsOver, ReasonTooLong, NotPermitted."""
    _check(person, by)
    reason = single_line(reason)
    if ends_at <= starts_at or ends_at <= (at or now()):
        raise AbsenceIsOver(_("It must end after it begins, and not in the past."))
    if len(reason) > _MAX_REASON:
        raise ReasonTooLong(_("The reason is too long. Say it in %(most)s characters.") % {"most": _MAX_REASON})
    _hold(person)
    absence, _is_new = Absence.objects.get_or_create(
        user=person, starts_at=starts_at, ends_at=ends_at, defaults={"reason": reason}
    )
    return absence


@in_transaction
def end_absence(person: User, *, by: User | None, at: datetime | None = None) -> int:
    """Back again. Returns how many absences ended: none when the person was here."""
    at = at or now()
    _check(person, by)
    _hold(person)
    # One that began this instant has no length, which the database refuses.
    begun, _rows = _current(person, at).filter(starts_at=at).delete()
    return begun + _current(person, at).update(ends_at=at)


def _current(person: User, at: datetime) -> QuerySet[Absence]:
    return Absence.objects.filter(user=person, starts_at__lte=at, ends_at__gt=at).order_by("ends_at", "pk")


def _check(person: User, by: User | None) -> None:
    if by is not None and not may_set_absence(by, person):
        raise NotPermitted(_("Only an administrator or a lead of one of their teams may do that."))


def _hold(person: User) -> None:
    """Two clicks at once make one absence."""
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
