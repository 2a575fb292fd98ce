"""What the tests of letters share: sending what was asked for, and finding the link in it."""

import re

from django.conf import settings
from django.utils.timezone import now

from teams.services.letters import send_due_letters


def posted(smtp, address):
    """The mails to `address`, after everything that was asked for has been sent."""
    send_due_letters(as_of=now())
    return smtp.to(address)


def plain(mail):
    return mail.get_body(("plain",)).get_content()


def paths_in(mail):
    """The addresses of ours in the plain part, without the host."""
    return re.findall(rf"{re.escape(settings.SITE_URL)}(/\S+)", plain(mail))
