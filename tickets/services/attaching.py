"""Files: checked by their content, stored under a UUID, gone again when the message that carries them is not saved."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import puremagic
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from helpdesk.core.text import display_file_name
from helpdesk.core.transactions import in_transaction, on_rollback
from teams.models import User
from tickets.events import EventKind, record
from tickets.models import Attachment, Draft, Message, Ticket
from tickets.permissions import check_staff

# Endings that make people open a file in a trusting way: the content must be what the name says.
_EXPECTED = {
    "png": {"image/png"},
    "jpg": {"image/jpeg"},
    "jpeg": {"image/jpeg"},
    "gif": {"image/gif"},
    "webp": {"image/webp"},
    "bmp": {"image/bmp", "image/x-ms-bmp"},
    "pdf": {"application/pdf"},
}
_HEAD = 64 * 1024
# The preview of a picture lies beside it, under its name with this ending.
PREVIEW_ENDING = ".preview.webp"


class BadFile(DomainError):
    code = "bad_file"
    status = 400


class FileTooLarge(BadFile):
    code = "file_too_large"
    status = 413


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """An upload that may be stored. `content_type` comes from the content, `name` is fit to be shown."""

    file: File
    name: str
    content_type: str
    size: int
    sha256: str


def check_uploads(files: Sequence[File]) -> list[CheckedFile]:
    """Check all files of one message. Raises BadFile or FileTooLarge with a sentence for the person who sent them."""
    if len(files) > settings.MAX_ATTACHMENTS_PER_MESSAGE:
        raise BadFile(
            _("A message takes at most %(most)s files; this one has %(count)s. Send the rest in a second message.")
            % {"most": settings.MAX_ATTACHMENTS_PER_MESSAGE, "count": len(files)}
        )
    return [check_upload(file) for file in files]


def check_upload(file: File) -> CheckedFile:
    """Read the file once: its size, its digest, and what it really is."""
    name = display_file_name(file.name or "")
    if file.size > settings.MAX_ATTACHMENT_BYTES:
        raise FileTooLarge(
            _("“%(name)s” is too large. A file may have up to %(most)s MB.")
            % {"name": name, "most": settings.MAX_ATTACHMENT_BYTES // (1024 * 1024)}
        )
    digest, head, size = hashlib.sha256(), b"", 0
    for chunk in file.chunks():
        head = head or bytes(chunk[:_HEAD])
        digest.update(chunk)
        size += len(chunk)
    if not size:
        raise BadFile(_("“%(name)s” is empty. Choose the file again.") % {"name": name})
    content_type = detected_type(head)
    expected = _EXPECTED.get(name.rpartition(".")[2].lower())
    if expected and content_type not in expected:
        raise BadFile(
            _("“%(name)s” is not what its name says: it looks like %(type)s. Rename it or choose another file.")
            % {"name": name, "type": content_type}
        )
    return CheckedFile(file, name, content_type, size, digest.hexdigest())


def detected_type(head: bytes) -> str:
    """The media type of a file from its first bytes; plain text when it reads as such, else octet-stream."""
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found == "application/pdf" or (found and not _reads_as_text(head)):
        return found
    # HTML, SVG and scripts are text as well: they are only ever handed out as a download.
    return "text/plain" if _reads_as_text(head) else "application/octet-stream"


def attach(message: Message, files: Sequence[CheckedFile]) -> list[Attachment]:
    """Store the files of a message that is being saved. A rollback takes them away again."""
    return Attachment.objects.bulk_create([_stored(checked, message=message) for checked in files])


def attach_to_draft(draft: Draft, checked: CheckedFile) -> Attachment:
    """Store a file of something that is still being written. A rollback takes it away again."""
    attachment = _stored(checked, draft=draft)
    attachment.save(force_insert=True)
    return attachment


def hand_files_over(draft: Draft, message: Message) -> int:
    """What was the draft's is the message's: the same rows, the same files."""
    return Attachment.objects.filter(draft=draft).update(message=message, draft=None)


def sweep_orphaned_files(*, limit: int = 500) -> int:
    """Delete what drafts left behind when they were thrown away. Returns how many files went."""
    done = 0
    for attachment in list(Attachment.objects.orphaned()[:limit]):
        # The file first: a crash in between leaves a row that says what is still to be done.
        delete_stored(attachment)
        done += Attachment.objects.orphaned().filter(pk=attachment.pk).delete()[0]
    return done


def delete_stored(attachment: Attachment) -> None:
    """Delete the file and the preview beside it; what is gone already is no mistake."""
    for path in (str(attachment.file.name), f"{attachment.file.name}{PREVIEW_ENDING}"):
        attachment.file.storage.delete(path)


@in_transaction
def remove_attachment(attachment: Attachment, *, by: User | None, at: datetime | None = None) -> Attachment:
    """Take a message's file away. A stub with its name stays, and the history says who removed it."""
    if attachment.message is None:
        raise ValueError("A draft's file is taken away with remove_draft_file: there is no history of it.")
    ticket = Ticket.objects.lock(attachment.message.ticket_id)
    check_staff(ticket, by)
    attachment = Attachment.objects.get(pk=attachment.pk)
    if attachment.removed_at is not None:
        return attachment
    attachment.removed_at = at or now()
    attachment.save(update_fields=["removed_at"])
    record(
        ticket,
        EventKind.ATTACHMENT_REMOVED,
        actor=by,
        at=attachment.removed_at,
        data={"attachment": str(attachment.pk)},
    )
    transaction.on_commit(partial(delete_stored, attachment))
    return attachment


def _stored(checked: CheckedFile, *, message: Message | None = None, draft: Draft | None = None) -> Attachment:
    checked.file.seek(0)
    attachment = Attachment(
        message=message,
        draft=draft,
        name=checked.name,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
    )
    # Copied: a large upload would be moved, and be gone when the verb begins again.
    attachment.file.save(checked.name, File(checked.file.file, checked.name), save=False)
    on_rollback(partial(attachment.file.delete, save=False))
    return attachment


def _reads_as_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The head may end in the middle of a character.
        return error.start >= len(head) - 3
    return True
