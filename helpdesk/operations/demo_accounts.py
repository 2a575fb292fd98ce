"""Accounts of the demo, whose password is published: fine on one's own machine, an open door anywhere else."""

from concurrent.futures import ThreadPoolExecutor

import structlog
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from helpdesk.demo.cast import ADMINISTRATOR, AGENTS, CUSTOMERS
from helpdesk.demo.loading import PASSWORD
from teams.models import User

log = structlog.get_logger(__name__)


def open_demo_accounts() -> list[str]:
    """Addresses of active demo people who still have the published password."""
    emails = [ADMINISTRATOR[1], *(agent.email for agent in AGENTS), *(email for _name, email, _ in CUSTOMERS.values())]
    people = User.objects.filter(is_active=True, email__in=emails).values_list("email", "password").order_by("email")
    # The demo hashes its password once: as many checks as there are hashes, not people.
    is_published = {encoded: check_password(PASSWORD, encoded) for encoded in {password for _email, password in people}}
    return [email for email, password in people if is_published[password]]


def refuse_demo_accounts() -> None:
    """For a web process that starts. Raises ImproperlyConfigured where strangers could sign in as demo people."""
    if settings.IS_PUBLIC:
        # In a thread of its own: an event loop may be running already, and the ORM refuses to work beside one.
        with ThreadPoolExecutor(max_workers=1) as thread:
            emails = thread.submit(_found_at_start).result()
        if emails:
            raise ImproperlyConfigured(sentence(emails))


def sentence(emails: list[str]) -> str:
    return (
        f"Demo people can sign in with a published password ({', '.join(emails[:3])}{', …' * (len(emails) > 3)}), and"
        f" {settings.SITE_URL} is not this machine alone: run `manage.py close_demo`, or begin with an empty database."
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
