"""Pages are read in the language and zone of whoever reads, kept by nobody, and run nothing but our own code."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import now

from teams.models import User
from tickets.links import link_to
from tickets.portal.reader import ReaderMiddleware

STRICT_PAGES = [
    "/",
    "/new/",
    "/links/",
    "/links/sent/",
    "/account/login/",
    "/account/signup/",
    "/api/schema/",
    "/livez",
]


def policy(answer):
    """Directive → its sources."""
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("path", STRICT_PAGES)
def test_customer_pages_run_and_load_our_own_files_only(db, client, path):
    told = policy(client.get(path))

    assert told["default-src"] == ["'none'"]
    assert told["script-src"] == told["style-src"] == told["connect-src"] == told["form-action"] == ["'self'"]
    assert told["frame-ancestors"] == told["base-uri"] == ["'none'"]


@pytest.mark.parametrize(
    ("path", "script", "style"),
    [
        ("/admin/login/", ["'self'", "'unsafe-eval'"], ["'self'", "'unsafe-inline'"]),
        ("/api/docs/", ["'self'", "'unsafe-inline'"], ["'self'", "'unsafe-inline'"]),
    ],
)
def test_the_console_and_the_docs_may_do_more_and_nothing_from_elsewhere(db, client, path, script, style):
    told = policy(client.get(path))

    assert (told["script-src"], told["style-src"]) == (script, style)
    assert told["default-src"] == told["frame-ancestors"] == ["'none'"]


def test_what_only_looks_like_the_console_is_strict(db, client):
    assert policy(client.get("/administration/"))["script-src"] == ["'self'"]
    assert policy(client.get("/links/?next=/admin/"))["script-src"] == ["'self'"]


def active(client: Client, path: str = "/") -> tuple[str, str]:
    """Language and zone while a page is made for the session of `client`."""
    seen = {}

    def view(request):
        seen["active"] = (translation.get_language(), timezone.get_current_timezone_name())

    request = RequestFactory().get(path)
    request.session = client.session
    request.user = User.objects.filter(pk=client.session.get("_auth_user_id")).first()
    with translation.override("en"), timezone.override(None):
        ReaderMiddleware(view)(request)
    return seen["active"]


@pytest.fixture
def in_tokyo(cast):
    User.objects.filter(pk=cast.rosa.pk).update(language="de", time_zone="Asia/Tokyo")
    cast.rosa.refresh_from_db()
    return cast.rosa


def test_who_is_signed_in_reads_in_their_language_and_zone(in_tokyo, client):
    client.force_login(in_tokyo)

    assert active(client) == ("de", "Asia/Tokyo")
    assert '<html lang="de"' in client.get("/profile/").content.decode()


def test_a_guest_reads_in_the_language_and_zone_of_whom_the_link_was_mailed_to(in_tokyo, cast, client, settings):
    client.get(link_to(cast.open_ticket(), in_tokyo, at=now()).removeprefix(settings.SITE_URL))

    assert active(client) == ("de", "Asia/Tokyo")


def test_a_stranger_keeps_what_the_browser_asks_for(db, client, settings):
    assert active(client) == ("en", settings.TIME_ZONE)
    assert '<html lang="de"' in client.get("/links/", headers={"accept-language": "de"}).content.decode()


def test_machines_are_not_asked_who_reads(in_tokyo, client, settings):
    client.force_login(in_tokyo)

    assert active(client, "/api/v1/tickets/") == ("en", settings.TIME_ZONE)


def test_one_readers_zone_is_not_left_to_the_next(in_tokyo, client, settings):
    client.force_login(in_tokyo)
    client.get("/profile/")

    assert timezone.get_current_timezone_name() == settings.TIME_ZONE


def test_personal_pages_are_kept_by_no_cache(in_tokyo, client):
    client.force_login(in_tokyo)

    for path in ("/profile/", "/account/password/change/", "/links/"):
        assert client.get(path)["Cache-Control"] == "private, no-store"


def test_forms_still_pass_the_check_against_forgery(db):
    """A page that tells no referrer makes browsers send “Origin: null”, which is refused."""
    client = Client(enforce_csrf_checks=True)
    page = client.get("/links/")
    assert page["Referrer-Policy"] == "same-origin"

    token = client.cookies["csrftoken"].value
    assert client.post("/links/", {"email": "a@example.com", "csrfmiddlewaretoken": token}).status_code == 302
    assert client.post("/links/", {"email": "a@example.com"}).status_code == 403


def test_the_profile_is_changed_by_its_owner(in_tokyo, client):
    client.force_login(in_tokyo)
    fields = {"full_name": " Rosa \n Luz ", "language": "en", "time_zone": "America/Lima"}

    answer = client.post("/profile/", fields | {"email": "x@example.com", "is_staff": "on", "is_superuser": "on"})

    assert answer["Location"] == "/profile/"
    in_tokyo.refresh_from_db()
    assert (in_tokyo.full_name, in_tokyo.language, in_tokyo.time_zone) == ("Rosa Luz", "en", "America/Lima")
    assert (in_tokyo.email, in_tokyo.is_staff) == ("rosa@example.com", False)


@pytest.mark.parametrize(
    ("field", "value"), [("time_zone", "Mars/Olympus"), ("language", "xx"), ("full_name", "x" * 151)]
)
def test_nonsense_in_the_profile_is_refused_and_changes_nothing(in_tokyo, client, field, value):
    client.force_login(in_tokyo)
    fields = {"full_name": "Rosa", "language": "en", "time_zone": "UTC", field: value}

    answer = client.post("/profile/", fields)

    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    in_tokyo.refresh_from_db()
    assert (in_tokyo.language, in_tokyo.time_zone) == ("de", "Asia/Tokyo")


@pytest.mark.parametrize("name", ["portal:profile", "account_change_password"])
def test_strangers_are_asked_to_sign_in(db, client, name):
    assert client.get(reverse(name))["Location"].startswith(reverse("account_login"))
