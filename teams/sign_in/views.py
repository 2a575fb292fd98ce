"""Asking for an account or a new password: the same answer for every address. The rest is allauth's."""

from typing import Any

from allauth.account.views import LoginView, LogoutView, PasswordChangeView, PasswordResetFromKeyView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET

from helpdesk.core.personal import personal
from teams.models import User
from teams.services.letters import ask_for_letter
from teams.sign_in.forms import AddressForm, NewPasswordForm, PasswordForm, SignInForm, SignUpForm
from teams.sign_in.letters import ACCOUNT, PASSWORD


@method_decorator(personal, name="dispatch")
class SignIn(LoginView):
    form_class = SignInForm

    def get_form_class(self) -> type[SignInForm]:
        return SignInForm


@method_decorator(personal, name="dispatch")
class SignOut(LogoutView):
    pass


@method_decorator(personal, name="dispatch")
class ChooseNewPassword(PasswordResetFromKeyView):
    """The page behind the mailed link. The secret goes into the session, so that no address of a page holds it."""

    def get_form_class(self) -> type[NewPasswordForm]:
        return NewPasswordForm


@method_decorator([login_required, personal], name="dispatch")
class ChangePassword(PasswordChangeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who has none to change gets one by the mailed link."""
        if isinstance(request.user, User) and not request.user.has_usable_password():
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[PasswordForm]:
        return PasswordForm


@personal
def sign_up(request: HttpRequest) -> HttpResponse:
    form = SignUpForm(request.POST if request.method == "POST" else None, label_suffix="")
    if form.is_valid():
        details = {"full_name": form.cleaned_data["full_name"], "time_zone": request.POST.get("time_zone", "")[:64]}
        return _asked(request, ACCOUNT, form, details)
    return _ask(request, "account/signup.html", form)


@personal
def reset_password(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST if request.method == "POST" else None, label_suffix="")
    if form.is_valid():
        return _asked(request, PASSWORD, form, {})
    return _ask(request, "account/password_reset.html", form)


@require_GET
@personal
def letter_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/letter_sent.html")


def _asked(request: HttpRequest, kind: str, form: AddressForm, details: dict[str, Any]) -> HttpResponse:
    ask_for_letter(kind, form.cleaned_data["email"], request=request, details=details)
    return redirect("account_letter_sent")


def _ask(request: HttpRequest, template: str, form: AddressForm) -> HttpResponse:
    return render(request, template, {"form": form}, status=422 if form.is_bound else 200)
