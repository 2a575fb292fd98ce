"""What a team does at its desk while others look on: absences, withdrawn permissions, files, priorities."""

import time
from base64 import b64encode
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import APIResponse, Page, Route, WebSocketRoute, expect

from tests.journeys.browser import DESKTOP, PHONE, Person, at_a_browser
from tests.journeys.installation import Installation, eventually
from tests.journeys.talking import LIST, ask, link_in_mail, picture, ticket_about

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

# How soon a page is empty that its reader may no longer see, in milliseconds.
GONE_WITHIN = 5_000


@pytest.fixture(scope="module")
def installation(installation):
    installation.shell(
        "from tests.journeys.desk import make_strict, work_round_the_clock;"
        "[work_round_the_clock(team) for team in ('payments', 'accounts')]; make_strict('account')"
    )
    return installation


def opened_by_a_guest(browser, installation: Installation, words: str, topic: str = "payment") -> tuple[str, str]:
    with at_a_browser(browser, installation.address) as guest:
        ask(guest, words, f"{uuid4().hex[:8]}@guest.example", topic=topic)
    return ticket_about(installation, words)


def test_a_lead_sets_an_agent_absent_and_whoever_gets_the_ticket_sees_it_come(browser, installation):
    words = f"The card reader is dead {uuid4().hex[:6]}"
    reference, leaving = opened_by_a_guest(browser, installation, words)
    name = installation.shell(f"from teams.models import User; print(User.objects.get(email={leaving!r}))")
    with (
        at_a_browser(browser, installation.address) as lena,
        at_a_browser(browser, installation.address) as next_one,
    ):
        lena.sign_in_to_console("lena@desk.example")
        lena.page.get_by_role("link", name=f"Set absent {name}", exact=True).click()
        lena.page.get_by_label("Until Monday in a week").check()
        move = lena.page.locator(".home-moves li").filter(has=lena.page.get_by_text(reference, exact=True))
        expect(move).to_be_visible()
        receiver = move.locator(".home-move-to").inner_text().strip().splitlines()[-1]
        next_one.sign_in_to_console(
            installation.shell(f"from teams.models import User; print(User.objects.get(full_name={receiver!r}).email)")
        )
        next_one.visit(f"{LIST}?tab=mine")
        expect(next_one.page.get_by_text(words)).to_have_count(0)

        lena.page.get_by_role("button", name="Set absent until").click()
        expect(lena.page.get_by_text(f"{name} is absent now").first).to_be_visible()

        news = next_one.page.locator("[data-list-news]")
        expect(news).to_be_visible()
        news.click()
        expect(next_one.page.get_by_text(words).first).to_be_visible()
        expect(lena.page.get_by_role("button", name=f"End absence {name}")).to_be_visible()


def gone_after(page: Page, selector: str, withdraw) -> float:
    """Milliseconds from the withdrawal, whose end `withdraw` returns as a timestamp, until the text has left the page."""
    page.evaluate(
        """selector => {
            const isGone = () => !document.querySelector(selector)?.textContent.trim();
            const look = () => { if (isGone()) { window.goneAt ??= Date.now(); } else setTimeout(look, 20); };
            look();
        }""",
        selector,
    )
    withdrawn = withdraw()
    gone: float = eventually(lambda: page.evaluate("window.goneAt"), within=20)
    return gone - withdrawn * 1000


def held_back(page: Page, address: str, ask: Callable[[], object]) -> Callable[[], None]:
    """What `ask` asks the server for is answered at once, and comes to the page when the returned function is called."""
    held: list[tuple[Route, APIResponse]] = []
    page.route(address, lambda route: held.append((route, route.fetch())), times=1)
    ask()
    eventually(lambda: page.evaluate("1") and held, within=10)

    def let_through() -> None:
        [(route, answer)] = held
        with page.expect_response(address):
            route.fulfill(response=answer)
        page.evaluate("new Promise(done => setTimeout(done, 300))")

    return let_through


def withdrawing(installation: Installation, code: str):
    """The act in the installation; returns when it was committed."""
    return lambda: float(installation.shell(f"{code}; import time; print(time.time())").splitlines()[-1])


