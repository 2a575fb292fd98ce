"""An administrator without a mouse builds a level, and another one without scripts an automation."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import PHONE, at_a_browser

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

POLICIES, AUTOMATIONS = "/admin/escalation/escalationpolicy/", "/admin/escalation/automation/"


def reach(page: Page, wanted: Locator) -> None:
    """Go on with the tabulator until it has the focus."""
    for _step in range(120):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {wanted}")


def down(page: Page, times: int) -> None:
    for _step in range(times):
        page.keyboard.press("ArrowDown")


def test_a_level_with_two_conditions_and_two_actions_is_built_by_keys_alone(browser, installation):
    with at_a_browser(browser, installation.address) as person:
        person.sign_in_to_console("ada@desk.example")
        person.visit(POLICIES)
        page, press = person.page, person.page.keyboard.press
        reach(page, page.get_by_role("link", name="Add escalation policy"))
        press("Enter")
        page.wait_for_url("**/add/")
        reach(page, page.locator("[name=name]"))
        page.keyboard.type("Night watch")
        reach(page, page.get_by_role("link", name="Add another Level"))
        press("Enter")

        level = page.locator(".form-group").filter(has=page.locator("[name=levels-0-number]"))
        number = level.locator("[name=levels-0-number]")
        expect(number).to_have_value("1")
        expect(number).to_be_focused()
        reach(page, level.locator("[name=levels-0-anchor]"))
        page.keyboard.type("Res")
        reach(page, level.locator("[name=levels-0-offset_percent]"))
        page.keyboard.type("75")

        # A button opens the condition and leads into it.
        reach(page, level.get_by_role("button", name="Category", exact=True))
        press("Enter")
        expect(level.get_by_role("checkbox", name="Technical")).to_be_focused()
        press("Space")
        reach(page, level.get_by_role("checkbox", name="Billing"))
        press("Space")
        reach(page, level.get_by_role("button", name="Organisation", exact=True))
        press("Enter")
        page.keyboard.type("Bellini Studio")
        press("Enter")
        expect(level.get_by_role("button", name="Remove Bellini Studio")).to_be_visible()

        # What a kind needs is beside it; a new row begins where it is filled in.
        reach(page, level.locator("[name=levels-0-actions-0-do]"))
        down(page, 1)
        reach(page, level.locator("[name=levels-0-actions-0-who]"))
        down(page, 3)
        reach(page, level.get_by_role("button", name="Add an action"))
        press("Enter")
        down(page, 2)
        rows = level.locator("[data-action]:visible")
        expect(rows).to_have_count(2)
        reach(page, rows.nth(1).get_by_role("button", name="Move up"))
        press("Enter")
        expect(rows.nth(0).locator(".rule-kind")).to_have_value("raise_priority")
        expect(rows.nth(0).get_by_role("button", name="Move down")).to_be_focused()
        assert person.violations() == []
        reach(page, page.get_by_role("button", name="Save", exact=True))
        press("Enter")

        page.wait_for_url(f"**{POLICIES}")
        said = (
            "At 75 % of the time for the resolution, when Technical or Billing and from Bellini Studio: "
            "raise the priority, then tell the lead."
        )
        expect(page.get_by_role("row").filter(has_text="Night watch").get_by_text(said)).to_be_visible()


def test_without_scripts_an_automation_is_written_mended_and_put_in_order(browser, installation):
    with at_a_browser(browser, installation.address, size=PHONE, javascript=False) as person:
        person.sign_in_to_console("ada@desk.example")
        person.visit(f"{AUTOMATIONS}add/")
        page = person.page
        page.fill("[name=name]", "Tidy up")
        page.get_by_role("group", name="Priority").get_by_label("Low").check()
        page.fill("[name=conditions-organisation]", "Nobody Ltd")
        page.select_option("[name=actions-0-do]", "resolve")
        page.select_option("[name=actions-1-do]", "note")
        page.fill("[name=actions-1-text]", "It was low and old.")
        page.fill("[name=actions-1-order]", "1")
        page.fill("[name=actions-0-order]", "2")
        page.click("[name=_continue]")

        expect(page.get_by_text("There is no organisation “Nobody Ltd”")).to_be_visible()
        page.fill("[name=conditions-organisation]", "Bellini Studio")
        page.click("[name=_continue]")
        expect(page.locator("[name=actions-0-text]")).to_have_value("It was low and old.")
        page.check("[name=actions-0-remove]")
        page.click("[name=_save]")

        page.wait_for_url(f"**{AUTOMATIONS}")
        said = "A ticket is opened, and it is low priority and from Bellini Studio: resolve it."
        expect(page.get_by_text(said)).to_be_visible()


def test_what_is_typed_into_a_level_stays_when_the_one_before_it_is_taken_out(browser, installation):
    with at_a_browser(browser, installation.address) as person:
        person.sign_in_to_console("ada@desk.example")
        person.visit(f"{POLICIES}add/")
        page = person.page
        another = page.get_by_role("link", name="Add another Level")
        another.click()
        another.click()
        first, second = (page.locator(".form-group", has=page.locator(f"[name=levels-{n}-number]")) for n in (0, 1))
        second.get_by_role("button", name="Tag", exact=True).click()
        page.keyboard.type("vip")
        page.keyboard.press("Enter")
        second.locator(".rule-kind:visible").select_option("note")
        second.locator("textarea:visible").fill("It is late.")

        first.locator(".delete-template").click()

        expect(page.locator("[name=levels-0-number]")).to_have_value("2")
        expect(page.locator("[name=levels-0-actions-0-do]")).to_have_value("note")
        expect(page.locator("[name=levels-0-actions-0-text]")).to_have_value("It is late.")
        first.get_by_role("button", name="Remove vip").click()
        expect(page.locator("[name=levels-0-conditions-tag]")).to_have_value("")
