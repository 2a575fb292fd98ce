"""`/notifications/`: the caller's own inbox."""

from typing import Any

from django.http import Http404
from django.utils.timezone import now
from django_filters import BooleanFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.pagination import KeysetPagination
from helpdesk.core.views import ApiView
from notifications.audience import Reason
from notifications.kinds import KINDS
from notifications.models import Notification
from notifications.services.reading import mark_read
from notifications.wording import Facts, as_read_by, line
from teams.api.caller import caller
from tickets.api.representations import Instant


class NotificationSerializer(serializers.Serializer[Notification]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    ticket = serializers.CharField(source="ticket.reference")
    event = serializers.IntegerField(source="event.seq", help_text="The seq of the fact in the ticket's history.")
    text = serializers.SerializerMethodField(help_text="A sentence in the caller's language.")
    because = serializers.SerializerMethodField(help_text="Why the caller was told.")
    at, read_at = Instant(source="event.at"), Instant(allow_null=True)

    def get_text(self, row: Notification) -> str:
        user = caller(self.context["request"])
        with as_read_by(user):
            return line(KINDS[row.kind].summary, Facts(row.event, row.ticket, user, now()))

    def get_because(self, row: Notification) -> str:
        with as_read_by(caller(self.context["request"])):
            return str(Reason(row.reason).label)


class InboxFilter(FilterSet):
    is_unread = BooleanFilter(field_name="read_at", lookup_expr="isnull", help_text="Only unread, or only read ones.")


class InboxView(ApiView):
    pagination_class = KeysetPagination
    filterset_class = InboxFilter
    serializer_class = NotificationSerializer

    def get_queryset(self) -> Any:
        return (
            Notification.objects.inbox_of(caller(self.request))
            .select_related("event__actor", "ticket__requester", "ticket__assignee", "ticket__team")
            .order_by("-pk")
        )

    @extend_schema(operation_id="list_notifications", responses=NotificationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Your notifications, newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class ReadSerializer(serializers.Serializer[Any]):
    marked = serializers.IntegerField(help_text="How many were unread before.")


class ReadView(ApiView):
    filter_backends = []
    serializer_class = ReadSerializer

    @extend_schema(operation_id="read_notification", request=None, responses=ReadSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Mark one as read. Doing it twice is harmless."""
        user = caller(request)
        if not Notification.objects.inbox_of(user).filter(pk=pk).exists():
            raise Http404
        return Response({"marked": mark_read(user, [pk])})


class ReadAllView(ApiView):
    filter_backends = []
    serializer_class = ReadSerializer

    @extend_schema(operation_id="read_all_notifications", request=None, responses=ReadSerializer)
    def post(self, request: Request) -> Response:
        """Mark all of yours as read."""
        return Response({"marked": mark_read(caller(request))})
