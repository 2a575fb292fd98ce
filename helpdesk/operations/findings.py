"""What the doctor finds: each with what to do about it. A finding is a failure, or a warning that can wait."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlparse

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.timezone import now

from escalation.models import Clock, ClockRepair
from helpdesk.core.mail_out import is_set_outside, reaches_nobody
from helpdesk.core.models import Heartbeat
from helpdesk.core.own_desk import is_own_desk
from helpdesk.health import reasons
from helpdesk.operations.demo_accounts import open_demo_accounts, sentence
from notifications.models import Delivery, WebhookCall, WebhookEndpoint
from tickets.models import Attachment, OutboxEntry
from tickets.triage.alerts import alerts

OLDEST_POSTGRESQL = 16
LEAST_FREE_BYTES = 1_000_000_000
BACKUP_WITHIN = timedelta(hours=26)
RELAYED_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    todo: str
    is_failure: bool = True


def warning(what: str, todo: str) -> Finding:
    return Finding(what, todo, is_failure=False)


_CURES = {
    "database": "Start PostgreSQL, and look at DATABASE_URL.",
    "migrations": "Run ./run upgrade, or manage.py migrate.",
    "redis": "Start Redis or Valkey, and look at REDIS_URL. Nothing is lost meanwhile; everything is a few seconds later.",
    "schedule": "Switch it on again in the admin, under Periodic tasks.",
    "beat": "Start exactly one beat (helpdesk-beat.service, or the service `beat`), and look at its log.",
    "workers": "Start a worker for that queue (helpdesk-pulse, helpdesk-work or helpdesk-slow), and look at its log.",
    "sweeps": "When beat and workers run, the worker's log says what fails: look for the name of the sweep.",
}


def serving() -> Iterator[Finding]:
    """What /readyz says, with the cure."""
    for name, reason in reasons().items():
        if reason:
            yield Finding(f"{name}: {reason}", _CURES[name])


def public_settings() -> Iterator[Finding]:
    """Only where strangers can come."""
    if not settings.IS_PUBLIC:
        return
    host = urlparse(settings.SITE_URL).hostname or ""
    if not settings.SITE_URL.startswith("https://"):
        yield Finding(f"SITE_URL is {settings.SITE_URL}: without TLS.", "Put a TLS proxy in front and use https://.")
    if host not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        yield Finding(f"ALLOWED_HOSTS lacks {host}: every page is a 400.", f"Add {host} to ALLOWED_HOSTS.")
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("ALLOWED_HOSTS is *: any name is answered.", f"Set ALLOWED_HOSTS={host}.")
    if settings.PROXY_COUNT == 0:
        yield Finding(
            "PROXY_COUNT is 0: everybody seems to come from the proxy, and one who guesses passwords locks out all.",
            "Set PROXY_COUNT to the number of proxies, mostly 1.",
        )
    emails = open_demo_accounts()
    if emails:
        yield Finding(sentence(emails), "Run manage.py close_demo.")


def mail() -> Iterator[Finding]:
    if _is_somebodys() and reaches_nobody():
        yield warning(
            "Mails are written to files and reach nobody.",
            f"Name your mail server at {settings.SITE_URL}/begin/mail/, or set EMAIL_URL.",
        )
    elif settings.SITE_URL.startswith("https:") and is_set_outside() and "@localhost" in settings.DEFAULT_FROM_EMAIL:
        yield warning(
            "Mails leave as “…@localhost”, which most servers refuse.", "Set EMAIL_FROM to an address of yours."
        )


def database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000, rolsuper, now() FROM pg_roles"
            " WHERE rolname = current_user"
        )
        version, is_superuser, its_time = cursor.fetchone()
    if version < OLDEST_POSTGRESQL:
        yield Finding(f"PostgreSQL is version {version}.", f"Use {OLDEST_POSTGRESQL} or newer.")
    if is_superuser:
        yield warning(
            "We are a superuser of the database.", "Let a plain role own the database: nothing here needs more."
        )
    drift = abs(now() - its_time)
    if drift > timedelta(seconds=2):
        yield Finding(f"The clock of the database is {drift.total_seconds():.0f} s off ours.", "Run NTP on both.")


def hints() -> Iterator[Finding]:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    if policy != "noeviction":
        yield warning(
            f"Redis drops what it likes when it is full ({policy}): tasks may vanish until the next sweep.",
            "Give the product a Redis of its own with maxmemory-policy noeviction.",
        )


def stuck_work() -> Iterator[Finding]:
    at = now()
    failing = OutboxEntry.objects.filter(position=None).exclude(last_error="").order_by("event_id")
    if failing:
        yield Finding(
            f"{failing.count()} events can't be handed on; the first is {failing[0].event_id}: {failing[0].last_error}",
            "They are tried again for ever; the worker's log has the traceback (relay.event_failed).",
        )
    waiting = OutboxEntry.objects.filter(position=None, last_error="", event__at__lt=at - RELAYED_WITHIN).count()
    if waiting:
        yield Finding(f"{waiting} events wait for the relay since minutes.", "Start more pulse workers.")
    missed = Clock.objects.missed(at - timedelta(seconds=60)).count()
    if missed:
        yield Finding(f"{missed} broken promises are not marked.", "Look at the log of the pulse worker: sweep_clocks.")
    first = ClockRepair.objects.select_related("ticket").order_by("failed_at").first()
    if first is not None:
        yield Finding(f"The clocks of {first.ticket.reference} can't follow: {first.last_error}", "Report this error.")
    dead = Delivery.objects.filter(state=Delivery.State.DEAD, created_at__gt=at - timedelta(days=1)).count()
    if dead:
        what = f"{dead} {'message' if dead == 1 else 'messages'} of today failed for good."
        yield warning(what, "See them in the console: Set-up, Deliveries, by state.")


def webhooks() -> Iterator[Finding]:
    for endpoint in WebhookEndpoint.objects.switched_off():
        yield warning(
            f"The webhook endpoint {endpoint.key} switched itself off. {endpoint.disabled_because}",
            "Ask whoever runs the other side, then switch it on again: Set-up, Webhook endpoints.",
        )
    dead = WebhookCall.objects.filter(state=WebhookCall.State.DEAD, created_at__gt=now() - timedelta(days=1)).count()
    if dead:
        what = f"{dead} webhook {'call' if dead == 1 else 'calls'} of today failed for good."
        yield warning(what, "See them in the console: Set-up, Webhook calls, by state.")


def files() -> Iterator[Finding]:
    folder = settings.MEDIA_ROOT
    # Made at the first upload.
    existing = next(path for path in [folder, *folder.parents] if path.exists())
    if not os.access(existing, os.W_OK):
        yield Finding(f"{existing} can't be written to.", "Give it to the user who runs the web process.")
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE_BYTES:
        yield Finding(f"{free / 1e6:.0f} MB are free below {folder}.", "Free some space, or move MEDIA_ROOT.")
    newest = Attachment.objects.kept().order_by("-message_id")[:100]
    missing = [attachment for attachment in newest if not Path(attachment.file.path).exists()]
    if missing:
        yield Finding(
            f"{len(missing)} of the last {len(newest)} files are not in {folder}.",
            "Is MEDIA_ROOT shared by all processes? Else bring the files back from a backup.",
        )


def backups() -> Iterator[Finding]:
    if not _is_somebodys():
        return
    last = Heartbeat.objects.filter(name="backup").first()
    if last is None or now() - last.last_at > BACKUP_WITHIN:
        age = "There is no backup" if last is None else f"The last backup is from {last.last_at:%Y-%m-%d %H:%M} UTC"
        yield warning(f"{age}.", "Run ./run backup every day (helpdesk-backup.timer does), and keep it elsewhere.")


def triage() -> Iterator[Finding]:
    """Tickets are assigned by rules meanwhile, so none of it is urgent."""
    for alert in alerts(as_of=now()):
        yield Finding(alert.what, alert.todo, is_failure=alert.is_failure)


EXAMINATIONS: dict[str, Callable[[], Iterator[Finding]]] = {
    "serving": serving,
    "settings": public_settings,
    "mail": mail,
    "database": database,
    "redis": hints,
    "work": stuck_work,
    "webhooks": webhooks,
    "files": files,
    "backups": backups,
    "triage": triage,
}


def _is_somebodys() -> bool:
    """Not the demo, and nobody's own machine for trying things."""
    return settings.IS_PUBLIC or is_own_desk()


def all_findings() -> Iterator[tuple[str, Finding]]:
    for name, examine in EXAMINATIONS.items():
        try:
            for finding in examine():
                yield name, finding
        except (DatabaseError, redis.RedisError) as error:
            yield name, Finding(f"could not be examined ({type(error).__name__})", "First mend what is said above.")