def test_an_agent_who_leaves_the_team_sees_nothing_of_it_within_seconds(browser, installation):
    words = f"Wrong name on the membership card {uuid4().hex[:6]}"
    reference, assignee = opened_by_a_guest(browser, installation, words)
    email = next(each for each in ("amir@desk.example", "priya@desk.example") if each != assignee)
    leave = withdrawing(
        installation,
        f"from teams.models import TeamMembership; TeamMembership.objects.filter(user__email={email!r}).delete()",
    )
    with at_a_browser(browser, installation.address, expected=("404", "403")) as agent:
        agent.sign_in_to_console(email)
        overview = agent.context.new_page()
        overview.goto(f"{agent.address}{LIST}?tab=all&sort=newest")
        row = f".list-row[data-reference='{reference}']"
        expect(overview.locator(row)).to_be_visible()
        agent.visit(f"{LIST}{reference}/")
        expect(agent.page.get_by_text(words).first).to_be_visible()
        agent.page.locator("#composer-text").fill("I have not finished this sentence")
        late = held_back(agent.page, "**/side/", lambda: agent.page.evaluate("htmx.trigger('#side', 'freshen')"))

        assert gone_after(agent.page, "#story", leave) <= GONE_WITHIN
        expect(agent.page.get_by_text("You no longer see this ticket")).to_be_visible()
        late()
        assert words not in agent.page.content()
        expect(agent.page.locator("#composer-text")).to_have_value("I have not finished this sentence")
        expect(overview.locator(row)).to_have_count(0, timeout=GONE_WITHIN)


def test_a_guest_whose_links_are_revoked_sees_nothing_of_it_within_seconds(browser, installation, mail):
    words, email = f"Somebody else reads my mail {uuid4().hex[:6]}", f"{uuid4().hex[:8]}@guest.example"
    with (
        at_a_browser(browser, installation.address, expected=("404", "403", "401")) as guest,
        at_a_browser(browser, installation.address) as ada,
    ):
        ask(guest, words, email)
        guest.visit(link_in_mail(mail, email))
        expect(guest.page.locator("#conversation").get_by_text(words)).to_be_visible()
        guest.page.locator("#id_body").fill("Please call me")
        reference, _assignee = ticket_about(installation, words)
        ada.sign_in_to_console("ada@desk.example")
        ada.visit(f"{LIST}{reference}/")

        def revoke() -> float:
            ada.page.get_by_role("button", name="Revoke mailed links").click()
            ada.page.get_by_role("button", name="Yes, do it").click()
            expect(ada.page.get_by_text("open nothing any more").first).to_be_visible()
            return time.time()

        assert gone_after(guest.page, "#conversation", revoke) <= GONE_WITHIN
        expect(guest.page.get_by_text("This page is not open to you any more")).to_be_visible()
        assert words not in guest.page.content()
        expect(guest.page.locator("#id_body")).to_have_value("Please call me")


def give_file(person: Person, event: str, name: str) -> None:
    """A real drop or paste event on the composer's text, carrying a picture."""
    person.page.locator("#composer-text").evaluate(
        """(field, [event, name, base64]) => {
            const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], name, { type: "image/png" }));
            const options = { bubbles: true, cancelable: true };
            if (event === "paste") field.dispatchEvent(new ClipboardEvent("paste", { ...options, clipboardData: data }));
            else for (const step of ["dragenter", "dragover", "drop"])
                field.dispatchEvent(new DragEvent(step, { ...options, dataTransfer: data }));
        }""",
        [event, name, b64encode(picture()).decode()],
    )


def test_an_agent_drops_and_pastes_files_and_they_go_out_with_the_reply(browser, installation):
    words = f"How do I get to the lockers {uuid4().hex[:6]}"
    reference, assignee = opened_by_a_guest(browser, installation, words)
    with at_a_browser(browser, installation.address) as agent:
        agent.sign_in_to_console(assignee)
        agent.visit(f"{LIST}{reference}/")
        files = agent.page.locator("#composer [data-files-list]")
        give_file(agent, "drop", "map.png")
        expect(files.get_by_text("map.png")).to_be_visible()
        give_file(agent, "paste", "image.png")
        expect(files.get_by_text("Screenshot")).to_be_visible()
        # They are on the server already: another look at the page has them, too.
        agent.page.reload()
        expect(files.locator(".file-name")).to_have_count(2)

        agent.page.locator("#composer-text").fill("Follow the map.")
        agent.page.keyboard.press("Control+Enter")
        sent = agent.page.locator("#story .message[data-side=staff]")
        expect(sent.locator(".file-preview")).to_have_count(2, timeout=25_000)
        assert agent.page.evaluate("document.querySelector('#story .file-preview').decode().then(() => true)")


