"""The forms of signing in, in our words."""

from datetime import timedelta
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordKeyForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm

from helpdesk.core.text import validate_storable
from teams.limits import Limit
from teams.sign_in.adapter import LOCKED_OUT
from teams.sign_in.backend import is_locked_out

_CHANGES = Limit("password.change", most=10, within=timedelta(minutes=15))


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "login", _("E-mail"), autocomplete="username")
        _name(self, "password", _("Password"), autocomplete="current-password")
        _name(self, "remember", _("Stay signed in on this device"))


class StaffSignInForm(AuthenticationForm):
    """The sign-in of the console: says so when too many tries were made."""

    def clean(self) -> dict[str, Any]:
        if self.request is not None and is_locked_out(self.cleaned_data.get("username") or "", self.request):
            raise ValidationError(LOCKED_OUT, code="locked_out")
        return super().clean()


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class SignUpForm(AddressForm):
    full_name = forms.CharField(
        label=_("Your name"), max_length=150, required=False, validators=[validate_storable],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip


class NewPasswordForm(ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_new_passwords(self)


class PasswordForm(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "oldpassword", _("Your current password"), autocomplete="current-password")
        _name_new_passwords(self)

    def clean_oldpassword(self) -> str:
        """A page left open is no place to guess passwords."""
        if not _CHANGES.take(str(self.user.pk)):
            raise ValidationError(LOCKED_OUT, code="locked_out")
        return super().clean_oldpassword()


def _name_new_passwords(form: forms.Form) -> None:
    _name(form, "password1", _("New password"), autocomplete="new-password")
    form.fields["password1"].help_text = _("At least 10 characters. A few words in a row are easy to remember.")
    _name(form, "password2", _("New password, again"), autocomplete="new-password")


def _name(form: forms.Form, name: str, label: Any, **attributes: str) -> None:
    """Our label, and no placeholder: it is no label, and goes away when it is needed."""
    field = form.fields[name]
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.help_text = ""
    field.widget.attrs |= attributes
