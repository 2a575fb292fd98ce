"""A mail server is tried by sending a mail; when that fails, one sentence says what it was and what to do."""

import smtplib
import socket
import ssl
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.core.letters import Letter
from helpdesk.core.mail_out import MailServer, SavedServerBackend
from teams.models import User

# A page waits for it.
_SECONDS = 10


class MailFailed(Exception):
    """The message is for the person at the page."""


def send_test_mail(server: MailServer | None, *, to: str, by: User) -> None:
    """By `server`, or by what the environment says. Raises MailFailed."""
    mail = _test_letter(to, by).as_mail()
    connection: Any = (
        get_connection(timeout=_SECONDS) if server is None else SavedServerBackend(server, timeout=_SECONDS)
    )
    host = server.host if server is not None else settings.EMAIL_HOST
    port = server.port if server is not None else settings.EMAIL_PORT
    try:
        connection.send_messages([mail])
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise MailFailed(_why(error, host=host, port=port, sender=mail.from_email)) from error
    finally:
        # After a refusal half-way the conversation is still open.
        with suppress(OSError, smtplib.SMTPException):
            connection.close()


def _test_letter(to: str, by: User) -> Letter:
    with translation.override(by.language):
        return Letter(
            to=to,
            subject=_("It works: a mail from your helpdesk"),
            text=_(
                "Your helpdesk can send mail. From now on customers get its answers, and colleagues hear of theirs."
            ),
            because=_("You receive this because %(name)s tried out the mail settings.") % {"name": by.get_full_name()},
            language=by.language,
        )


def _why(error: Exception, *, host: str, port: int, sender: str) -> str:
    place = {"host": host, "port": port}
    if isinstance(error, socket.gaierror):
        return _("There is no machine called %(host)s. Look at the spelling.") % place
    if isinstance(error, ConnectionRefusedError):
        return (
            _("%(host)s refuses connections at port %(port)s. Is it the right port? Usual ones are 587 and 465.")
            % place
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        said = _("%(host)s shows a certificate that is not trusted (%(why)s). Use the name that stands in it.")
        return said % {**place, "why": error.verify_message}
    if isinstance(error, ssl.SSLError):
        said = _("%(host)s does not speak TLS at port %(port)s. With port 465 choose TLS, with 587 STARTTLS.")
        return said % place
    if isinstance(error, smtplib.SMTPServerDisconnected):
        said = _(
            "%(host)s hung up at port %(port)s. Mostly the wrong encryption: with 465 choose TLS, with 587 STARTTLS."
        )
        return said % place
    if isinstance(error, TimeoutError):
        said = _("%(host)s did not answer at port %(port)s within %(seconds)s seconds. A firewall? The wrong port?")
        return said % {**place, "seconds": _SECONDS}
    if isinstance(error, smtplib.SMTPAuthenticationError):
        said = _("%(host)s does not accept this user and password. It says: %(answer)s")
        return said % {**place, "answer": _answer(error)}
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _("%(host)s can't do what was asked (%(why)s). Try another encryption, or no user.") % {
            **place,
            "why": error,
        }
    if isinstance(error, smtplib.SMTPSenderRefused):
        said = _("%(host)s does not let %(sender)s send. Use an address that it knows as yours. It says: %(answer)s")
        return said % {**place, "sender": sender, "answer": _answer(error)}
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        said = _("%(host)s does not take mail for that address. It says: %(answer)s")
        return said % {**place, "answer": f"{code} {_text(answer)}"}
    if isinstance(error, smtplib.SMTPResponseException):
        return _("%(host)s refused the mail. It says: %(answer)s") % {**place, "answer": _answer(error)}
    return _("The mail could not be sent to %(host)s: %(why)s") % {**place, "why": error}


def _answer(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:200]
