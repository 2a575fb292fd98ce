"""Tickets as the API tells of them. Staff who work on a ticket see its inner side, everybody else its public one."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils.timezone import now
from rest_framework import serializers

from teams.api.people import PersonSerializer
from teams.models import User
from tickets.api.fields import PRIORITY_SLUGS
from tickets.lifecycle import Status
from tickets.models import Channel, Priority, Ticket
from tickets.models.ticket import TicketQuerySet


def told_to(user: User, tickets: TicketQuerySet) -> TicketQuerySet:
    """`tickets` with all that a representation needs, and whether `user` sees the inner side. Up to three queries."""
    # With a fifth and a sixth join PostgreSQL plans for longer than all the rest takes.
    return (
        tickets.with_inner_side_for(user)
        .select_related("team", "assignee", "requester", "category")
        .prefetch_related("tags", "organisation")
    )


class Instant(serializers.DateTimeField):
    """Told in UTC, whatever the zone of the reader."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)


class PriorityRepresentation(serializers.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(choices=PRIORITY_SLUGS, **options)

    def to_representation(self, value: Any) -> str:
        return Priority(value).slug


class TeamReference(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    """A row of a list, and the receipt for whoever opened or changed a ticket."""

    INNER: tuple[str, ...] = ("organisation", "assignment_starts_at", "next_due_at", "is_at_risk", "breached_at")

    reference = serializers.CharField(help_text="What people call it, as HD-1042.")
    status = serializers.ChoiceField(choices=Status.choices)
    priority = PriorityRepresentation()
    requested_priority = PriorityRepresentation(allow_null=True)
    category = serializers.SlugField(source="category.slug", allow_null=True, default=None)
    channel = serializers.ChoiceField(choices=Channel.choices)
    requester = PersonSerializer()
    team = TeamReference()
    assignee = PersonSerializer(allow_null=True)
    organisation = serializers.CharField(source="organisation.name", allow_null=True, default=None)
    created_by = serializers.CharField(source="created_by_external_id")
    tags = serializers.SerializerMethodField(help_text="For staff; empty for customers.")
    opened_at, updated_at = Instant(), Instant()
    assignment_starts_at = Instant(allow_null=True, help_text="Set while the ticket is only reserved. For staff.")
    first_response_due_at = Instant(allow_null=True)
    first_responded_at = Instant(allow_null=True)
    resolution_due_at = Instant(allow_null=True)
    resolved_at, closed_at = Instant(allow_null=True), Instant(allow_null=True)
    next_due_at = Instant(allow_null=True, help_text="The earliest deadline that is still to be kept. For staff.")
    breached_at = Instant(allow_null=True, help_text="The first broken promise. For staff.")
    is_overdue = serializers.SerializerMethodField()
    is_at_risk = serializers.SerializerMethodField(help_text="A warning has come, the deadline has not. For staff.")

    class Meta:
        model = Ticket
        fields = [
            "reference", "public_id", "title", "status", "priority", "requested_priority", "category", "channel",
            "requester", "organisation", "created_by", "team", "assignee", "assignment_starts_at", "tags",
            "opened_at", "updated_at", "first_response_due_at", "first_responded_at", "resolution_due_at",
            "resolved_at", "closed_at", "next_due_at", "breached_at", "is_overdue", "is_at_risk", "version",
        ]  # fmt: skip

    def to_representation(self, instance: Ticket) -> dict[str, Any]:
        row = super().to_representation(instance)
        if not self._is_inner(instance):
            row |= dict.fromkeys(self.INNER)
        return row

    def get_tags(self, ticket: Ticket) -> list[str]:
        return [tag.name for tag in ticket.tags.all()] if self._is_inner(ticket) else []

    def get_is_overdue(self, ticket: Ticket) -> bool:
        return ticket.is_unresolved and ticket.next_due_at is not None and ticket.next_due_at <= self._as_of

    def get_is_at_risk(self, ticket: Ticket) -> bool | None:
        return ticket.is_unresolved and ticket.next_warning_at is not None and ticket.next_warning_at <= self._as_of

    @cached_property
    def _as_of(self) -> datetime:
        return now()

    def _is_inner(self, ticket: Ticket) -> bool:
        return bool(getattr(ticket, "is_inner", False))


class TicketDetailSerializer(TicketSerializer):
    """One ticket: with what was asked, and everybody who has to do with it."""

    INNER = (*TicketSerializer.INNER, "duplicate_of")

    follows_up = serializers.CharField(source="follows_up.reference", allow_null=True, default=None)
    duplicate_of = serializers.CharField(
        source="duplicate_of.reference", allow_null=True, default=None, help_text="For staff."
    )
    description = serializers.SerializerMethodField()
    watchers = serializers.SerializerMethodField(help_text="For staff; empty for customers.")

    class Meta(TicketSerializer.Meta):
        fields = [*TicketSerializer.Meta.fields, "follows_up", "duplicate_of", "description", "watchers"]

    def get_description(self, ticket: Ticket) -> str:
        return ticket.messages.filter(is_internal=False).order_by("id").values_list("body", flat=True).first() or ""

    def get_watchers(self, ticket: Ticket) -> list[dict[str, Any]]:
        if not self._is_inner(ticket):
            return []
        people = User.objects.filter(watched__ticket=ticket).order_by("pk")
        return [dict(person) for person in PersonSerializer(people, many=True, context=self.context).data]
