"""A mail server is tried by sending; what does not work is explained and not saved; what works is used at once."""

import socket
import stat

import pytest
from django.core.mail import EmailMessage, get_connection

from helpdesk.core.mail_out import MailServer as Server
from helpdesk.core.mail_out import forget_server, reaches_nobody, save_server, saved_server

pytestmark = pytest.mark.django_db


def answers(server, **changes: object) -> dict[str, object]:
    return {
        "host": "127.0.0.1",
        "port": server.controller.port,
        "security": "none",
        "user": "",
        "password": "",
        "name": "Berg, Tal & Söhne",
        "address": "help@berg.example",
        "to": "ida@berg.example",
    } | changes


def test_a_test_mail_arrives_and_from_then_on_everything_leaves_by_this_server(founder, mail):
    answered = founder.post("/begin/mail/", answers(mail), follow=True)

    assert "Sent to ida@berg.example" in answered.content.decode()
    (test,) = mail.mails
    assert (test["To"], test["From"]) == ("ida@berg.example", '"Berg, Tal & Söhne" <help@berg.example>')
    EmailMessage("Another", "…", to=["rosa@kunde.example"]).send()
    assert mail.to("rosa@kunde.example")[0]["From"] == '"Berg, Tal & Söhne" <help@berg.example>'
    assert not reaches_nobody()


def test_the_password_lies_in_a_file_for_our_eyes_only_and_is_never_shown(founder, mail, data_folder):
    save_server(Server("127.0.0.1", mail.controller.port, "none", "", "sesame", "Help", "help@berg.example"))

    assert stat.S_IMODE((data_folder / "mail.json").stat().st_mode) == 0o600
    assert "sesame" not in founder.get("/begin/mail/").content.decode()


def test_a_saved_password_goes_to_no_other_server(founder, mail, data_folder):
    save_server(Server("mail.example", 25, "none", "ida", "sesame", "Help", "help@berg.example"))

    founder.post("/begin/mail/", answers(mail, user="", password=""))

    assert saved_server().host == "127.0.0.1"
    assert saved_server().password == ""


@pytest.mark.parametrize("change", [{"port": 2525}, {"security": "starttls"}, {"user": "eva"}])
def test_nor_less_safely_than_it_was_saved(founder, mail, data_folder, change):
    place = {"host": "127.0.0.1", "port": mail.controller.port, "security": "none", "user": ""} | change
    save_server(Server(**place, password="sesame", sender_name="Help", sender_address="help@berg.example"))

    founder.post("/begin/mail/", answers(mail, password=""))

    assert saved_server().password == ""


def refusing(mail, **changes):
    for name, value in changes.items():
        setattr(mail, name, value)


@pytest.mark.parametrize(
    ("changes", "refusal", "says"),
    [
        ({"host": "no-such-machine.invalid"}, {}, "There is no machine called no-such-machine.invalid"),
        ({"security": "starttls"}, {}, "Try another encryption"),
        ({"security": "tls"}, {}, "does not speak TLS"),
        ({"user": "ida", "password": "wrong"}, {}, "does not accept this user and password"),
        ({}, {"refuses_sender": "550 not yours"}, "does not let"),
        ({}, {"refuses_recipient": "550 unknown"}, "does not take mail for that address"),
        ({}, {"answer": "554 spam"}, "refused the mail. It says: 554 spam"),
        ({}, {"answer": ""}, "hung up"),
    ],
)
def test_what_went_wrong_is_said_in_words_and_nothing_is_saved(founder, mail, changes, refusal, says):
    refusing(mail, **refusal)

    answered = founder.post("/begin/mail/", answers(mail, **changes))

    assert answered.status_code == 422
    assert says in answered.content.decode()
    assert "Nothing was saved" in answered.content.decode()
    assert saved_server() is None


def test_a_closed_port_is_said_in_words(founder, mail):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()[1]

        answered = founder.post("/begin/mail/", answers(mail, port=closed))

    assert "refuses connections at port" in answered.content.decode()


def test_without_a_server_mails_lie_as_files(founder, data_folder):
    assert founder.post("/begin/mail/without/").status_code == 302

    EmailMessage("Hello", "…", to=["rosa@kunde.example"]).send()

    assert len(list((data_folder / "outbox").iterdir())) == 1
    assert reaches_nobody()


def test_a_forgotten_server_is_used_no_more(founder, mail):
    founder.post("/begin/mail/", answers(mail))
    founder.post("/begin/mail/without/")

    assert saved_server() is None
    forget_server()


def test_the_environment_wins_and_can_be_tried(founder, mail, settings, data_folder):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail.controller.port
    save_server(Server("mail.example", 25, "none", "", "", "", "saved@berg.example"))

    page = founder.get("/begin/mail/").content.decode()
    founder.post("/begin/mail/", {"to": "ida@berg.example"})

    assert "EMAIL_URL" in page
    assert 'name="host"' not in page
    assert mail.to("ida@berg.example")[0]["From"] == settings.DEFAULT_FROM_EMAIL


def test_damaged_settings_do_not_stop_anything(data_folder):
    (data_folder / "mail.json").write_text("{half")

    assert saved_server() is None
    assert get_connection().file_path == str(data_folder / "outbox")
