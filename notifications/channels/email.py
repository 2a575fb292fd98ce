"""Mail over SMTP: plain and HTML, one connection a batch, a Message-ID that stays the same when it is sent again."""

import smtplib
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING

from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from helpdesk.core.letters import Letter, mail_domain
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
    domain = mail_domain()
    thread = f"<ticket-{composed.thread}@{domain}>"
    with override(composed.to.language):
        stop_label = _("Stop these mails")
    return Letter(
        to=composed.to.email,
        subject=composed.subject,
        text=composed.text,
        because=composed.because,
        language=composed.to.language,
        link=composed.link,
        link_label=composed.link_label,
        stop_link=composed.stop_link,
        stop_label=stop_label,
        headers={"Message-ID": f"<{composed.delivery}@{domain}>", "In-Reply-To": thread, "References": thread},
    ).as_mail()


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
