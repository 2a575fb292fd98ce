"""Customers and agents talk, each at a browser of their own, on real processes with real mail."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import PHONE, at_a_browser
from tests.journeys.installation import eventually
from tests.journeys.talking import AFTER_UNDO, LIST, ask, link_in_mail, ticket_about

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


def test_a_guest_and_an_agent_settle_a_matter_without_reloading_once(browser, installation, mail):
    words, email = f"Charged twice for March, order {uuid4().hex[:6]}", "greta@guest.example"
    with (
        at_a_browser(browser, installation.address) as ada,
        at_a_browser(browser, installation.address) as greta,
        at_a_browser(browser, installation.address) as agent,
    ):
        ada.sign_in_to_console("ada@desk.example")
        ada.visit(f"{LIST}?tab=all&sort=newest")

        ask(greta, words, email, with_picture=True)
        expect(greta.page.locator(".who-has-it-says")).to_contain_text("will answer by")

        # The list announces what is new, and does not move under the mouse.
        ada.page.get_by_role("link", name=re.compile(r"\d+ new")).or_(
            ada.page.get_by_role("button", name=re.compile(r"\d+ new"))
        ).first.click()
        expect(ada.page.get_by_text(words).first).to_be_visible()

        reference, assignee = ticket_about(installation, words)
        greta.visit(link_in_mail(mail, email))
        expect(greta.page.get_by_text(words).first).to_be_visible()
        assert "/t/" not in greta.page.url

        agent.sign_in_to_console(assignee)
        agent.visit(f"{LIST}{reference}/")
        expect(agent.page.get_by_text("receipt.png").first).to_be_visible()
        # By keyboard: reply, the first canned one that knows of payments, sent.
        agent.page.keyboard.press("r")
        agent.page.keyboard.type("/")
        agent.page.locator("#canned [role=option]").first.wait_for()
        agent.page.keyboard.press("Enter")
        expect(agent.page.locator("#composer-text")).not_to_have_value("/")
        answer = f"Refunded, number {uuid4().hex[:6]}."
        agent.page.keyboard.type(answer)
        agent.page.keyboard.press("Control+Enter")

        expect(greta.page.get_by_text(answer).first).to_be_visible(timeout=AFTER_UNDO)
        eventually(
            lambda: [each for each in mail.to(email) if answer in each.get_body(("plain",)).get_content()], within=40
        )

        greta.page.get_by_role("button", name="Mark resolved").click()
        expect(greta.page.get_by_text("This is resolved")).to_be_visible()
        greta.page.get_by_role("button", name="Reopen").click()
        expect(greta.page.get_by_text("This is resolved")).not_to_be_visible()
        expect(agent.page.get_by_text(re.compile("reopened", re.I)).first).to_be_visible()

        # The side panel has followed, too: the key acts on what the agent sees.
        expect(agent.page.locator("#property-status")).not_to_have_value("resolved")
        agent.page.evaluate("document.activeElement.blur()")
        agent.page.keyboard.press("e")
        expect(greta.page.get_by_text("This is resolved")).to_be_visible(timeout=AFTER_UNDO)


def test_a_guest_on_a_dark_phone_without_scripts_gets_as_far(browser, installation, mail):
    words, email = f"Invoice shows the old name {uuid4().hex[:6]}", "noscript@guest.example"
    with at_a_browser(browser, installation.address, size=PHONE, scheme="dark", javascript=False) as guest:
        ask(guest, words, email, topic="billing")
        guest.visit(link_in_mail(mail, email))
        assert not guest.scrolls_sideways()

        guest.page.fill("textarea[name=body]", "One more thing: it is a company.")
        guest.page.get_by_role("button", name="Send answer").click()
        expect(guest.page.get_by_text("One more thing: it is a company.").first).to_be_visible()
        guest.page.get_by_role("button", name="Mark resolved").click()
        expect(guest.page.get_by_text("This is resolved")).to_be_visible()
        guest.page.get_by_role("button", name="Reopen").click()
        expect(guest.page.get_by_text("This is resolved")).not_to_be_visible()


def test_a_wrong_or_foreign_link_reveals_nothing_and_offers_a_fresh_one(browser, installation):
    with at_a_browser(browser, installation.address, expected=("404", "410")) as guest:
        guest.visit("/t/WzEsMSwxLDFd.forged/")
        expect(guest.page.locator("input[name=email]")).to_be_visible()
        # The one that explains how references look.
        assert set(re.findall(r"HD-\d+", guest.page.content())) <= {"HD-1042"}


def test_two_agents_who_answer_at_once_are_not_both_sent(browser, installation, mail):
    words, email = f"Locker 14 does not open {uuid4().hex[:6]}", "collide@guest.example"
    with (
        at_a_browser(browser, installation.address) as guest,
        at_a_browser(browser, installation.address, expected=("409",)) as ada,
        at_a_browser(browser, installation.address, expected=("409",)) as agent,
    ):
        ask(guest, words, email, topic="technical")
        reference, assignee = ticket_about(installation, words)
        ada.sign_in_to_console("ada@desk.example")
        agent.sign_in_to_console(assignee)
        for person in (ada, agent):
            person.visit(f"{LIST}{reference}/")
        agent.page.locator("#composer-text").fill("I am coming with the key.")
        expect(ada.page.get_by_text(re.compile("is (reading|typing|writing)")).first).to_be_visible()
        ada.page.locator("#composer-text").fill("Somebody will call you.")
        agent.page.keyboard.press("Control+Enter")
        guest.visit(link_in_mail(mail, email))
        expect(guest.page.get_by_text("I am coming with the key.").first).to_be_visible(timeout=AFTER_UNDO)

        # Ada saw it come, and her text is as she wrote it.
        expect(ada.page.get_by_text("I am coming with the key.").first).to_be_visible()
        expect(ada.page.locator("#composer-text")).to_have_value("Somebody will call you.")
