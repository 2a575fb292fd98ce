"""Handing out a file: always as something that can do no harm in a browser."""

import structlog
from django.http import FileResponse
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from tickets.models import Attachment

log = structlog.get_logger(__name__)

# Should a browser show it after all, it may do nothing there.
_HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}
# Pictures that browsers show without running anything. SVG is a document, and stays a download.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class FileGone(DomainError):
    code = "file_gone"
    status = 410


def is_picture(attachment: Attachment) -> bool:
    return attachment.content_type in PICTURES


def file_response(attachment: Attachment, *, inline: bool = False) -> FileResponse:
    """The file as a download; a picture may be shown in place. Raises FileGone, saying what became of it."""
    if attachment.removed_at is not None:
        raise FileGone(_("This file was removed."))
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError:
        log.error("attachment.lost", attachment_id=str(attachment.pk))
        raise FileGone(_("This file has been lost. The helpdesk's administrators can see that.")) from None
    return FileResponse(
        content,
        as_attachment=not (inline and is_picture(attachment)),
        filename=attachment.name,
        content_type=attachment.content_type,
        headers=_HARMLESS,
    )
