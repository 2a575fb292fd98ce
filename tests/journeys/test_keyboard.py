"""An agent without a mouse: from the list through a round of tickets, each answered and left by keys alone."""

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
        # A known question: j, Enter, /, Enter, Ctrl+Enter, and Enter to the next.
        press("j")
        press("Enter")
        page.wait_for_url("**/HD-*/")
        seen = [reference_on(page)]
        press("/")
        page.locator("#canned [role=option]").first.wait_for()
        press("Enter")
        expect(page.locator("#composer-text")).not_to_have_value("/")
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
        press("Escape")
        press("r")
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
