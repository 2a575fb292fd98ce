"""`/tickets/HD-1042/snooze/`: the levels of a ticket wait for a while."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.models import Snooze
from escalation.services.snoozing import MAX_REASON, snooze
from helpdesk.core.bodies import Body
from tickets.api.door import TicketView
from tickets.api.representations import Instant


class SnoozeBody(Body):
    until = serializers.DateTimeField()
    reason = serializers.CharField(max_length=MAX_REASON)


class SnoozeSerializer(serializers.Serializer[Snooze]):
    until, at = Instant(), Instant()
    by = serializers.IntegerField(source="by_id")
    reason = serializers.CharField()


class SnoozeView(TicketView):
    filter_backends = []
    serializer_class = SnoozeSerializer

    @extend_schema(operation_id="snooze_escalation", request=SnoozeBody, responses={200: SnoozeSerializer})
    def post(self, request: Request, reference: str) -> Response:
        """Let its levels wait until a time within seven days, for a reason. Clocks go on. Staff only."""
        ticket = self.staff_ticket()
        body = self.read(SnoozeBody)
        return Response(self.get_serializer(snooze(ticket, by=self.caller, **body)).data)
