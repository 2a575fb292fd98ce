"""The door of the ticket page: who asks, which ticket, and whether they work on it or only asked for it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views import View

from helpdesk.core.errors import DomainError, NotPermitted
from teams.models import User
from tickets.console.page.answering import Undo, changed, refused, sentence_of, to_page, wants_fragment, wants_json
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet, number_from


@dataclass(frozen=True, slots=True)
class Desk:
    """`is_inner`: the reader works on the ticket, and sees notes, clocks and reasons. Else only its public side."""

    reader: User
    ticket: Ticket
    is_inner: bool
    # Every ticket that the reader may see. Its question for their teams is answered already.
    visible: TicketQuerySet

    @property
    def writes_as_staff(self) -> bool:
        """Somebody who asks for themselves is a customer here, also when they work on the ticket."""
        return self.is_inner and self.ticket.requester_id != self.reader.pk


_SHOWN = ("requester__organisation", "organisation", "team", "assignee", "category", "follows_up")
_OPINION = ("prediction__category", "prediction__verdict_by", "incident_part__incident__parent")


def enter(request: HttpRequest, reference: str) -> Desk:
    """Invisible is 404, as is a reference that is none. One query beside that for the reader's teams."""
    reader = request.user
    assert isinstance(reader, User)  # noqa: S101 - the admin site has turned away everybody who is not staff
    number = number_from(reference)
    visible = Ticket.objects.visible_to(reader)
    shown = visible.with_inner_side_for(reader).with_sighting().select_related(*_SHOWN, *_OPINION)
    ticket = None if number is None else shown.filter(number=number).first()
    if ticket is None:
        raise Http404
    return Desk(reader, ticket, bool(getattr(ticket, "is_inner", False)), visible)


class DeskView(View):
    """The base of everything below one ticket. `is_for_staff`: whoever does not work on it gets 403."""

    is_for_staff: ClassVar[bool] = True

    @cached_property
    def desk(self) -> Desk:
        return enter(self.request, self.kwargs["reference"])

    @property
    def ticket(self) -> Ticket:
        return self.desk.ticket

    @property
    def reader(self) -> User:
        return self.desk.reader

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_for_staff and not self.desk.is_inner:
            raise PermissionDenied(_("Only staff who work on this ticket may do that."))
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except DomainError as refusal:
            return self.refuse(refusal)

    def refuse(self, refusal: DomainError) -> HttpResponse:
        """A rule said no: the sentence, and the page as it is now."""
        if wants_json(self.request):
            return JsonResponse({"refused": {"code": refusal.code, "message": sentence_of(refusal)}})
        if wants_fragment(self.request):
            return refused(self.request, self.again(), sentence_of(refusal))
        messages.error(self.request, sentence_of(refusal))
        return to_page(self.ticket)

    def done(self, said: str, *, undo: Undo | None = None) -> HttpResponse:
        """Something has changed: the side panel as it is now, or the way back to the page."""
        if wants_json(self.request):
            return JsonResponse({"done": {"message": said}})
        if wants_fragment(self.request):
            return changed(self.request, self.ticket, self.again(), said, undo=undo)
        messages.success(self.request, said)
        return to_page(self.ticket)

    def again(self) -> Desk | None:
        """The ticket after the change; None when it has left the reader's sight."""
        try:
            return enter(self.request, self.kwargs["reference"])
        except Http404:
            return None
