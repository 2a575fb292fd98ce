"""The key that opens an installation without an administrator: whoever started it knows it, nobody else on the network.

It follows from the secret key, so that the start and the web process need not tell each other, and it opens nothing any
more once there is an administrator. Imports neither Django nor Celery: the supervisor prints it.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode

_PURPOSE = "helpdesk.beginning.first-administrator"


def first_key(secret_key: str) -> str:
    return key_for(_PURPOSE, secret_key)


def key_for(purpose: str, secret_key: str) -> str:
    digest = hmac.new(secret_key.encode(), purpose.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:18]).decode()
