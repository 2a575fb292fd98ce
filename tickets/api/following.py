"""`/tickets/HD-1042/tags/…/` and `…/watchers/…/`: how it is filed, and who follows it."""

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.bodies import Body
from teams.models import User
from tickets.api.door import TicketView
from tickets.api.fields import TagName
from tickets.api.people import find_person
from tickets.api.representations import TicketDetailSerializer
from tickets.permissions import check_staff
from tickets.services.following import add_tag, add_watcher, remove_tag, remove_watcher


class TagBody(Body):
    tag = TagName()


PERSON = OpenApiParameter("person", str, OpenApiParameter.PATH, description="An id, an e-mail address, or “me”.")


class TagView(TicketView):
    @extend_schema(operation_id="add_tag", request=None, responses=TicketDetailSerializer)
    def put(self, request: Request, reference: str, name: str) -> Response:
        """Add a tag. Staff only."""
        ticket = self.staff_ticket()
        self.read(Body)
        return self.answer(add_tag(ticket, name=self._tag(name), by=self.caller))

    @extend_schema(operation_id="remove_tag", request=None, responses={200: TicketDetailSerializer})
    def delete(self, request: Request, reference: str, name: str) -> Response:
        """Remove a tag; one that is not there is no mistake. Staff only."""
        ticket = self.staff_ticket()
        self.read(Body)
        return self.answer(remove_tag(ticket, name=self._tag(name), by=self.caller))

    def _tag(self, name: str) -> str:
        """The path's last part, held to the same rules as a body's."""
        serializer = TagBody(data={"tag": name})
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data["tag"]


class WatcherView(TicketView):
    @extend_schema(operation_id="add_watcher", parameters=[PERSON], request=None, responses=TicketDetailSerializer)
    def put(self, request: Request, reference: str, person: str) -> Response:
        """Let somebody follow the ticket. Staff only."""
        ticket = self.staff_ticket()
        self.read(Body)
        return self.answer(add_watcher(ticket, user=self._find(person), by=self.caller))

    @extend_schema(
        operation_id="remove_watcher", parameters=[PERSON], request=None, responses={200: TicketDetailSerializer}
    )
    def delete(self, request: Request, reference: str, person: str) -> Response:
        """Staff may take anybody off, everybody may take themselves off."""
        ticket = self.ticket
        self.read(Body)
        return self.answer(remove_watcher(ticket, user=self._find(person), by=self.caller))

    def _find(self, person: str) -> User:
        """Whom the path names; anybody but themselves is for staff, whether or not there is such a person."""
        if person in ("me", str(self.caller.pk), self.caller.email):
            return self.caller
        check_staff(self.ticket, self.caller)
        found = None if "\x00" in person else find_person(User.objects.filter(is_active=True), person)
        if found is None:
            raise Http404
        return found
