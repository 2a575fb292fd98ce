"""The letters of signing in. Each proves the address: only who reads it can choose the password."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import translation
from django.utils.http import int_to_base36
from django.utils.translation import gettext as _

from helpdesk.core.letters import Letter
from teams.models import LetterRequest, User
from teams.services.letters import register_letter
from teams.services.people import find_or_create_requester

ACCOUNT, PASSWORD = "account", "password"


def register() -> None:
    register_letter(ACCOUNT, write_account)
    register_letter(PASSWORD, write_password)


def write_account(asked: LetterRequest, _at: datetime) -> Letter | None:
    """Whoever wrote to us before without an account finds all of it in theirs."""
    person = find_or_create_requester(
        asked.address,
        full_name=asked.details.get("full_name", ""),
        language=asked.language,
        time_zone=asked.details.get("time_zone", ""),
    )
    if not person.is_active:
        return None
    with translation.override(person.language):
        if person.has_usable_password():
            return _letter(
                person,
                subject=_("You already have an account"),
                text=_("somebody asked for an account with this address, and you already have one. Sign in with it, "
                       "or choose a new password if you don't remember yours."),
                link_label=_("Choose a new password"),
            )  # fmt: skip
        return _letter(
            person,
            subject=_("Your account: choose a password"),
            text=_("choose a password, and your account is ready. The requests that you have sent us from this "
                   "address are already in it."),
            link_label=_("Choose a password"),
        )  # fmt: skip


def write_password(asked: LetterRequest, _at: datetime) -> Letter | None:
    person = User.objects.filter(email=asked.address, is_active=True).first()
    if person is None:
        return None
    with translation.override(person.language):
        return _letter(
            person,
            subject=_("Choose a new password"),
            text=_("somebody, probably you, asked for a new password. Your old one is good until you have chosen."),
            link_label=_("Choose a new password"),
        )


def _letter(person: User, *, subject: str, text: str, link_label: str) -> Letter:
    hello = _("Hello %(name)s,") % {"name": person.get_short_name()}
    lasting = _("The link is good for one day and works once. If it wasn't you, you need not do anything.")
    key = {"uidb36": int_to_base36(person.pk), "key": default_token_generator.make_token(person)}
    return Letter(
        to=person.email,
        subject=subject,
        text=f"{hello}\n\n{text}\n\n{lasting}",
        because=_("You receive this because somebody gave your address at our sign-in page."),
        language=person.language,
        link=settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key),
        link_label=link_label,
    )
