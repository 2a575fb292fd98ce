"""A real browser for the journeys: Debian's Chromium, driven by Playwright, and axe to read the pages aloud."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

# What `.ci/run` sets: there a missing browser is an error, elsewhere it is told in the last line.
REQUIRED = "HELPDESK_BROWSER_REQUIRED"
MISSING = "no Chromium: install Debian's `chromium`, or name one in HELPDESK_CHROMIUM"

_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
_AXE = Path(__file__).parent / "vendor" / "axe.min.js"

DESKTOP, PHONE = (1440, 900), (360, 740)
PASSWORD = "study-space-demo"


def chromium() -> str | None:
    return os.environ.get("HELPDESK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def started_browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        if os.environ.get(REQUIRED):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS, headless=True)
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser of their own. What their pages complain about fails the journey."""

    context: BrowserContext
    address: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def visit(self, path: str) -> Response | None:
        return self.page.goto(path if path.startswith("http") else self.address + path)

    def sign_in(self, email: str) -> None:
        self.visit("/account/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url("**/tickets/")

    def sign_in_to_console(self, email: str) -> None:
        self.visit("/admin/login/")
        self.page.fill("input[name=username]", email)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url("**/admin/")

    def violations(self) -> list[str]:
        """What axe finds on the page as it is now, one line each. WCAG 2.2 AA and good practice."""
        self.page.evaluate(_AXE.read_text())
        found: dict[str, Any] = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
        )
        return [
            f"{each['id']}: {each['help']} — {node['target']} {node['html'][:160]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def scrolls_sideways(self) -> bool:
        width: bool = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        return width


@contextmanager
def at_a_browser(
    browser: Browser,
    address: str,
    *,
    size: tuple[int, int] = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
    javascript: bool = True,
    locale: str = "en-GB",
    expected: tuple[str, ...] = (),
) -> Iterator[Person]:
    """A fresh profile. `expected` are parts of complaints that the story brings about on purpose."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        java_script_enabled=javascript,
        locale=locale,
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    person = Person(context, address, context.new_page())

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: person.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: _note(person, page, said))

    listen(person.page)
    context.on("page", listen)
    try:
        yield person
    finally:
        context.close()
    unexpected = [line for line in person.complaints if not any(part in line for part in expected)]
    assert not unexpected, "the browser complained: " + "; ".join(unexpected)


def _note(person: Person, page: Page, said: ConsoleMessage) -> None:
    if said.type == "error":
        person.complaints.append(f"{page.url}: {said.text} ({said.location.get('url', '')})")
