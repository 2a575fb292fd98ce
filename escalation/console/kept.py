"""The page that says whether promises are kept, and that none was missed. For leads and administrators."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from escalation import keeping
from helpdesk.schedule import title_of
from teams.models import TeamMembership, User
from tickets.models import Ticket

DAYS = (1, 7, 30, 90)


@require_GET
def promises_kept(request: HttpRequest) -> HttpResponse:
    reader = request.user
    if not isinstance(reader, User) or not may_see(reader):
        raise PermissionDenied
    at = now()
    wanted = request.GET.get("days", "")
    days = int(wanted) if wanted in {str(each) for each in DAYS} else 30
    since = at - timedelta(days=days)
    context = {
        "at": at,
        "days": days,
        "choices": DAYS,
        "reconciliation": keeping.reconciliation(as_of=at),
        "lag": keeping.lag(since=since),
        "kept": keeping.kept(since=since),
        "causes": keeping.causes(since=since),
        "found": keeping.found_last(since=since, among=Ticket.objects.visible_to(reader)),
        "sweeps": [(title_of(beat.name), beat.last_at) for beat in keeping.heartbeats()],
        "within": keeping.PROMISED_WITHIN.seconds,
    }
    return render(request, "console/promises/kept.html", context)


def may_see(user: object) -> bool:
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return False
    return user.is_superuser or user.memberships.filter(role=TeamMembership.Role.LEAD).exists()
