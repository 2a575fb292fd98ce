"""Mail over SMTP: plain and HTML, one connection a batch, a Message-ID that stays the same when it is sent again."""

import smtplib
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from notifications.channels.channel import Channel, PermanentFailure

if TYPE_CHECKING:
    from notifications.services.composing import Composed


class EmailChannel(Channel):
    slug = "email"

    def __init__(self) -> None:
        self._connection = get_connection()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, composed: "Composed") -> str:
        try:
            self._connection.open()
            self._connection.send_messages([_mail(composed)])
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _failure(code, said) or error from error
        except smtplib.SMTPResponseException as error:
            self._close()
            raise _failure(error.smtp_code, error.smtp_error) or error from error
        except Exception:
            # Whatever it was, the conversation is in no known state.
            self._close()
            raise
        return "accepted"

    def _close(self) -> None:
        try:
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            # The other side hung up first. The next message needs a conversation of its own.
            self._connection = get_connection()


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


def _failure(code: int, said: bytes | str) -> PermanentFailure | None:
    """5xx is a no for good; everything else is worth another try."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return PermanentFailure(f"{code} {text}") if 500 <= code < 600 else None
