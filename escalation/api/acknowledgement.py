"""`/tickets/HD-1042/acknowledgement/`: somebody has seen the newest alert of a ticket."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.models import Acknowledgement
from escalation.services.acknowledging import MAX_REASON, NoAlert, acknowledge, latest_alert
from helpdesk.core.bodies import Body
from tickets.api.door import TicketView
from tickets.api.representations import Instant


class AcknowledgementBody(Body):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=MAX_REASON)


class AcknowledgementSerializer(serializers.Serializer[Acknowledgement]):
    alert = serializers.IntegerField(source="alert.seq", help_text="The number of the event in the ticket's history.")
    kind = serializers.CharField(source="alert.kind")
    by = serializers.IntegerField(source="by_id")
    at = Instant()
    reason = serializers.CharField()


class AcknowledgementView(TicketView):
    filter_backends = []
    serializer_class = AcknowledgementSerializer

    @extend_schema(
        operation_id="acknowledge_alert", request=AcknowledgementBody, responses={200: AcknowledgementSerializer}
    )
    def post(self, request: Request, reference: str) -> Response:
        """Take the newest warning, breach or escalation off the leads' pages. Again changes nothing. Staff only."""
        ticket = self.staff_ticket()
        body = self.read(AcknowledgementBody)
        alert = latest_alert(ticket)
        if alert is None:
            raise NoAlert
        return Response(self.get_serializer(acknowledge(alert, by=self.caller, reason=body.get("reason", ""))).data)
