"""What every test may ask for, and what holds for all of them."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_django
from django.conf import settings as django_settings
from django.utils import timezone, translation
from redis import RedisError
from xdist.remote import Producer

from tests.cast import Cast, assemble
from tests.distribution import InRuns, in_good_order
from tests.folders import demo_folder
from tests.journeys.browser import MISSING
from tests.outside import refuse_outside_sockets
from tickets import wake_up


def pytest_configure() -> None:
    refuse_outside_sockets()
    # While modules are imported, the servers among them; tests run without it, as Django has it. Else each server would
    # look for demo accounts in a database that is not there yet.
    django_settings.DEBUG = True
    django_settings.PASSWORD_HASHERS = ["tests.hashing.QuickHasher"]
    # Static files are looked up when they are asked for; else each test's client begins with a list of all of them.
    django_settings.WHITENOISE_AUTOREFRESH = True
    # Redis is shared by the workers of one run, and its channels know no database numbers.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    django_settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = f"helpdesk-{worker}"
    django_settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"helpdesk-{worker}:"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    in_good_order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InRuns | None:
    """Whoever asks for another distribution gets it."""
    return InRuns(config, log) if config.getvalue("dist") == "load" else None


@pytest.fixture(autouse=True)
def _own_media_folder(settings: pytest_django.Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _nobodys_language() -> Iterator[None]:
    """What a request has switched on stays on in its thread until the next request."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _patient_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure in one test silences the wake-up for no other, nor does one that was on its way."""
    monkeypatch.setattr(wake_up, "_silent_until", 0.0)
    with suppress(RedisError):
        for key in wake_up._redis().scan_iter(wake_up._on_its_way("*")):
            wake_up._redis().delete(key)


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


@pytest.fixture(scope="session")
def demo() -> Iterator[Path]:
    """The data folder of a demo that nobody has started yet. Copies of it spare an installation its first start."""
    with demo_folder() as folder:
        yield folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skip that nobody sees is a hole: the last line counts what was not tried for want of a browser."""
    skipped = sum(MISSING in str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.write_line(f"NOT TRIED: {skipped} browser journeys, {MISSING}.", red=True, bold=True)
