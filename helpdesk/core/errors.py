"""The one family of errors that a person may see. Each rule has a small subclass beside it."""

from typing import Any


class DomainError(Exception):
    """A rule of the product said no.

    `code` is for machines and stable; the message is for people and says what to do; `status` is the HTTP status that
    the front doors answer with; `extra` holds plain values for the caller (field names, what is allowed instead).
    """

    code = "refused"
    status = 409

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra


class InvalidInput(DomainError):
    """What was sent can't be taken. `errors` maps a field name to its sentences."""

    code = "invalid"
    status = 400

    def __init__(self, errors: dict[str, list[str]]) -> None:
        first = next(iter(errors.items()))
        super().__init__(f"{first[0]}: {first[1][0]}")
        self.errors = errors


class NotPermitted(DomainError):
    """The person sees the thing but may not do this to it."""

    code = "not_permitted"
    status = 403
