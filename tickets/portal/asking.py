"""A new request, with or without an account, and the page that says who has it."""

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.core.personal import personal
from teams.limits import Limit, network_of
from teams.models import User
from teams.services.people import find_or_create_requester
from tickets.models import Channel, Ticket
from tickets.portal.consequences import CONSEQUENCES, topics
from tickets.portal.door import person_of
from tickets.portal.forms import AskForm, limits
from tickets.portal.going import lead_to
from tickets.promise import promise
from tickets.services.opening import open_ticket
from tickets.services.submitting import SubmissionReused

# Public ids of what this browser has sent: the page that confirms shows itself to no other.
_SENT = "sent_tickets"
_MOST_SENT = 20
# Nobody has proved an address here: it must not become a way to flood a stranger's mailbox, or ours.
_TO_ADDRESS = Limit("opening.address", most=10, within=timedelta(hours=1))
_FROM_NETWORK = Limit("opening.network", most=60, within=timedelta(hours=1))


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def ask(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method != "POST":
        wanted = {"category": request.GET.get("topic", ""), "consequence": "medium"}
        return _show(request, AskForm(guest=person is None, initial=wanted))
    form = AskForm(request.POST, request.FILES, guest=person is None)
    if not form.is_valid():
        return _show(request, form, status=422)
    if person is None and not _may_open(request, form):
        form.add_error(None, _("That were many requests within an hour. Wait a little, or sign in, then send again."))
        return _show(request, form, status=422)
    try:
        ticket = _open(form, person)
    except SubmissionReused:
        form.renew_key()
        form.add_error(None, _("You have sent this form before. Send it again if this is to be a second request."))
        return _show(request, form, status=422)
    remember_sent(request, ticket)
    return lead_to(request, reverse("portal:sent", args=[ticket.public_id]))


@require_safe
@personal
def sent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Shows what the sender knows and the promise. Reading the ticket takes the link from the mail, or signing in."""
    tickets = Ticket.objects.select_related("requester", "assignee", "team")
    ticket = tickets.filter(public_id=public_id).first()
    if ticket is None or str(public_id) not in request.session.get(_SENT, []):
        raise Http404(_("There is no such ticket."))
    page = {"ticket": ticket, "promise": promise(ticket, at=now()), "is_own": person_of(request) == ticket.requester}
    return render(request, "portal/sent.html", page)


def remember_sent(request: HttpRequest, ticket: Ticket) -> None:
    others = [each for each in request.session.get(_SENT, []) if each != str(ticket.public_id)]
    request.session[_SENT] = [*others, str(ticket.public_id)][-_MOST_SENT:]


def _may_open(request: HttpRequest, form: AskForm) -> bool:
    return _FROM_NETWORK.take(network_of(request)) and _TO_ADDRESS.take(form.cleaned_data["email"])


def _open(form: AskForm, person: User | None) -> Ticket:
    wanted = form.cleaned_data
    requester = person or find_or_create_requester(
        wanted["email"], full_name=wanted["full_name"], language=get_language() or "", time_zone=wanted["time_zone"]
    )
    return open_ticket(
        title=form.title,
        description=wanted["description"],
        requester=requester,
        by=requester,
        channel=Channel.WEB,
        priority=form.priority,
        category=wanted["category"],
        files=wanted["attachments"],
        submission_key=wanted["submission_key"],
    )


def _show(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    page = {"form": form, "topics": topics(), "consequences": CONSEQUENCES, "limits": limits()}
    return render(request, "portal/ask.html", page, status=status)
