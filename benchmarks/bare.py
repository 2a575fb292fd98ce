"""The floor for opening: a view with the least that Django REST framework needs to store a ticket and answer.

It knows its caller, checks what was sent, and makes three INSERTs in one transaction: ticket, message and event.
"""

from typing import Any

from django.db import transaction
from django.urls import include, path
from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from teams.api.caller import caller
from teams.models import Team
from tickets.models import Channel, Message, Ticket, TicketEvent


class BareBody(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=300)
    description = serializers.CharField()
    priority = serializers.ChoiceField(["low", "medium", "high"])
    category = serializers.CharField(max_length=40)
    customer_email = serializers.EmailField(max_length=254)


class BareView(APIView):
    team_id = 0

    def post(self, request: Request) -> Response:
        body = BareBody(data=request.data)
        body.is_valid(raise_exception=True)
        ticket = self._store(request, body.validated_data)
        return Response({"id": ticket.pk, "title": ticket.title, "status": ticket.status}, status=201)

    @transaction.atomic
    def _store(self, request: Request, body: dict[str, Any]) -> Ticket:
        at, author = now(), caller(request).pk
        ticket = Ticket.objects.create(
            title=body["title"],
            channel=Channel.API,
            requester_id=author,
            team_id=self.team_id,
            opened_at=at,
            updated_at=at,
        )
        Message.objects.create(
            ticket=ticket, author_id=author, body=body["description"], channel=Channel.API, sent_at=at
        )
        TicketEvent.objects.create(ticket=ticket, seq=1, kind="ticket.opened", actor_id=author, cause="request", at=at)
        return ticket


def urls_for(team: Team) -> list[Any]:
    return [path("bare/", BareView.as_view(team_id=team.pk)), path("", include("helpdesk.urls"))]
