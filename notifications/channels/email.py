"""Mail over SMTP: plain and HTML, one connection a batch, a Message-ID that stays the same when it is sent again."""

import smtplib
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from notifications.channels.channel import Channel, ChannelDown, PermanentFailure

if TYPE_CHECKING:
    from notifications.services.composing import Composed

# Said to MAIL FROM, but about the message.
_TOO_LARGE = 552


class EmailChannel(Channel):
    slug = "email"

    def __init__(self) -> None:
        self._connection = get_connection()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, composed: "Composed") -> str:
        mail = _mail(composed)
        try:
            self._connection.open()
        except OSError as error:
            raise ChannelDown(f"{type(error).__name__}: {error}") from error
        try:
            self._connection.send_messages([mail])
        except OSError as error:
            if failure := _permanent(error):
                raise failure from error
            # The conversation may be in any state. The next message needs one of its own.
            self._close()
            raise
        return "accepted"

    def _close(self) -> None:
        with suppress(OSError):
            self._connection.close()


def _mail(composed: "Composed") -> EmailMultiAlternatives:
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    thread = f"<ticket-{composed.thread}@{domain}>"
    text = composed.text + (f"\n\n{composed.link_label}: {composed.link}" if composed.link else "")
    mail = EmailMultiAlternatives(
        subject=composed.subject,
        body=f"{text}\n\n-- \n{composed.because}\n",
        to=[composed.to.email],
        headers={
            "Message-ID": f"<{composed.delivery}@{domain}>",
            "In-Reply-To": thread,
            "References": thread,
            # RFC 3834: whoever answers by machine must not answer this.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    with translation.override(composed.to.language):
        paragraphs = [part.strip() for part in composed.text.split("\n\n") if part.strip()]
        frame = {"composed": composed, "paragraphs": paragraphs, "language": composed.to.language}
        mail.attach_alternative(render_to_string("mail/frame.html", frame), "text/html")
    return mail


def _permanent(error: OSError) -> PermanentFailure | None:
    """5xx is a no for good, also in a later try; the rest is not, nor what is about us and not about this message."""
    said: tuple[int, bytes | str]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != _TOO_LARGE:
        return None
    elif isinstance(error, smtplib.SMTPResponseException):
        said = (error.smtp_code, error.smtp_error)
    else:
        return None
    code, text = said
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return PermanentFailure(f"{code} {text}") if 500 <= code < 600 else None
