"""One's own desk, as a new administrator comes to it: from nothing, and from the demo, to the first ticket."""

import re
from pathlib import Path

import pytest

from tests.folders import data_folder
from tests.journeys.browser import PHONE, Person, at_a_browser
from tests.journeys.installation import Installation, eventually, running
from tests.mail_server import MailServer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

PASSWORD = "a few words in a row"
# Filled by Django itself, by sweeps, or by whoever has looked.
_NOT_ENTERED = {"django_content_type", "auth_permission", "core_heartbeat", "django_session", "teams_tally"}


@pytest.fixture(scope="module")
def own(mail: MailServer):
    """`./run --empty`, without a mail server in the environment."""
    with data_folder() as folder:
        desk = Installation(folder, mail, "--empty")
        desk.forget("EMAIL_URL")
        with running(desk) as started:
            yield started


def make_account(ida: Person) -> None:
    ida.page.fill("[name=full_name]", "Ida Berg")
    ida.page.fill("[name=email]", "ida@berg.example")
    ida.page.fill("[name=password]", PASSWORD)
    ida.page.click("text=Make my account")
    ida.page.wait_for_url("**/begin/people/")


def check_page(person: Person) -> None:
    assert person.violations() == []
    assert not person.scrolls_sideways()


def rows(desk: Installation) -> dict[str, int]:
    code = (
        "import json; from django.apps import apps; "
        "print(json.dumps({m._meta.db_table: m._base_manager.count() for m in apps.get_models(include_auto_created=True)}))"
    )
    found: dict[str, int] = desk.json(code)
    return {table: count for table, count in found.items() if table not in _NOT_ENTERED}


def invitation_in(mail: MailServer, address: str) -> str:
    """The link in it; "" as long as there is none. Other letters may have been quicker."""
    bodies = [letter.get_body(("plain",)).get_content() for letter in mail.to(address)]
    return next((found[1] for body in bodies if (found := re.search(r"http://localhost:\d+(/account/\S+)", body))), "")


def test_from_nothing_to_the_first_ticket(own: Installation, browser, mail: MailServer):
    empty = rows(own)
    assert empty["teams_user"] == empty["tickets_ticket"] == 0

    with at_a_browser(browser, own.address, expected=("403",)) as stranger:
        stranger.visit("/begin/administrator/")
        assert "has no administrator yet" in stranger.page.inner_text("main")

    with at_a_browser(browser, own.address) as ida:
        ida.page.set_default_timeout(60_000)
        ida.visit(own.first_page)
        check_page(ida)
        make_account(ida)
        ida.page.click("text=Add Technical and Billing")
        ida.page.fill("[name=person-full_name]", "Amir Haddad")
        ida.page.fill("[name=person-email]", "amir@berg.example")
        ida.page.select_option("[name=person-team]", label="Billing")
        ida.page.fill("[name=person-skills]", "invoicing 4")
        ida.page.click("button:has-text('Add person')")
        check_page(ida)
        ida.page.click("button:has-text('Go on')")

        ida.page.wait_for_url("**/begin/hours/")
        ida.page.select_option("[name=country]", "DE")
        check_page(ida)
        ida.page.click("text=Save and go on")

        ida.page.wait_for_url("**/begin/promises/")
        check_page(ida)
        ida.page.click("text=Promise this and go on")

        ida.page.wait_for_url("**/begin/mail/")
        ida.page.fill("[name=host]", "127.0.0.1")
        ida.page.fill("[name=port]", str(mail.controller.port))
        ida.page.select_option("[name=security]", "none")
        ida.page.fill("[name=address]", "help@berg.example")
        check_page(ida)
        ida.page.click("text=Send a test mail and save")
        ida.page.wait_for_selector("text=Sent to ida@berg.example")
        ida.page.click("text=Go on")

        ida.page.wait_for_url("**/begin/ready/")
        check_page(ida)
        ida.page.click("text=Send invitations")
        ida.page.wait_for_selector("text=1 invitation is on its way")
        ida.page.click("text=Open your first ticket")
        ida.page.fill("[name=email]", "rosa@kunde.example")
        ida.page.fill("[name=title]", "Charged twice")
        ida.page.fill("[name=description]", "You charged my card twice.")
        ida.page.select_option("[name=category]", "billing")
        ida.page.click("button:has-text('Open the ticket')")
        ida.page.wait_for_url("**/admin/tickets/ticket/HD-1001/")
        assert "Amir Haddad" in ida.page.inner_text("body")

    assert mail.to("ida@berg.example")[0]["Subject"] == "It works: a mail from your helpdesk"
    # The workers use the server, too, without a restart.
    eventually(lambda: mail.to("rosa@kunde.example"), within=60)
    assert mail.to("rosa@kunde.example")[0]["From"] == "Helpdesk <help@berg.example>"
    invitation = eventually(lambda: invitation_in(mail, "amir@berg.example"), within=60)

    with at_a_browser(browser, own.address) as amir:
        amir.visit(invitation)
        amir.page.fill("[name=password1]", "another few words")
        amir.page.fill("[name=password2]", "another few words")
        amir.page.click("main button[type=submit]")
        amir.page.wait_for_url("**/admin/")

    # The printed address is worth nothing any more, and a start leads to the desk itself.
    with at_a_browser(browser, own.address) as late:
        late.visit(own.first_page)
        assert "/admin/login/" in late.page.url
    own.stop()
    own.start()
    assert own.first_page == "/"


def test_from_the_demo_to_ones_own_desk_on_a_phone_without_scripts(browser, mail: MailServer, demo: Path):
    with data_folder(like=demo) as folder, running(Installation(folder, mail)) as desk:
        assert desk.first_page == "/"
        with at_a_browser(browser, desk.address, size=PHONE, javascript=False) as ada:
            ada.page.set_default_timeout(60_000)
            ada.visit("/begin/fresh/")
            ada.page.fill("[name=username]", "ada@desk.example")
            ada.page.fill("[name=password]", "study-space-demo")
            ada.page.press("[name=password]", "Enter")
            ada.page.wait_for_url("**/begin/fresh/")
            assert "Tickets\t400" in ada.page.inner_text("table")
            ada.page.fill("[name=words]", "start fresh")
            ada.page.click("text=Remove all of it and start fresh")
            ada.page.wait_for_url("**/begin/administrator/")
            assert rows(desk)["tickets_ticket"] == 0
            # The processes were started again, without the demo.
            eventually(lambda: "begin/key" in desk.said, within=90)
            eventually(lambda: desk.get("/outbox/").status_code == 404, within=30)
            make_account(ada)

        desk.stop()
        desk.start()
        assert desk.first_page == "/begin/"
        assert rows(desk)["teams_user"] == 1
