"""Letters that somebody asked for at a public form: asked for in one statement, written and sent by a sweep."""

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.mail import get_connection
from django.db.models import F
from django.http import HttpRequest
from django.utils import translation
from django.utils.timezone import now

from helpdesk.core.letters import Letter
from teams.limits import Limit, network_of
from teams.models import LetterRequest

log = structlog.get_logger(__name__)

# Whoever it is that asks: no mailbox gets more than this, and no network makes us send more than that.
PER_ADDRESS = Limit("letters.address", most=4, within=timedelta(hours=1))
PER_NETWORK = Limit("letters.network", most=40, within=timedelta(hours=1))
_PAUSES = [timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 4 * 3600)]

# Writes the letter, or None when there is nothing to send: nobody has this address.
Writer = Callable[[LetterRequest, datetime], Letter | None]
_WRITERS: dict[str, Writer] = {}


def register_letter(kind: str, writer: Writer) -> None:
    """Apps add their kinds of letters when they are ready."""
    _WRITERS[kind] = writer


def ask_for_letter(kind: str, address: str, *, request: HttpRequest, details: dict[str, Any] | None = None) -> None:
    """Owe a letter to `address`. Does the same, and as fast, whether anybody has the address; silent when it is too often."""
    if not PER_NETWORK.take(network_of(request)) or not PER_ADDRESS.take(address):
        log.warning("letter.refused", letter=kind)
        return
    LetterRequest.objects.create(
        kind=kind, address=address.strip().lower(), language=translation.get_language() or "en", details=details or {}
    )


def send_due_letters(*, as_of: datetime, limit: int = 50) -> int:
    """The sweep: each letter in a transaction of its own, tried again after a failure. Returns how many rows are done."""
    return sum(
        _send_one(pk, as_of) for pk in list(LetterRequest.objects.due(as_of).values_list("pk", flat=True)[:limit])
    )


def _send_one(pk: int, as_of: datetime) -> bool:
    """Claimed, committed, sent, removed. A process that dies in between leaves it to be tried again."""
    lease = {"tries": F("tries") + 1, "next_try_at": as_of + _PAUSES[1]}
    if not LetterRequest.objects.filter(pk=pk, next_try_at__lte=as_of).update(**lease):
        return False
    asked = LetterRequest.objects.get(pk=pk)
    try:
        with translation.override(asked.language):
            letter = _WRITERS[asked.kind](asked, now())
        if letter is not None:
            get_connection().send_messages([letter.as_mail()])
    except Exception as error:
        # One bad letter never stops the others.
        _try_later(asked, error, as_of)
        return False
    asked.delete()
    log.info("letter.done", letter=asked.kind, sent=letter is not None)
    return True


def _try_later(asked: LetterRequest, error: Exception, as_of: datetime) -> None:
    is_final = isinstance(error, smtplib.SMTPRecipientsRefused) or asked.tries > len(_PAUSES)
    asked.next_try_at = None if is_final else as_of + _PAUSES[asked.tries - 1]
    asked.last_error = f"{type(error).__name__}: {error}"[:200].replace("\x00", "")
    asked.save(update_fields=["next_try_at", "last_error"])
    log.warning("letter.failed", letter=asked.kind, letter_id=asked.pk, final=is_final, error=type(error).__name__)
