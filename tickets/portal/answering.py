"""What customers do to their ticket: answer, say that it is solved, take it up again. Each leads back to the page."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.core.errors import DomainError
from tickets.models import Channel, Message, Ticket
from tickets.portal.asking import remember_sent
from tickets.portal.door import Visitor, enter
from tickets.portal.forms import AnswerForm
from tickets.portal.going import lead_to, show_again
from tickets.portal.reading import show_ticket
from tickets.portal.unread import mark_read
from tickets.services.conversing import reply
from tickets.services.resolving import reopen_ticket, resolve_ticket
from tickets.services.submitting import SubmissionReused


@require_POST
def messages(request: HttpRequest, public_id: UUID) -> HttpResponse:
    visitor = enter(request, public_id)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_ticket(request, visitor, form, status=422)
    try:
        message = _send(form, visitor)
    except SubmissionReused:
        form.renew_key()
        form.add_error(None, _("You have sent this before, with other words. Send it again if you want to add this."))
        return show_ticket(request, visitor, form, status=422)
    except DomainError as error:
        form.add_error(None, error.message)
        return show_ticket(request, visitor, form, status=422)
    if message.ticket_id != visitor.ticket.pk:
        return _follow(request, message.ticket)
    notices.success(request, _("Sent."), extra_tags=f"draft-done answer-{public_id}")
    return show_again(f"{_page(visitor.ticket)}#message-{message.pk}")


@require_POST
def resolution(request: HttpRequest, public_id: UUID) -> HttpResponse:
    visitor = enter(request, public_id)
    try:
        resolve_ticket(visitor.ticket, by=visitor.person)
    except DomainError as error:
        notices.error(request, error.message)
    return _with_what_was_typed(request, public_id)


@require_POST
def reopening(request: HttpRequest, public_id: UUID) -> HttpResponse:
    visitor = enter(request, public_id)
    try:
        reopen_ticket(visitor.ticket, by=visitor.person)
        notices.success(request, _("It is open again. Tell us below what is still missing."))
    except DomainError as error:
        notices.error(request, error.message)
    return _with_what_was_typed(request, public_id)


@require_POST
def reading(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page is before somebody's eyes: what they were told about the ticket is read."""
    visitor = enter(request, public_id)
    mark_read(visitor.person, visitor.ticket.pk)
    return HttpResponse(status=204)


def _with_what_was_typed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Without scripts the composer's words come along with the act, and stand there again. Nothing is sent."""
    visitor = enter(request, public_id)
    if not request.POST.get("body", "").strip():
        return show_again(_page(visitor.ticket))
    if request.FILES:
        notices.warning(request, _("Choose your files again before you send: they were not kept."))
    kept = {name: request.POST.get(name, "") for name in ("body", "submission_key")}
    return show_ticket(request, visitor, AnswerForm(initial=kept))


def _send(form: AnswerForm, visitor: Visitor) -> Message:
    return reply(
        visitor.ticket,
        body=form.cleaned_data["body"],
        by=visitor.person,
        channel=Channel.WEB,
        files=form.cleaned_data["attachments"],
        submission_key=form.cleaned_data["submission_key"],
    )


def _follow(request: HttpRequest, follower: Ticket) -> HttpResponse:
    """A closed ticket was answered: the words opened a new one, which a guest reads through its own link."""
    remember_sent(request, follower)
    return lead_to(request, reverse("portal:sent", args=[follower.public_id]))


def _page(ticket: Ticket) -> str:
    return reverse("portal:ticket", args=[ticket.public_id])
