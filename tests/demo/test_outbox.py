"""Mails and text messages of the demo: caught by a real mail server, shown as they would look, kept for a while."""

import json
import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.utils.timezone import now
from psycopg.conninfo import make_conninfo

from helpdesk.core.letters import Letter
from helpdesk.demo.outbox import catcher as catching
from helpdesk.demo.outbox.models import CaughtMessage
from notifications.services.delivering import deliver_due
from tests.cast import assemble
from tickets.relay import relay

CATCHER = Path(catching.__file__)


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    settings.SMS_GATEWAY_TOKEN = "of-the-demo"


@pytest.fixture
def catcher(demo, transactional_db, settings):
    """The process that the one-command start starts, on the tests' database."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.EMAIL_HOST, settings.EMAIL_PORT = listening.getsockname()
        process = catch_with(listening, database())
    yield process
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0


def catch_with(listening, address):
    fd = listening.fileno()
    return subprocess.Popen(
        [sys.executable, "-P", str(CATCHER), "--fd", str(fd)], pass_fds=[fd],
        env={"DATABASE_URL": address, "PATH": os.environ["PATH"]},
    )  # fmt: skip


def database():
    known = connection.get_connection_params()
    return make_conninfo(**{key: known[key] for key in ("dbname", "host", "user", "password", "port") if key in known})


def a_letter(**changes):
    fields = {
        "to": "rosa@example.com",
        "subject": "Grüße — Ihr Platz",
        "text": "Hello Rosa,\n\nyour desk is free again.",
        "because": "You receive this because you asked.",
        "language": "en",
        "link": "http://localhost:8000/t/token/",
        "link_label": "Read and answer",
    }
    return Letter(**fields | changes)


def send(*letters):
    return get_connection().send_messages([letter.as_mail() for letter in letters])


def test_a_mail_is_kept_as_it_was_sent(catcher):
    send(a_letter())

    kept = CaughtMessage.objects.get()
    assert (kept.kind, kept.recipient, kept.subject) == ("mail", "rosa@example.com", "Grüße — Ihr Platz")
    assert "your desk is free again" in kept.part("plain")
    assert '<a class="button" href="http://localhost:8000/t/token/">' in kept.part("html")
    assert kept.sender.startswith("Helpdesk")


def test_what_is_sent_again_is_kept_once(catcher):
    letter = a_letter(headers={"Message-ID": "<1@helpdesk>"})
    send(letter, letter)

    assert CaughtMessage.objects.count() == 1


def test_everybody_who_gets_a_mail_has_one(catcher):
    EmailMessage("Hello", "Both of you", to=["a@example.com"], bcc=["b@example.com"]).send()

    assert {kept.recipient for kept in CaughtMessage.objects.all()} == {"a@example.com", "b@example.com"}


def test_a_mail_without_a_subject_or_with_strange_bytes_is_kept_too(catcher, settings):
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as client:
        client.sendmail("x@example.com", ["y@example.com"], b"From: x\r\n\r\n\xff\xfe\x00 bytes")
        client.sendmail("x@example.com", ["y@example.com"], b"Subject: =?utf-8?b?AA==?=\r\n\r\nhello")

    assert CaughtMessage.objects.count() == 2
    assert all(kept.part("plain") for kept in CaughtMessage.objects.all())


def test_of_a_thousand_the_newest_are_kept(catcher):
    CaughtMessage.objects.bulk_create(
        CaughtMessage(kind="mail", key=f"old {number}", recipient="x", subject="x") for number in range(catching.KEPT)
    )
    send(a_letter())

    assert CaughtMessage.objects.count() == catching.KEPT == CaughtMessage.objects.KEPT
    assert not CaughtMessage.objects.filter(key="old 0").exists()
    assert CaughtMessage.objects.first().recipient == "rosa@example.com"


def test_a_database_that_is_away_is_a_reason_to_come_again(demo, db):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        process = catch_with(listening, "postgres://nobody@/nothing?host=/nowhere")
    try:
        with smtplib.SMTP("127.0.0.1", port) as client, pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail("x@example.com", ["y@example.com"], "Subject: x\n\nx")
        assert refused.value.smtp_code == 451
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


def test_a_request_makes_mails_whose_links_work(catcher, client):
    cast = assemble()
    cast.open_ticket(at=now())
    relay()
    deliver_due(as_of=now())

    to_rosa = CaughtMessage.objects.get(recipient="rosa@example.com")
    link = re.search(r"http://localhost:8000(/t/\S+/)", to_rosa.part("plain")).group(1)
    assert client.get(link, follow=True).status_code == 200


@pytest.fixture
def caught(demo, db):
    """A mail and, newer, a text message."""
    mail = CaughtMessage.objects.create(
        kind="mail", key="m", recipient="rosa@example.com", subject="Your desk",
        raw=a_letter(text="Hello <b>Rosa</b>").as_mail().message().as_bytes(),
    )  # fmt: skip
    CaughtMessage.objects.catch_text(key="s", recipient="+491701234567", text="Level 3\nhttp://localhost:8000/admin/")
    return mail


def test_the_list_is_newest_first(caught, client):
    page = client.get("/outbox/").content.decode()

    assert page.index("+491701234567") < page.index("rosa@example.com")
    assert "Choose a message" in page


def test_a_mail_is_shown_in_a_frame_that_runs_nothing_and_loads_nothing(caught, client):
    page = client.get(f"/outbox/{caught.pk}/")
    assert f'<iframe src="/outbox/{caught.pk}/frame/"' in page.content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.content.decode()
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]

    frame = client.get(f"/outbox/{caught.pk}/frame/")
    rules = dict(rule.strip().split(" ", 1) for rule in frame.headers["Content-Security-Policy"].split(";"))
    assert (rules["default-src"], rules["script-src"], rules["frame-ancestors"]) == ("'none'", "'none'", "'self'")
    assert rules["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert "form-action" in rules
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in frame.content.decode()


def test_other_pages_may_be_framed_by_nobody(caught, client):
    for path in ("/outbox/", "/"):
        response = client.get(path)
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(("look", "words"), [("html", "<iframe"), ("phone", "phone"), ("plain", "Read and answer:")])
def test_a_mail_has_three_looks(caught, client, look, words):
    page = client.get(f"/outbox/{caught.pk}/?look={look}").content.decode()

    assert words in page
    assert 'aria-current="true"' in page


def test_plain_text_stays_text(caught, client):
    assert "Hello &lt;b&gt;Rosa&lt;/b&gt;" in client.get(f"/outbox/{caught.pk}/?look=plain").content.decode()


def test_a_text_message_is_one(caught, client):
    message = CaughtMessage.objects.get(key="s")
    page = client.get(f"/outbox/{message.pk}/").content.decode()

    assert 'class="bubble"' in page
    assert '<a href="http://localhost:8000/admin/"' in page
    assert client.get(f"/outbox/{message.pk}/frame/").status_code == 404


def test_the_list_comes_again_only_when_there_is_something_new(caught, client):
    latest = CaughtMessage.objects.first().pk
    assert client.get(f"/outbox/fresh/?latest={latest}").status_code == 204

    CaughtMessage.objects.catch_text(key="new", recipient="+4915112345678", text="Now")
    fresh = client.get(f"/outbox/fresh/?latest={latest}&chosen={caught.pk}")
    assert "+4915112345678" in fresh.content.decode()
    assert f"chosen={caught.pk}" in fresh.content.decode()


@pytest.mark.parametrize("nonsense", ["latest=x&chosen=x", "chosen=99999999999999999999999", "latest=&chosen=-1", ""])
def test_nonsense_is_no_error(caught, client, nonsense):
    assert client.get(f"/outbox/fresh/?{nonsense}").status_code == 200


def test_a_message_that_was_trimmed_is_gone(demo, db, client):
    assert client.get("/outbox/1/").status_code == 404


def test_the_pages_ask_little_of_the_database(caught, client, django_assert_max_num_queries):
    CaughtMessage.objects.bulk_create(
        CaughtMessage(kind="mail", key=f"{number}", recipient="x", subject="x", raw=b"x" * 1000) for number in range(90)
    )
    with django_assert_max_num_queries(4):
        client.get(f"/outbox/{caught.pk}/")


def post(client, body, token="of-the-demo", key="k"):
    return client.generic(
        "POST", "/outbox/sms/", body if isinstance(body, str) else json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
    )  # fmt: skip


def test_the_gateway_keeps_a_text_once(demo, db, client):
    for _again in range(2):
        assert post(client, {"to": "+491701234567", "text": "Level 3"}).status_code == 202

    assert CaughtMessage.objects.get().subject == "Level 3"


def test_the_gateway_knows_its_token(demo, db, client, settings):
    assert post(client, {"to": "+49", "text": "x"}, token="guessed").status_code == 401
    settings.SMS_GATEWAY_TOKEN = ""
    assert post(client, {"to": "+49", "text": "x"}, token="").status_code == 401
    assert not CaughtMessage.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "null", '"x"', "{}", '{"to": "+49"}', "\x00", "{" * 10_000])
def test_the_gateway_refuses_what_is_no_message(demo, db, client, body):
    assert post(client, body).status_code == 422


def test_text_messages_are_trimmed_too(demo, db):
    CaughtMessage.objects.bulk_create(
        CaughtMessage(kind="sms", key=f"old {number}", recipient="x", subject="x") for number in range(600)
    )
    CaughtMessage.objects.catch_text(key="new", recipient="x", text="x")

    assert CaughtMessage.objects.count() == CaughtMessage.objects.KEPT
