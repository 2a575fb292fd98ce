"""Tickets as the API tells of them. Staff who work on a ticket see its inner side, everybody else its public one."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils.timezone import now
from rest_framework import serializers

from helpdesk.core.statements import select
from teams.api.caller import caller
from teams.api.people import PersonSerializer, person_for
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


_WATCHING = "WHERE id IN (SELECT user_id FROM tickets_watcher WHERE ticket_id = %s) ORDER BY id"


def instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


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
        """Written out: going through the declared fields took as long as opening the ticket. A test compares."""
        ticket, reader = instance, caller(self.context["request"])
        wanted, organisation, assignee = ticket.requested_priority, ticket.organisation, ticket.assignee
        row = {
            "reference": ticket.reference,
            "public_id": str(ticket.public_id),
            "title": ticket.title,
            "status": ticket.status,
            "priority": Priority(ticket.priority).slug,
            "requested_priority": None if wanted is None else Priority(wanted).slug,
            "category": None if ticket.category is None else ticket.category.slug,
            "channel": ticket.channel,
            "requester": person_for(reader, ticket.requester),
            "organisation": None if organisation is None else organisation.name,
            "created_by": ticket.created_by_external_id,
            "team": {"slug": ticket.team.slug, "name": ticket.team.name},
            "assignee": None if assignee is None else person_for(reader, assignee),
            "assignment_starts_at": instant(ticket.assignment_starts_at),
            "tags": self.get_tags(ticket),
            "opened_at": instant(ticket.opened_at),
            "updated_at": instant(ticket.updated_at),
            "first_response_due_at": instant(ticket.first_response_due_at),
            "first_responded_at": instant(ticket.first_responded_at),
            "resolution_due_at": instant(ticket.resolution_due_at),
            "resolved_at": instant(ticket.resolved_at),
            "closed_at": instant(ticket.closed_at),
            "next_due_at": instant(ticket.next_due_at),
            "breached_at": instant(ticket.breached_at),
            "is_overdue": self.get_is_overdue(ticket),
            "is_at_risk": self.get_is_at_risk(ticket),
            "version": ticket.version,
        }
        return row if self._is_inner(ticket) else row | dict.fromkeys(self.INNER)

    def get_tags(self, ticket: Ticket) -> list[str]:
        if "tags" in self.context:
            return self.context["tags"]
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

    def to_representation(self, instance: Ticket) -> dict[str, Any]:
        ticket = instance
        row = super().to_representation(ticket) | {
            "follows_up": None if ticket.follows_up is None else ticket.follows_up.reference,
            "duplicate_of": None if ticket.duplicate_of is None else ticket.duplicate_of.reference,
            "description": self.get_description(ticket),
            "watchers": self.get_watchers(ticket),
        }
        return row if self._is_inner(ticket) else row | {"duplicate_of": None}

    def get_description(self, ticket: Ticket) -> str:
        # Whoever opened it has just said it.
        if "description" in self.context:
            return self.context["description"]
        return ticket.messages.filter(is_internal=False).order_by("id").values_list("body", flat=True).first() or ""

    def get_watchers(self, ticket: Ticket) -> list[dict[str, Any]]:
        if not self._is_inner(ticket):
            return []
        if "watchers" in self.context:
            return self.context["watchers"]
        reader = caller(self.context["request"])
        return [person_for(reader, person) for person in select(User, _WATCHING, ticket.pk)]
