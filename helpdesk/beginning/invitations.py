"""The letter by which a colleague learns of their account and chooses a password."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.tokens import default_token_generator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.http import int_to_base36
from django.utils.translation import gettext as _

from helpdesk.core.letters import Letter
from teams.models import LetterRequest, User
from teams.services.letters import register_letter

INVITATION = "invitation"


def register() -> None:
    register_letter(INVITATION, write_invitation)


def not_yet_invited() -> "QuerySet[User, User]":
    """Staff who cannot sign in yet, and to whom no invitation is on its way."""
    owed = LetterRequest.objects.filter(kind=INVITATION).values("address")
    staff = User.objects.filter(is_staff=True, is_active=True, last_login=None).exclude(email__in=owed)
    return staff.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("full_name", "pk")


def invite_all(*, by: User) -> int:
    """Owe an invitation to each of them; the sweep of letters sends them. Returns how many."""
    owed = [
        LetterRequest(
            kind=INVITATION, address=person.email, language=person.language, details={"by": by.get_full_name()}
        )
        for person in not_yet_invited()
    ]
    return len(LetterRequest.objects.bulk_create(owed))


def write_invitation(asked: LetterRequest, _at: datetime) -> Letter | None:
    person = User.objects.filter(email=asked.address, is_active=True, is_staff=True).first()
    if person is None:
        return None
    key = {"uidb36": int_to_base36(person.pk), "key": default_token_generator.make_token(person)}
    with translation.override(person.language):
        return Letter(
            to=person.email,
            subject=_("Your account at the helpdesk"),
            text=_("Hello %(name)s,\n\n%(by)s has made an account for you at the helpdesk. Choose a password, and you "
                   "can sign in with this address.\n\nThe link is good for one day and works once. Later, ask for a "
                   "new one under “Forgot your password?” at the sign-in.")
            % {"name": person.get_short_name(), "by": asked.details.get("by", "")},
            because=_("You receive this because an administrator of the helpdesk gave your address."),
            language=person.language,
            link=settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key),
            link_label=_("Choose a password"),
        )  # fmt: skip
