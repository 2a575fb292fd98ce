from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import validate_storable
from tickets.models.ticket import Channel, Ticket

if TYPE_CHECKING:
    from teams.models import User


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: "User") -> "MessageQuerySet":
        """Public messages of visible tickets, notes only where `user` works."""
        public = Q(is_internal=False, ticket__in=Ticket.objects.visible_to(user))
        return self.filter(public | Q(ticket__in=Ticket.objects.worked_by(user)))


class Message(models.Model):
    """A public reply or an internal note. The first public message is the ticket's description."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="messages", db_index=False, verbose_name=_("ticket")
    )
    author = models.ForeignKey(
        "teams.User", on_delete=models.PROTECT, null=True, related_name="messages", verbose_name=_("author"),
        help_text=_("Empty: the system."),
    )  # fmt: skip
    body = models.TextField(_("text"), validators=[validate_storable])
    is_internal = models.BooleanField(_("internal note"), default=False)
    # Whether the author wrote it as staff. Kept, because the same person may ask here and answer there.
    is_from_staff = models.BooleanField(_("from staff"), default=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    sent_at = models.DateTimeField(_("sent at"))

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        indexes = [models.Index(fields=["ticket", "id"], name="message_by_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.pk}"
