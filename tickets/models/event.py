"""History: append-only, chained, and the outbox through which everything else follows from it."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from teams.models import User


class TicketEventQuerySet(models.QuerySet["TicketEvent"]):
    def visible_to(self, user: "User") -> "TicketEventQuerySet":
        """Everything where `user` works; elsewhere only what a customer may know."""
        public = Q(is_public=True, ticket__in=Ticket.objects.visible_to(user))
        return self.filter(public | Q(ticket__in=Ticket.objects.worked_by(user)))


class TicketEvent(models.Model):
    """One fact. PostgreSQL refuses to change or delete it. `data` holds ids, codes and enum values, never text or names.

    `seq, prev_hash, hash` chain the events of a ticket; the ticket keeps the tail. Written by `tickets.events` only.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(
        "teams.User", on_delete=models.PROTECT, null=True, related_name="acts", help_text=_("Empty: the system.")
    )
    cause = models.CharField(max_length=60)
    caused_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="consequences")
    # How many events of the system's own led to this one. A chain ends at `tickets.events.MAX_DEPTH`.
    depth = models.PositiveSmallIntegerField(default=0)
    is_public = models.BooleanField(default=False)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = TicketEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["ticket_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["ticket", "seq"], name="ticket_event_seq_once")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.seq}"


class OutboxEntry(models.Model):
    """What the relay still owes to an event. The relay gives each handled entry the next `position`.

    Readers that follow along (rollups, cursor exports, webhooks, live resume) read by position, never by event id:
    ids commit out of order.
    """

    event = models.OneToOneField(TicketEvent, on_delete=models.PROTECT, related_name="outbox", primary_key=True)
    position = models.BigIntegerField(null=True, unique=True)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(db_default=Now())
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("outbox entry")
        verbose_name_plural = _("outbox entries")
        indexes = [models.Index(fields=["lease_until"], name="outbox_waiting", condition=Q(position=None))]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.position}"
