"""The ticket page: the conversation first, an answer one key away, who has it and what was promised beside it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from helpdesk.core.personal import personal
from tickets.lifecycle import Status
from tickets.models import Ticket
from tickets.portal.consequences import Topic, topic_of
from tickets.portal.conversation import conversation, files_of, promised, steps
from tickets.portal.door import Visitor, enter
from tickets.portal.forms import AnswerForm, limits
from tickets.services.conversing import writes_as_staff


@require_safe
@personal
def ticket_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    visitor = enter(request, public_id)
    if visitor.person.is_staff and writes_as_staff(visitor.person, visitor.ticket):
        return redirect("admin:tickets_ticket_page", reference=visitor.ticket.reference)
    return show_ticket(request, visitor, AnswerForm())


def show_ticket(request: HttpRequest, visitor: Visitor, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    """The page as it is now, with what was typed so far."""
    ticket, since = visitor.ticket, request.GET.get("since", "")
    page = {
        "ticket": ticket,
        "visitor": visitor,
        "form": form,
        "conversation": conversation(ticket, reader=visitor.person, since=_id(since)),
        "since": since if _id(since) is not None else "",
        "steps": steps(ticket),
        "files": files_of(ticket),
        "topic": _topic(ticket),
        "follows": ticket.follows_up,
        "limits": limits(),
        "is_requester": ticket.requester_id == visitor.person.pk,
        "is_waiting": ticket.status == Status.PENDING_CUSTOMER,
        "is_resolved": ticket.status == Status.RESOLVED,
        "is_closed": ticket.status == Status.CLOSED,
        **promised(ticket, at=now()),
    }
    return render(request, "portal/ticket.html", page, status=status)


def _topic(ticket: Ticket) -> Topic | None:
    category = ticket.category
    return topic_of(category.slug, category.name, category.description) if category is not None else None


def _id(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 18 else None
