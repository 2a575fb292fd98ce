"""While a request is being written: the writer's own open tickets that ask much the same. Others' are never shown."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from helpdesk.core.personal import personal
from teams.limits import Limit
from tickets.models import Ticket
from tickets.portal.door import person_of
from tickets.triage.asking import alike_of

# Whoever writes fast asks once a second or so; reading tickets that are being opened comes first.
_ASKED = Limit("alike", most=30, within=timedelta(minutes=1))


@login_required
@require_POST
@personal
def alike(request: HttpRequest) -> HttpResponse:
    """A fragment, empty when there is nothing alike, or when triage is not ready."""
    person = person_of(request)
    description = request.POST.get("description", "")[: settings.MAX_DESCRIPTION_CHARACTERS]
    subject = request.POST.get("subject", "")[:300]
    own = Ticket.objects.filter(requester=person).unresolved()
    may_ask = person is not None and _ASKED.take(str(person.pk))
    found = alike_of(title=subject, description=description, among=own) if may_ask else []
    return render(request, "portal/_alike.html", {"found": found})
