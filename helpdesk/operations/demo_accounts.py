"""Accounts of the demo, whose password is published: fine on one's own machine, an open door anywhere else."""

from concurrent.futures import ThreadPoolExecutor

import structlog
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from helpdesk.demo.accounts import demo_addresses
from helpdesk.demo.cast import PASSWORD
from helpdesk.demo.flag import demo_accounts_are_allowed
from teams.models import User

log = structlog.get_logger(__name__)


def open_demo_accounts() -> list[str]:
    """Addresses of active demo people who still have the published password."""
    people = (
        User.objects.filter(is_active=True, email__in=demo_addresses())
        .values_list("email", "password")
        .order_by("email")
    )
    # The demo hashes its password once: as many checks as there are hashes, not people.
    is_published = {encoded: check_password(PASSWORD, encoded) for encoded in {password for _email, password in people}}
    return [email for email, password in people if is_published[password]]


def refuse_demo_accounts() -> None:
    """For a web process that starts. Raises ImproperlyConfigured where nobody shall sign in as demo people."""
    if not demo_accounts_are_allowed():
        # In a thread of its own: an event loop may be running already, and the ORM refuses to work beside one.
        with ThreadPoolExecutor(max_workers=1) as thread:
            emails = thread.submit(_found_at_start).result()
        if emails:
            raise ImproperlyConfigured(sentence(emails))


def sentence(emails: list[str]) -> str:
    place = f"{settings.SITE_URL} is not this machine alone" if settings.IS_PUBLIC else "this is not the demo (DEMO=1)"
    return (
        f"Demo people can sign in with a published password ({', '.join(emails[:3])}{', …' * (len(emails) > 3)}), and"
        f" {place}: run `manage.py close_demo`, or begin with an empty database."
    )


def _found_at_start() -> list[str]:
    try:
        return open_demo_accounts()
    except DatabaseError as error:
        # A web process may start before its database is there; the doctor asks again.
        log.warning("demo_accounts.unknown", error=type(error).__name__)
        return []
    finally:
        connection.close()
