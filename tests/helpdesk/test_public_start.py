"""What the product refuses to start with where strangers can come."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from helpdesk.core.hosts import is_this_machine
from helpdesk.core.own_desk import is_own_desk, make_own_desk
from helpdesk.demo.cast import ADMINISTRATOR, PASSWORD
from helpdesk.operations.demo_accounts import refuse_demo_accounts
from teams.models import User

SETTINGS = Path(__file__).resolve().parents[2] / "helpdesk" / "settings.py"
LONG = "a-long-random-value-of-an-installation-0123456789abcdef"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch):
    """The settings of an installation whose environment says this."""

    def loading(**environment: str) -> dict[str, Any]:
        for name in ("DEBUG", "SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "DEMO", "EMBEDDED_SERVERS", "EMAIL_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return loading


@pytest.mark.parametrize("key", ["", "insecure-development-key-never-for-production"])
def test_without_a_secret_of_its_own_it_does_not_start(load, key):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        load(SECRET_KEY=key)


@pytest.mark.parametrize(
    "public",
    [{"SITE_URL": "https://help.example.com"}, {"ALLOWED_HOSTS": "localhost,10.0.0.7"}, {"ALLOWED_HOSTS": "*"}],
)
def test_debug_is_for_this_machine_only(load, public):
    with pytest.raises(ImproperlyConfigured, match="DEBUG shows code"):
        load(DEBUG="1", **public)

    assert load(DEBUG="0", SECRET_KEY=LONG, **public)["IS_PUBLIC"]


@pytest.mark.parametrize(
    "place",
    [
        {"DEBUG": "0"},
        {"DEBUG": "0", "EMBEDDED_SERVERS": "1", "SITE_URL": "https://help.example.com"},
        {"DEBUG": "0", "EMBEDDED_SERVERS": "1", "ALLOWED_HOSTS": "localhost,10.0.0.7"},
    ],
)
def test_the_demo_is_for_this_machine_and_the_one_command_start_only(load, place):
    with pytest.raises(ImproperlyConfigured, match="DEMO opens accounts"):
        load(DEMO="1", SECRET_KEY=LONG, **place)

    assert load(DEMO="1", SECRET_KEY=LONG, EMBEDDED_SERVERS="1")["DEMO"]


@pytest.mark.parametrize(
    "way_out", [{"EMAIL_URL": "smtp://mail.example.com"}, {"SMS_GATEWAY_URL": "https://sms.example.com/messages"}]
)
def test_no_message_of_the_demo_leaves_the_machine(load, way_out):
    with pytest.raises(ImproperlyConfigured, match=f"{next(iter(way_out))} names another machine"):
        load(DEMO="1", SECRET_KEY=LONG, EMBEDDED_SERVERS="1", **way_out)

    assert load(SECRET_KEY=LONG, **way_out)


def test_this_machine_is_not_public(load):
    assert not load(DEBUG="1")["IS_PUBLIC"]
    assert not load(SECRET_KEY=LONG, SITE_URL="http://localhost:8012")["IS_PUBLIC"]


def test_with_tls_cookies_and_redirects_insist_on_it(load):
    settings = load(SECRET_KEY=LONG, SITE_URL="https://help.example.com", ALLOWED_HOSTS="help.example.com")

    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000


@pytest.mark.parametrize(
    "host", ["localhost", "desk.localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]", "LOCALHOST."]
)
def test_hosts_that_mean_this_machine(host):
    assert is_this_machine(host)


@pytest.mark.parametrize(
    "host", ["", "*", "localhost.example.com", "0.0.0.0", "10.0.0.1", "example.com", "notlocalhost"]
)
def test_hosts_that_mean_others(host):
    assert not is_this_machine(host)


@pytest.fixture
def demo_administrator(transactional_db) -> User:
    name, email = ADMINISTRATOR
    return User.objects.create(email=email, full_name=name, is_staff=True, password=make_password(PASSWORD))


def test_a_public_web_process_refuses_to_start_with_demo_accounts(demo_administrator, settings):
    settings.IS_PUBLIC = True

    with pytest.raises(ImproperlyConfigured, match=r"published password.*manage\.py close_demo"):
        refuse_demo_accounts()


def test_closing_the_demo_is_enough_and_for_ever(demo_administrator, settings, capsys, tmp_path):
    settings.IS_PUBLIC, settings.DATA_DIR = True, tmp_path

    call_command("close_demo")

    refuse_demo_accounts()
    demo_administrator.refresh_from_db()
    assert not demo_administrator.has_usable_password()
    assert is_own_desk()


@pytest.mark.parametrize("flag", ["DEMO", "DEBUG"])
def test_in_the_demo_and_where_code_is_worked_on_demo_accounts_are_welcome(demo_administrator, settings, flag):
    setattr(settings, flag, True)

    refuse_demo_accounts()


def test_without_the_flag_they_are_refused_on_this_machine_too(demo_administrator, settings):
    with pytest.raises(ImproperlyConfigured, match="this is not the demo"):
        refuse_demo_accounts()


def test_a_desk_of_ones_own_has_no_demo_accounts_whatever_the_flag_says(demo_administrator, settings, tmp_path):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    make_own_desk()

    with pytest.raises(ImproperlyConfigured, match="close_demo"):
        refuse_demo_accounts()


def test_a_namesake_with_a_password_of_their_own_is_no_demo_account(demo_administrator, settings):
    settings.IS_PUBLIC = True
    demo_administrator.set_password("something-of-my-own")
    demo_administrator.save()

    refuse_demo_accounts()