def test_a_priority_that_breaks_a_promise_is_asked_for_first(browser, installation):
    words = f"I cannot sign in anywhere {uuid4().hex[:6]}"
    reference, assignee = opened_by_a_guest(browser, installation, words, topic="account")
    with at_a_browser(browser, installation.address) as agent:
        agent.sign_in_to_console(assignee)
        agent.visit(f"{LIST}{reference}/")
        priority = agent.page.locator("#property-priority")
        before = priority.input_value()

        priority.select_option("critical")
        dialog = agent.page.get_by_role("dialog")
        expect(dialog).to_contain_text("this promise would be broken at once: First response")
        dialog.get_by_role("button", name="Leave it").click()
        expect(priority).to_have_value(before)

        priority.select_option("critical")
        dialog.get_by_role("button", name="Yes, do it").click()
        expect(agent.page.locator("#desk-head .badge").filter(has_text="Critical")).to_be_visible()
        expect(agent.page.get_by_text("First response").filter(has_text="breached").first).to_be_visible()


def test_a_laptop_that_slept_for_an_hour_shows_what_came_meanwhile_and_keeps_what_was_typed(browser, installation):
    words = f"The door code has changed {uuid4().hex[:6]}"
    reference, assignee = opened_by_a_guest(browser, installation, words)
    asleep = []
    with (
        at_a_browser(browser, installation.address) as agent,
        at_a_browser(browser, installation.address) as ada,
    ):
        agent.sign_in_to_console(assignee)
        ada.sign_in_to_console("ada@desk.example")
        agent.page.clock.install()

        def deaf_while_asleep(socket: WebSocketRoute) -> None:
            server = socket.connect_to_server()
            is_new = bool(asleep)
            server.on_message(lambda message: socket.send(message) if is_new or not asleep else None)

        agent.page.route_web_socket("**/ws/live/", deaf_while_asleep)
        agent.visit(f"{LIST}{reference}/")
        expect(agent.page.locator("html[data-live=online]")).to_be_attached()
        agent.page.locator("#composer-text").fill("Half a sentence")
        asleep.append(True)

        ada.visit(f"{LIST}{reference}/")
        ada.page.keyboard.press("n")
        ada.page.keyboard.type("The new code is in the safe.")
        ada.page.keyboard.press("Control+Enter")
        expect(ada.page.locator("#story").get_by_text("The new code is in the safe.")).to_be_visible()
        agent.page.wait_for_timeout(1500)
        expect(agent.page.get_by_text("The new code is in the safe.")).to_have_count(0)

        agent.page.clock.fast_forward("01:00:00")
        expect(agent.page.locator("#story").get_by_text("The new code is in the safe.")).to_be_visible()
        expect(agent.page.locator("#composer-text")).to_have_value("Half a sentence")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_long_title_and_html_in_every_field_break_no_page(browser, installation, mail, size):
    script, email = f"<script>document.body.remove()</script>{uuid4().hex[:6]}", f"{uuid4().hex[:8]}@guest.example"
    with (
        at_a_browser(browser, installation.address, size=size) as guest,
        at_a_browser(browser, installation.address, size=size) as agent,
    ):
        guest.visit("/new/")
        guest.page.fill("textarea[name=description]", f"{script}<img src=x onerror=document.body.remove()>" + "y" * 500)
        guest.page.locator("input[name=subject]").evaluate("(field, text) => (field.value = text)", "X" * 300)
        guest.page.fill("input[name=full_name]", "<b>Greta</b>" + "z" * 80)
        guest.page.fill("input[name=email]", email)
        guest.page.get_by_role("button", name="Send request").click()
        expect(guest.page.get_by_role("heading", name="Your request has arrived")).to_be_visible()
        assert not guest.scrolls_sideways()
        guest.visit(link_in_mail(mail, email))
        expect(guest.page.get_by_text("<script>document").first).to_be_visible()
        assert not guest.scrolls_sideways()

        reference, _assignee = ticket_about(installation, script)
        agent.sign_in_to_console("ada@desk.example")
        for path in (f"{LIST}?tab=all&sort=newest", f"{LIST}{reference}/", "/admin/", "/admin/inbox/"):
            agent.visit(path)
            expect(agent.page.locator("h1").first).to_be_visible()
            assert not agent.scrolls_sideways(), path
        agent.visit(f"{LIST}{reference}/")
        expect(agent.page.locator("#story").get_by_text("<script>document").first).to_be_visible()
        expect(agent.page.locator("#side").get_by_text("<b>Greta</b>").first).to_be_attached()
