import uuid
from typing import TYPE_CHECKING

from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.message import Message

if TYPE_CHECKING:
    from teams.models import User


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: "User") -> "AttachmentQuerySet":
        """Files of visible messages. Those of a draft belong to no message yet."""
        return self.filter(message__in=Message.objects.visible_to(user))

    def drafted_by(self, user: "User") -> "AttachmentQuerySet":
        """Files that `user` has added to something not sent yet: nobody else sees them."""
        return self.filter(message=None, draft__author=user)

    def orphaned(self) -> "AttachmentQuerySet":
        """Left over from drafts that were thrown away: waiting for the sweep."""
        return self.filter(message=None, draft=None)

    def kept(self) -> "AttachmentQuerySet":
        return self.filter(removed_at=None)


def attachment_storage() -> FileSystemStorage:
    """Read at use, so that tests and installations may move MEDIA_ROOT. There is no URL: files go through the door."""
    return FileSystemStorage(base_url=None)


def stored_path(attachment: "Attachment", _file_name: str) -> str:
    """A UUID, never the name that somebody chose; two levels keep folders small."""
    name = attachment.pk.hex
    return f"attachments/{name[:2]}/{name}"


class Attachment(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="attachments")
    # Set until the draft is sent: then the same row belongs to the message, and no file is copied.
    draft = models.ForeignKey(
        "tickets.Draft", on_delete=models.SET_NULL, null=True, related_name="files", db_index=False
    )
    file = models.FileField(upload_to=stored_path, storage=attachment_storage, max_length=100)
    name = models.CharField(_("name"), max_length=150)
    content_type = models.CharField(_("type, as detected from the content"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, editable=False)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["message_id", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(message=None) | Q(draft=None), name="attachment_of_message_or_draft"),
        ]
        indexes = [
            # Few rows: for the drafts' own look-ups, and for the sweep of what they left.
            models.Index(
                fields=["draft"], name="attachment_unsent", condition=Q(draft__isnull=False) | Q(message__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name
