"""Who comes in: while there is no administrator, whoever holds the first key; afterwards administrators."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from helpdesk.core.personal import personal
from helpdesk.embedded.first_key import first_key
from teams.models import User

# In the session of whoever came with the key. It is worth nothing as soon as there is an administrator.
_HAS_KEY = "holds_first_key"

View = Callable[..., HttpResponseBase]


def has_administrator() -> bool:
    """Switched-off ones count: a desk that is somebody's is not given to the next who comes."""
    return User.objects.filter(is_superuser=True).exists()


def is_first_key(key: str) -> bool:
    return hmac.compare_digest(key.encode(), first_key(settings.SECRET_KEY).encode())


def let_in(request: HttpRequest) -> None:
    request.session[_HAS_KEY] = True


def for_the_first(view: View) -> View:
    """Only while there is no administrator, and only for whoever holds the key."""

    @wraps(view)
    @personal
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if has_administrator():
            return redirect("beginning:overview")
        if not request.session.get(_HAS_KEY):
            return locked(request)
        return view(request, *args, **kwargs)

    return guarded


def for_administrators(view: View) -> View:
    @wraps(view)
    @personal
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and request.user.is_administrator:
            return view(request, *args, **kwargs)
        if not has_administrator():
            return redirect("beginning:overview")
        if request.user.is_authenticated:
            return render(request, "beginning/locked.html", {"is_somebodys": True}, status=403)
        return redirect_to_login(request.get_full_path(), login_url="admin:login")

    return guarded


def person(request: HttpRequest) -> User:
    """Behind `for_administrators`, which lets in nobody else."""
    assert isinstance(request.user, User)  # noqa: S101 - for the types
    return request.user


def locked(request: HttpRequest) -> HttpResponse:
    """Says how to come in."""
    return render(request, "beginning/locked.html", {"is_somebodys": False}, status=403)
