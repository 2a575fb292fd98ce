"""An agent without a mouse: from the list through a round of tickets, each answered and left by keys alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import at_a_browser
from tests.journeys.talking import LIST

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def agent(installation) -> str:
    """Whoever has the most to do; a round of theirs is long enough."""
    return installation.shell(
        "from django.db.models import Count; from tickets.models import Ticket;"
        "own = Ticket.objects.actionable().filter(assignee__is_superuser=False);"
        "print(own.values_list('assignee__email').annotate(n=Count('pk')).order_by('-n')[0][0])"
    ).splitlines()[-1]


def reference_on(page: Page) -> str:
    return page.locator("[data-desk]").get_attribute("data-desk") or ""


def goes_on(page: Page, before: str) -> str:
    """Enter leads from what was sent to the next ticket."""
    expect(page.locator("[data-next-link]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: f"/{before}/" not in address)
    return reference_on(page)


def test_a_round_of_tickets_is_answered_by_keys_alone(browser, installation, agent):
    with at_a_browser(browser, installation.address) as person:
        person.sign_in_to_console(agent)
        person.visit(f"{LIST}?tab=mine")
        page, press = person.page, person.page.keyboard.press
        # A known question takes four keys, and Enter to the next: Enter, /, Enter, Ctrl+Enter, Enter.
        press("Enter")
        page.wait_for_url("**/HD-*/")
        seen = [reference_on(page)]
        press("/")
        # Faster than the canned replies come: still the first of them is meant.
        press("Enter")
        expect(page.locator("#composer-text")).to_have_value(re.compile(r"\w"))
        press("Control+Enter")
        seen.append(goes_on(page, seen[-1]))

        # Whoever presses Enter before the answer has come goes on, and writes no empty line.
        press("r")
        page.keyboard.type("It is done.")
        press("Control+Enter")
        press("Enter")
        page.wait_for_url(lambda address: f"/{seen[-1]}/" not in address)
        seen.append(reference_on(page))

        # A note, then an answer that resolves.
        press("n")
        page.keyboard.type("Looked into it.")
        press("Control+Enter")
        expect(page.locator("#story .message[data-side=note]").filter(has_text="Looked into it.")).to_be_visible()
        # The keys are the page's again: nothing more is written by accident, least of all to the customer.
        press("r")
        expect(page.locator("#composer-text")).to_have_value("")
        page.keyboard.type("Solved.")
        press("Control+Shift+Enter")
        expect(page.locator("#send-menu button").first).to_be_focused()
        press("ArrowDown")
        press("ArrowDown")
        press("Enter")
        seen.append(goes_on(page, seen[-1]))

        # Resolved without a word, as soon as the page is there: the key waits for what it needs.
        press("e")
        expect(page.locator("[data-undo-bar]")).to_contain_text("Resolved.")
        expect(page.locator("#desk-head .badge").filter(has_text="Resolved")).to_be_visible()

        # Nobody is led back to what they have just dealt with.
        assert len(set(seen)) == len(seen)


def test_everything_about_a_ticket_is_within_reach_of_a_key(browser, installation, agent):
    with at_a_browser(browser, installation.address) as person:
        person.sign_in_to_console(agent)
        page, press = person.page, person.page.keyboard.press
        # The palette leads to places, also before tickets that happen to have the word.
        press("Control+k")
        page.keyboard.type("my t")
        expect(page.locator("#palette-list [role=option]").first).to_have_text("My tickets")
        press("Enter")
        page.wait_for_url("**tab=mine")
        press("Enter")
        page.wait_for_url("**/HD-*/")
        mine = reference_on(page)

        # A tag, at once: the key waits for its field, and what is typed next is meant for it.
        press("l")
        expect(page.locator("#add-tag")).to_be_focused()
        page.keyboard.type("by keys")
        press("Enter")
        expect(page.locator(".chip-form").filter(has_text="by keys")).to_be_visible()
        press("Escape")

        # A list that is left without a choice gives the keys back.
        press("s")
        expect(page.locator("#property-status")).to_be_focused()
        press("Enter")
        expect(page.locator("#property-status")).not_to_be_focused()

        # Resolved, and taken back by a key.
        press("e")
        expect(page.locator("[data-undo-bar]")).to_contain_text("Resolved.")
        resolved = page.locator("#desk-head .badge").filter(has_text="Resolved")
        expect(resolved).to_be_visible()
        press("z")
        expect(resolved).to_have_count(0)

        # Back to the list that they came from, and to their place in it.
        press("u")
        page.wait_for_url("**tab=mine")
        expect(page.locator(".list-row[data-current]")).to_have_attribute("data-reference", mine)

        # What is selected is dealt with by keys as well; Escape gives them back to the row.
        press("x")
        press("b")
        expect(page.locator("#bulk-assignee")).to_be_focused()
        press("Escape")
        expect(page.locator("#bulk-assignee")).not_to_be_focused()
        press("x")
        expect(page.locator("[data-list-bulk]")).to_be_hidden()


def test_a_ticket_for_a_caller_who_is_not_known_yet(browser, installation):
    with at_a_browser(browser, installation.address) as person:
        # Of the general team, which gets what nothing is known about: others would not see it.
        person.sign_in_to_console("hanna@desk.example")
        person.visit(f"{LIST}new/")
        page, press = person.page, person.page.keyboard.press
        page.keyboard.type("new.person@example.org")
        press("Enter")
        expect(page.locator("#id_full_name")).to_be_focused()
        expect(page.locator("#id_email")).to_have_value("new.person@example.org")
        page.locator("#id_title").focus()
        page.keyboard.type("Lost badge")
        press("Tab")
        page.keyboard.type("They stand at the door.")
        press("Control+Enter")
        page.wait_for_url("**/HD-*/")
        expect(page.locator("h1")).to_have_text("Lost badge")


def test_enter_on_a_tick_of_the_drawer_filters_and_opens_no_ticket(browser, installation, agent):
    with at_a_browser(browser, installation.address) as person:
        person.sign_in_to_console(agent)
        person.visit(f"{LIST}?tab=mine")
        page, press = person.page, person.page.keyboard.press
        press("f")
        expect(page.locator("[data-list-drawer] input").first).to_be_focused()
        press("Space")
        press("Enter")
        page.wait_for_url("**status=open**")
        # Outside of the drawer Enter opens a ticket, as ever.
        press("Control+k")
        page.keyboard.type("my t")
        press("Enter")
        page.wait_for_url("**?tab=mine")
        press("Enter")
        page.wait_for_url("**/HD-*/")


def test_what_became_of_each_chosen_ticket_is_in_view_wherever_the_list_was(browser, installation, agent):
    with at_a_browser(browser, installation.address, size=(1000, 500)) as person:
        person.sign_in_to_console(agent)
        person.visit(f"{LIST}?tab=mine")
        page, press = person.page, person.page.keyboard.press
        rows = page.locator(".list-row")
        for _ in range(rows.count()):
            press("j")
        press("x")
        page.wait_for_function("scrollY > 0")
        page.locator("#bulk-priority").focus()
        press("Tab")
        press("Enter")
        expect(page.locator(".list-results li")).to_have_count(1)
        expect(page.locator(".list-row[data-current]")).to_have_count(1)
        expect(page.locator(".list-results summary")).to_be_in_viewport()
