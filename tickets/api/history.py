"""`/tickets/HD-1042/events/`: what happened, who did it, and why."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.pagination import NewestSeqFirst
from teams.api.people import PersonSerializer
from tickets.api.door import TicketView
from tickets.api.representations import Instant
from tickets.models import TicketEvent
from tickets.permissions import may_work_on
from tickets.timeline import Line, told

# What customers may read in an event's data. The rest belongs to the inner side.
_PUBLIC_DATA = ("by_staff", "automatic", "channel", "status")


class EventSerializer(serializers.Serializer[Line]):
    seq = serializers.IntegerField(source="event.seq", help_text="1, 2, 3 … within the ticket.")
    kind = serializers.CharField(source="event.kind")
    at = Instant(source="event.at")
    actor = PersonSerializer(source="event.actor", allow_null=True, help_text="Null: the helpdesk itself.")
    text = serializers.CharField(help_text="A sentence for people.")
    cause = serializers.CharField(source="event.cause")
    cause_text = serializers.CharField(source="cause", help_text="Empty when a person simply asked for it.")
    caused_by = serializers.IntegerField(
        source="event.caused_by.seq", allow_null=True, default=None, help_text="The seq of the event that led here."
    )
    is_public = serializers.BooleanField(source="event.is_public")
    data = serializers.SerializerMethodField(help_text="Ids and codes.")  # type: ignore[assignment]

    def get_data(self, line: Line) -> dict[str, Any]:
        if self.context["is_inner"]:
            return line.event.data
        return {key: line.event.data[key] for key in _PUBLIC_DATA if key in line.event.data}


class EventsView(TicketView):
    pagination_class = NewestSeqFirst
    filter_backends = []
    serializer_class = EventSerializer

    @extend_schema(operation_id="list_events", responses=EventSerializer(many=True))
    def get(self, request: Request, reference: str) -> Response:
        """The history that you may see, newest first."""
        events = TicketEvent.objects.visible_to(self.caller).filter(ticket=self.ticket)
        page = self.paginate_queryset(events.select_related("actor", "caused_by")) or []
        lines = told(page, to_staff=self.caller.is_staff)
        return self.get_paginated_response(self.get_serializer(lines, many=True).data)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "is_inner": may_work_on(self.caller, self.ticket)}
