"""“Start fresh” leaves what a new installation has, and is for administrators of the demo only."""

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection
from django.test import Client
from django.utils.timezone import now

from helpdesk.core.own_desk import is_own_desk
from helpdesk.demo.loading import load_demo
from helpdesk.demo.removing import NotTheDemo, preview, remove_demo
from teams.models import User
from tests.cast import assemble, ship
from tickets.models import Attachment, Message, Ticket, TicketEvent

pytestmark = pytest.mark.django_db(transaction=True)

# Filled by Django itself, or by sweeps: not what people entered.
_NOT_OURS = {"django_content_type", "auth_permission", "core_heartbeat", "django_session"}


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True


@pytest.fixture
def ada():
    ship()
    load_demo(as_of=now())
    return User.objects.get(is_superuser=True)


def contents() -> dict[str, int]:
    """Rows of every table that the models know."""
    tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables.keys() - _NOT_OURS):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def test_what_remains_is_what_the_migrations_ship():
    ship()
    shipped = contents()
    load_demo(as_of=now())
    assert contents() != shipped

    remove_demo(by=User.objects.get(is_superuser=True))

    assert contents() == shipped
    assert is_own_desk()
    assert not User.objects.exists()


def test_the_first_ticket_afterwards_is_the_first_one(ada):
    remove_demo(by=ada)

    assert assemble().open_ticket().reference == "HD-1001"


def test_history_refuses_again_afterwards(ada):
    remove_demo(by=ada)
    assemble().open_ticket()

    with pytest.raises(DatabaseError, match="append-only"):
        TicketEvent.objects.update(kind="x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
        assert cursor.fetchone()[0] == 0


def test_the_files_go_too(ada):
    message = Message.objects.first()
    file = Attachment.objects.create(
        message=message, name="a.txt", content_type="text/plain", size=1, file=ContentFile(b"a", name="a")
    ).file
    assert file.storage.exists(file.name)

    remove_demo(by=ada)

    assert not file.storage.exists(file.name)


def test_the_preview_counts_what_would_go(ada):
    kinds = {kind.name: kind.rows for kind in preview()}

    assert kinds["tickets"] == Ticket.objects.count()
    assert kinds["people"] == User.objects.count()


def test_it_happens_only_with_the_words_typed(ada):
    client = Client()
    client.force_login(ada)

    shown = client.get("/begin/fresh/")
    refused = client.post("/begin/fresh/", {"words": "yes"})

    assert "Everything that was ever entered" in shown.content.decode()
    assert refused.status_code == 422
    assert Ticket.objects.exists()


def test_whoever_did_it_makes_the_first_account(ada):
    client = Client()
    client.force_login(ada)

    led = client.post("/begin/fresh/", {"words": "Start fresh"}, follow=True)

    assert led.wsgi_request.path == "/begin/administrator/"
    assert led.status_code == 200
    assert not Ticket.objects.exists()
    stranger = Client()
    assert stranger.get("/begin/administrator/").status_code == 403


def test_a_failure_on_the_way_leaves_everything(ada, monkeypatch):
    def fail(_module: str) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("helpdesk.demo.removing.import_module", fail)
    before = contents()

    with pytest.raises(OSError):
        remove_demo(by=ada)

    assert contents() == before
    assert not is_own_desk()


@pytest.mark.parametrize("role", ["lead", "agent", "customer", "stranger"])
def test_nobody_but_an_administrator_may(ada, role):
    people = {
        "lead": User.objects.filter(memberships__role="lead").first(),
        "agent": User.objects.filter(is_staff=True, is_superuser=False, memberships__role="agent").first(),
        "customer": User.objects.filter(is_staff=False).first(),
    }
    client = Client()
    if role in people:
        client.force_login(people[role])

    assert client.post("/begin/fresh/", {"words": "start fresh"}).status_code == (403 if role in people else 302)
    assert Ticket.objects.exists()


def test_a_desk_that_is_somebodys_own_has_no_such_page(ada, settings):
    settings.DEMO = False
    client = Client()
    client.force_login(ada)

    assert client.get("/begin/fresh/").status_code == 404
    assert client.post("/begin/fresh/", {"words": "start fresh"}).status_code == 404
    with pytest.raises(NotTheDemo):
        remove_demo(by=ada)
