"""What somebody is writing, and what they have just sent and may still take back."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import validate_storable

if TYPE_CHECKING:
    from tickets.models.message import Message


class DraftQuerySet(models.QuerySet["Draft"]):
    def unsent(self) -> "DraftQuerySet":
        return self.filter(send_at=None)

    def on_the_way(self) -> "DraftQuerySet":
        return self.exclude(send_at=None)


class Draft(models.Model):
    """One text that is being written a person, ticket and side; the one before may still be on its way beside it.

    Seen by its author only. Its files are attachments without a message: they become the message's when it is sent.
    """

    # The message that it became, on the object that was sent. Not a column: the row is gone by then.
    sent: "Message | None" = None

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="drafts", db_index=False)
    author = models.ForeignKey("teams.User", on_delete=models.CASCADE, related_name="drafts")
    is_internal = models.BooleanField(_("internal note"), default=False)
    body = models.TextField(_("text"), blank=True, validators=[validate_storable])
    then = models.CharField(_("after sending"), max_length=20, default="send")
    seen_version = models.PositiveIntegerField(null=True)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    updated_at = models.DateTimeField(_("updated at"))
    # Empty: it is only a draft. Else it goes out then, unless its author takes it back before.
    send_at = models.DateTimeField(_("goes out at"), null=True)
    # Why it came back instead of going out, in its author's words and for machines.
    held_because = models.CharField(_("held back because"), max_length=500, blank=True)
    held_code = models.CharField(max_length=40, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "author", "is_internal"], condition=Q(send_at=None), name="draft_one_unsent_a_side"
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "author"], name="draft_by_ticket"),
            models.Index(fields=["send_at"], name="draft_due", condition=Q(send_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.author_id}"

    @property
    def is_held_back(self) -> bool:
        return bool(self.held_code)
