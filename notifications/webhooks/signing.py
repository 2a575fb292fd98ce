"""Signatures of Standard Webhooks, and the secrets that they are made with. Pure, except for the secret key.

A secret is never stored: it follows from SECRET_KEY and a salt. Whoever reads the database alone can sign nothing.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from django.utils.crypto import salted_hmac

PREFIX = "whsec_"
_PURPOSE = "notifications.webhooks.signing"


def new_salt() -> str:
    return secrets.token_urlsafe(24)


def secret_for(salt: str) -> str:
    """256 bits, as the specification writes them down."""
    return PREFIX + base64.b64encode(salted_hmac(_PURPOSE, salt, algorithm="sha256").digest()).decode()


def digest_of(secret: str) -> str:
    """By which a secret is known again; nothing leads back from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def signed_headers(secrets: Sequence[str], *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """One signature a secret: while a new one takes over, both are good."""
    signatures = [signature(each, message_id=message_id, timestamp=timestamp, body=body) for each in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
