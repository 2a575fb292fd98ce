"""Posting twice leads to the first result: the store behind forms' submission keys and the API's Idempotency-Key."""

import hashlib
from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from teams.models import User
from tickets.models import Message, Submission, Ticket


class SubmissionReused(DomainError):
    code = "submission_reused"
    status = 422


def fingerprint(*parts: object) -> str:
    """A digest of what was sent. The parts' lengths go in, so that moving a word between them makes a difference."""
    digest = hashlib.sha256()
    for part in parts:
        text = str(part).encode()
        digest.update(f"{len(text)}:".encode() + text)
    return digest.hexdigest()


def earlier_submission(author: User, key: str, print_: str) -> Submission | None:
    """What the same author's same key led to before; None when it is new, or when there is no key.

    Waits for a twin that is under way: the second of two equal posts sees the first one's result. Raises
    SubmissionReused when the key came with something else.
    """
    if not key:
        return None
    _wait_for_twin(author, key)
    earlier = Submission.objects.filter(author=author, key=key).select_related("ticket", "message").first()
    if earlier is not None and earlier.fingerprint != print_:
        raise SubmissionReused(
            _("This submission key was used for something else already. Use a new key for a new submission.")
        )
    return earlier


def remember_submission(
    author: User, key: str, print_: str, *, ticket: Ticket | None = None, message: Message | None = None
) -> None:
    if key:
        Submission.objects.create(author=author, key=key, fingerprint=print_, ticket=ticket, message=message)


def file_prints(files: Iterable[object]) -> list[str]:
    return [getattr(file, "sha256", "") for file in files]


def _wait_for_twin(author: User, key: str) -> None:
    """A transaction-scoped lock on (author, key): held until the first post has committed or failed."""
    number = int.from_bytes(hashlib.sha256(f"submission:{author.pk}:{key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
