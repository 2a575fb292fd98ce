"""`/tickets/HD-1042/messages/`: the conversation, and for staff its notes."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.bodies import Body, Line
from helpdesk.core.pagination import OldestFirst
from teams.api.people import PersonSerializer
from tickets.api.attachments import AttachmentSerializer
from tickets.api.door import TicketView
from tickets.api.fields import FilesField, MessageBody
from tickets.api.idempotency import IDEMPOTENCY_KEY, submission_key
from tickets.api.representations import Instant
from tickets.models import Channel, Message
from tickets.services.attaching import check_uploads
from tickets.services.conversing import AfterSending, add_note, reply


class MessageSerializer(serializers.ModelSerializer[Message]):
    ticket = serializers.CharField(source="ticket.reference")
    author = PersonSerializer(allow_null=True, help_text="Null: the helpdesk itself.")
    channel = serializers.ChoiceField(choices=Channel.choices)
    sent_at = Instant()
    attachments = AttachmentSerializer(many=True)

    class Meta:
        model = Message
        fields = ["id", "ticket", "author", "body", "is_internal", "is_from_staff", "channel", "sent_at", "attachments"]


class NewMessageBody(Body):
    body = MessageBody()
    is_internal = serializers.BooleanField(default=False, help_text="A note that only staff see.")
    then = serializers.ChoiceField(
        choices=[(after.value, after.value) for after in AfterSending], default=AfterSending.SEND.value
    )
    seen_version = serializers.IntegerField(
        required=False, min_value=0, help_text="The version that you answer to: overtaken replies are held back (409)."
    )
    attachments = FilesField(required=False)
    submission_key = Line(max_length=100, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["is_internal"] and attrs["then"] != AfterSending.SEND:
            raise serializers.ValidationError({"then": [_("A note is only added; it moves nothing.")]})
        return attrs


class MessagesView(TicketView):
    pagination_class = OldestFirst
    filter_backends = []
    serializer_class = MessageSerializer

    @extend_schema(operation_id="list_messages", responses=MessageSerializer(many=True))
    def get(self, request: Request, reference: str) -> Response:
        """The messages that you may see, oldest first."""
        messages = Message.objects.visible_to(self.caller).filter(ticket=self.ticket)
        page = self.paginate_queryset(messages.select_related("ticket", "author").prefetch_related("attachments"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="send_message",
        request=NewMessageBody,
        responses={201: MessageSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, reference: str) -> Response:
        """Reply, or add a note. A customer's reply to a closed ticket opens a linked one, which the answer names."""
        ticket = self.ticket
        body = self.read(NewMessageBody)
        key, files = submission_key(request, body), check_uploads(body.get("attachments", ()))
        if body["is_internal"]:
            message = add_note(ticket, body=body["body"], by=self.caller, files=files, submission_key=key)
        else:
            message = reply(
                ticket,
                body=body["body"],
                by=self.caller,
                channel=Channel.API,
                files=files,
                then=AfterSending(body["then"]),
                seen_version=body.get("seen_version"),
                submission_key=key,
            )
        return Response(self.get_serializer(message).data, status=201)
