"""`/tickets/` and `/tickets/HD-1042/`."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.configuration import held_versions
from helpdesk.core.pagination import KeysetPagination
from helpdesk.core.prefetching import is_asked_for
from teams.api.caller import is_trusted
from tickets.api.door import TicketView
from tickets.api.filters import TicketFilter
from tickets.api.idempotency import IDEMPOTENCY_KEY, submission_key
from tickets.api.opening import OpeningBody, as_opened, known_of, open_for
from tickets.api.representations import TicketDetailSerializer, TicketSerializer, told_to
from tickets.models.ticket import TicketQuerySet
from tickets.services.attaching import check_uploads
from tickets.services.sighting import note_sighting


class TicketsView(TicketView):
    pagination_class = KeysetPagination
    filterset_class = TicketFilter
    serializer_class = TicketSerializer

    def get_queryset(self) -> TicketQuerySet:
        return told_to(self.caller, self.visible())

    @extend_schema(operation_id="list_tickets", responses=TicketSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The tickets that you may see, newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="open_ticket",
        request=OpeningBody,
        responses={201: TicketDetailSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request) -> Response:
        """Open a ticket. The answer names its team, its person and its deadlines."""
        # All of it has arrived before the look: an upload takes its time.
        _ = request.data
        with held_versions():
            body = self.read(OpeningBody)
            ticket = open_for(
                self.caller,
                body,
                files=check_uploads(body.get("attachments", ())),
                is_trusted=is_trusted(request),
                submission_key=submission_key(request, body),
            )
            response = self.tell(as_opened(ticket, by=self.caller), 201, **known_of(ticket, body))
        response["Location"] = reverse("api-ticket", args=[ticket.reference])
        return response


class TicketDetailView(TicketView):
    def visible(self) -> TicketQuerySet:
        return told_to(self.caller, super().visible()).with_sighting()

    @extend_schema(operation_id="read_ticket", responses=TicketDetailSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """One ticket. The ETag is its version; send it as `seen_version` with a reply.

        Reading your own ticket counts as opening it: it is not untouched any more.
        """
        if is_asked_for(request) and not is_trusted(request):
            note_sighting(self.ticket, by=self.caller)
        return self.tell(self.ticket)
