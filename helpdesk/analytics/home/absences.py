"""A lead sets somebody absent: how long, then what would move and to whom, then it is done, or ended."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.analytics.home.answering import done, in_dialog
from helpdesk.core.errors import DomainError
from notifications.console.reader import reader_of
from teams.models import User
from teams.services.absences import end_absence, may_set_absence
from tickets.services.absences import foresee_absence, set_absent


@dataclass(frozen=True, slots=True)
class Until:
    value: str
    label: str
    instant: datetime


@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what would move, and changes nothing; POST does it."""
    reader, person, at = reader_of(request), _colleague(request, pk), now()
    asked = request.POST or request.GET
    choices = _choices(at)
    until = _until(asked.get("until", ""), asked.get("moment", ""), choices)
    context: dict[str, Any] = {
        "person": person,
        "choices": choices,
        "chosen": asked.get("until", ""),
        "until": until,
        "error": "",
    }
    context |= {"reason": asked.get("reason", ""), "moment": asked.get("moment", "")}
    if until is None and asked.get("until"):
        context["error"] = _("Choose a day and a time that is still to come.")
    elif until is not None and request.method == "POST":
        try:
            set_absent(person, until=until, by=reader, reason=context["reason"])
        except DomainError as error:
            context["error"] = error.message
        else:
            text = _("%(person)s is absent now. Their tickets are on the way.") % {"person": person}
            return done(request, text, undo=(_("Undo"), reverse("admin:home_return", args=[person.pk])))
    if until is not None:
        context["foreseen"] = foresee_absence(person, until=until, at=at)
    return in_dialog(request, "console/home/absence.html", context)


@require_POST
def return_(request: HttpRequest, pk: int) -> HttpResponse:
    """Back again. Tickets that have moved stay where they are."""
    person = _colleague(request, pk)
    end_absence(person, by=reader_of(request))
    return done(request, _("%(person)s is back and gets new tickets again.") % {"person": person})


def _colleague(request: HttpRequest, pk: int) -> User:
    """404 for whoever is not in the reader's teams, 403 for whoever is, but whom they may not send away."""
    reader = reader_of(request)
    people = User.objects.select_related("agent_profile").filter(is_active=True, is_staff=True)
    if not reader.is_administrator:
        people = people.filter(memberships__team__in=reader.memberships.values("team")).distinct()
    person = people.filter(pk=pk).first()
    if person is None:
        raise Http404
    if not may_set_absence(reader, person):
        raise PermissionDenied
    return person


def _choices(at: datetime) -> list[Until]:
    """What leads say most often, in their own zone."""
    today = localtime(at).date()
    monday = today + timedelta(days=7 - today.weekday())
    ends = {
        "tomorrow": (_LABELS["tomorrow"], today + timedelta(days=1)),
        "monday": (_LABELS["monday"], monday),
        "week": (_LABELS["week"], monday + timedelta(days=7)),
    }
    return [
        Until(value, str(label), timezone.make_aware(datetime.combine(day, time())))
        for value, (label, day) in ends.items()
    ]


_LABELS = {
    "tomorrow": gettext_lazy("The rest of today"),
    "monday": gettext_lazy("Until Monday"),
    "week": gettext_lazy("Until Monday in a week"),
}


def _until(value: str, moment: str, choices: list[Until]) -> datetime | None:
    """One of the choices, or the moment that was typed; None for neither."""
    for choice in choices:
        if choice.value == value:
            return choice.instant
    try:
        typed = parse_datetime(moment) if value == "moment" else None
        typed = timezone.make_aware(typed) if typed is not None and timezone.is_naive(typed) else typed
    except (ValueError, OverflowError):
        return None
    return typed if typed is not None and now() < typed < now() + timedelta(days=2 * 365) else None
