"""`./run bench live`: how soon another's change is on an open screen, from its event in the database to the page.

Three pages are open in a browser while an agent elsewhere answers through the API: the ticket and the list before a
colleague, and the customer's page. Needs Chromium on the PATH and a machine that does nothing else.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from statistics import median, quantiles
from time import monotonic
from typing import Any

import httpx
from django.core.management import call_command
from django.utils.timezone import now
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.goal import Goal, MissingData
from benchmarks.house import token_of
from benchmarks.serving import server, session_of, workers
from helpdesk.demo.loading import load_demo
from teams.models import User
from tickets.models import Message, Ticket, TicketEvent

ROUNDS = 40
LIMIT_MS = 500
# So many rounds go before, until every process has done everything once.
WARM_UP = 3
PATIENCE_SECONDS = 15

_LIST = "/admin/tickets/ticket/"
# Notes when each of these first stood on the page, in milliseconds of the machine's clock.
_WATCH = """([selector, attribute]) => {
  window.seen = {};
  const look = () => document.querySelectorAll(selector).forEach((each) => {
    window.seen[each.getAttribute(attribute)] ??= performance.timeOrigin + performance.now();
  });
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: [attribute] });
  look();
}"""


def run(_argv: Sequence[str]) -> list[Goal]:
    load_demo(as_of=now())
    # A server that is not the demo refuses to start while the demo's people have their published password.
    call_command("close_demo")
    ticket = _ticket()
    took: dict[str, list[float]] = {"ticket page": [], "list": [], "customer's page": []}
    with _synchronously(), server() as address, workers(address), _browser() as browser:
        pages = _open_pages(browser, address, ticket)
        act = _act_as(User.objects.get(email="ada@desk.example"), address, ticket)
        pause = Random(3)
        for number in range(WARM_UP + ROUNDS):
            seen = act(number)
            for name, page in pages.items():
                milliseconds = _wait_for(page, seen[name]) - seen["at"]
                if number >= WARM_UP:
                    took[name].append(milliseconds)
            pages["list"].wait_for_timeout(pause.uniform(200, 900))
    goals = []
    for name, times in took.items():
        p95 = quantiles(times, n=20)[-1]
        goals.append(Goal.at_most(f"{name}, median", median(times), LIMIT_MS, unit="ms"))
        goals.append(Goal.at_most(f"{name}, 95 of 100", p95, LIMIT_MS, unit="ms"))
    return goals


def _ticket() -> Ticket:
    ticket = Ticket.objects.unresolved().filter(team__slug="payments", assignee__isnull=False).order_by("pk").last()
    if ticket is None:
        raise MissingData("The demo has no open ticket of Payments.")
    return ticket


def _open_pages(browser: Browser, address: str, ticket: Ticket) -> dict[str, Page]:
    colleague = _signed_in(browser, User.objects.get(email="lena@desk.example"), address)
    customer = _signed_in(browser, ticket.requester, address)
    watched = {
        "ticket page": (colleague, f"{_LIST}{ticket.reference}/", "[id^=entry-]", "id"),
        "list": (colleague, f"{_LIST}?tab=all", f"[data-reference={ticket.reference}]", "data-version"),
        "customer's page": (customer, f"/tickets/{ticket.public_id}/", "[id^=message-]", "id"),
    }
    pages = {}
    for name, (context, path, selector, attribute) in watched.items():
        page = pages[name] = context.new_page()
        page.goto(address + path)
        page.locator("html[data-live=online]").wait_for(state="attached")
        page.evaluate(_WATCH, [selector, attribute])
    return pages


def _act_as(agent: User, address: str, ticket: Ticket) -> Callable[[int], dict[str, Any]]:
    headers = {"Authorization": f"Token {token_of(agent)}"}
    client = httpx.Client(base_url=f"{address}/api/v1/tickets/{ticket.reference}", headers=headers, timeout=20)

    def act(number: int) -> dict[str, Any]:
        """Reply. Returns what each page shows then, and when the event was recorded: a little before its commit."""
        client.post("/messages/", json={"body": f"Answer {number}"}).raise_for_status()
        message = Message.objects.filter(ticket=ticket).order_by("pk").last()
        events = TicketEvent.objects.filter(ticket=ticket)
        event = events.filter(kind="ticket.replied", data__message=message.pk if message else 0).get()
        return {
            "at": event.at.timestamp() * 1000,
            "ticket page": f"entry-{event.seq}",
            "list": str(events.count()),
            "customer's page": f"message-{message.pk if message else 0}",
        }

    return act


def _wait_for(page: Page, what: str) -> float:
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        seen: float | None = page.evaluate("what => window.seen[what] ?? null", what)
        if seen is not None:
            return seen
        page.wait_for_timeout(20)
    raise MissingData(f"{what} did not come to {page.url} within {PATIENCE_SECONDS} s.")


def _signed_in(browser: Browser, user: User, address: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    name, _equals, value = session_of(user).partition("=")
    context.add_cookies([{"name": name, "value": value, "url": address}])
    return context


@contextmanager
def _browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        raise MissingData("`chromium` is not on the PATH.")
    # Pages that are not in front are slowed down; an agent's second screen is not.
    awake = ["--disable-background-timer-throttling", "--disable-renderer-backgrounding"]
    awake += ["--disable-backgrounding-occluded-windows", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=awake)
        yield browser
        browser.close()


@contextmanager
def _synchronously() -> Iterator[None]:
    """Playwright runs a loop in this thread; Django would refuse its queries for that."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        yield
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
