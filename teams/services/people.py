"""People come into being when they first write."""

from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.core.errors import InvalidInput
from helpdesk.core.statements import select
from helpdesk.core.text import single_line
from teams.models import User


def find_or_create_requester(email: str, *, full_name: str = "", language: str = "", time_zone: str = "") -> User:
    """The person behind an address. A new one gets no password: they can be written to, and set one later.

    The other words are believed of a new person only; a language or a zone that we don't know is left out. Two calls at once lead to the same person. Raises InvalidInput for something that is no address.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidInput({"customer_email": [_("“%(email)s” is no e-mail address.") % {"email": email}]}) from error
    known = select(User, "WHERE email = %s", address)
    if known:
        return known[0]
    with transaction.atomic():
        newcomer = User(email=address, full_name=single_line(full_name)[:150])
        if language in dict(settings.LANGUAGES):
            newcomer.language = language
        if time_zone in available_timezones():
            newcomer.time_zone = time_zone
        newcomer.set_unusable_password()
        # The unique index decides who was first; whoever was not reads the winner's row.
        User.objects.bulk_create([newcomer], ignore_conflicts=True)
    return User.objects.get(email=address)
