"""The doctor names what is wrong and what to do, and its exit code says whether anything fails."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils.timezone import now
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from helpdesk.core.models import Heartbeat
from helpdesk.core.own_desk import make_own_desk
from helpdesk.schedule import SWEEPS
from notifications.models import Delivery
from tickets.models import Attachment, OutboxEntry
from tickets.services.attaching import check_upload


@pytest.fixture
def healthy(db, settings) -> None:
    every = IntervalSchedule.objects.create(every=5, period="seconds")
    for sweep in SWEEPS:
        Heartbeat.objects.note(sweep.name)
        PeriodicTask.objects.create(name=sweep.name, task=sweep.task, interval=every, last_run_at=now())


@pytest.fixture
def public(settings) -> None:
    settings.IS_PUBLIC = True
    settings.SITE_URL = "https://help.example.com"
    settings.ALLOWED_HOSTS = ["help.example.com"]
    settings.PROXY_COUNT = 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    Heartbeat.objects.note("backup")


def doctor() -> tuple[int, str]:
    said = StringIO()
    try:
        call_command("doctor", stdout=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def test_nothing_is_wrong_with_a_healthy_installation(healthy):
    code, said = doctor()

    assert code == 0
    assert "FAILED" not in said


def test_what_readyz_says_comes_with_its_cure(healthy):
    PeriodicTask.objects.filter(name="relay").update(enabled=False)

    code, said = doctor()

    assert code == 1
    assert (
        "FAILED  serving: schedule: switched off among the periodic tasks: relay\n        → Switch it on again" in said
    )


def test_an_event_that_cannot_be_handed_on_is_shown_with_its_error(healthy, cast):
    cast.open_ticket()
    stuck = OutboxEntry.objects.earliest("pk")
    OutboxEntry.objects.filter(pk=stuck.pk).update(last_error="ValueError: boom")

    assert f"1 events can't be handed on; the first is {stuck.pk}: ValueError: boom" in doctor()[1]


def test_events_that_nobody_relays_are_counted(healthy, cast):
    cast.open_ticket()

    assert f"{OutboxEntry.objects.count()} events wait for the relay" in doctor()[1]


def test_messages_that_failed_for_good_are_a_warning(healthy, cast):
    Delivery.objects.create(dedupe_key="1", channel="email", recipient=cast.rosa, state=Delivery.State.DEAD)

    code, said = doctor()

    assert code == 0
    assert "warning work: 1 message of today failed for good." in said


def test_a_file_that_is_gone_from_the_disk_is_noticed(healthy, cast):
    cast.open_ticket(files=[check_upload(SimpleUploadedFile("a.txt", b"hello"))], at=now())
    OutboxEntry.objects.all().delete()
    assert "FAILED  files" not in doctor()[1]

    Path(Attachment.objects.get().file.path).unlink()

    assert "1 of the last 1 files are not in" in doctor()[1]


def test_a_healthy_public_installation_passes(healthy, public):
    code, said = doctor()

    assert code == 0, said


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("SITE_URL", "http://help.example.com", "without TLS"),
        ("ALLOWED_HOSTS", ["localhost"], "ALLOWED_HOSTS lacks help.example.com"),
        ("ALLOWED_HOSTS", ["*"], "any name is answered"),
        ("PROXY_COUNT", 0, "locks out all"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "reach nobody"),
        ("DEFAULT_FROM_EMAIL", "Helpdesk <helpdesk@localhost>", "most servers refuse"),
    ],
)
def test_a_setting_that_is_wrong_for_a_public_address_is_named(healthy, public, settings, name, value, finding):
    setattr(settings, name, value)

    assert finding in doctor()[1]


@pytest.mark.parametrize("finding", ["warning mail: Mails are written to files", "warning backups: There is no backup"])
def test_ones_own_desk_on_ones_own_machine_is_warned_too_and_the_demo_is_not(healthy, settings, tmp_path, finding):
    settings.DATA_DIR = tmp_path
    settings.EMAIL_BACKEND = "helpdesk.core.mail_out.connection"
    assert finding not in doctor()[1]

    make_own_desk()

    assert finding in doctor()[1]


def test_an_old_backup_is_a_warning(healthy, public):
    Heartbeat.objects.filter(name="backup").update(last_at=now() - timedelta(days=2))

    assert "warning backups: The last backup is from" in doctor()[1]


def test_a_dead_redis_stops_no_other_examination(healthy, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    code, said = doctor()

    assert code == 1
    assert "FAILED  redis: could not be examined (ConnectionError)" in said
    assert "FAILED  serving: redis: no answer (ConnectionError)" in said
