"""What allauth does our way: where people land, what they are told, and our lockout instead of its own."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from teams.models import User
from teams.sign_in.backend import TRIES_PER_ADDRESS, is_locked_out

LOCKED_OUT = _("Too many tries. Wait 15 minutes, or choose a new password: that works at once.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password don't belong together."),
        "enter_current_password": _("This is not your current password."),
        "too_many_login_attempts": LOCKED_OUT,
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        if is_locked_out(credentials.get("email") or "", request):
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        """Its own count of failures is not used."""

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Whoever chose a new one by the mailed link is let in, however often others have guessed."""
        super().set_password(user, password)
        TRIES_PER_ADDRESS.forget(user.get_username())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        is_staff = isinstance(request.user, User) and request.user.is_staff
        return resolve_url("admin:index") if is_staff else super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("portal:profile")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come by mailed link only, through our own form."""
        return False
