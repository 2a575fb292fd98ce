"""Pages that are one person's: kept by no cache."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

View = Callable[..., HttpResponseBase]


def personal(view: View) -> View:
    """Other sites are told no address of ours anyhow (SECURE_REFERRER_POLICY).

    “no-referrer” would be too much: browsers then send “Origin: null” with a form, and Django refuses it as forged.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return guarded
