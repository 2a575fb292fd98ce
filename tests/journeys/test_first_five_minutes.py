"""docs/FIRST-FIVE-MINUTES.md, played in a browser on real processes: its steps, its buttons, its lines to copy."""

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from helpdesk.demo.doors.tour import STEPS
from tests.folders import ROOT, data_folder
from tests.journeys.browser import Person, at_a_browser
from tests.journeys.installation import Installation, running

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "FIRST-FIVE-MINUTES.md"
# Ten seconds to take it back, and then some for the processes.
AFTER_UNDO = 25_000
WITHIN_A_MINUTE = 75_000


@dataclass(frozen=True)
class Chapter:
    name: str
    text: str

    @property
    def button(self) -> str:
        """The first words in bold."""
        return re.search(r"\*\*(.+?)\*\*", self.text, re.DOTALL).group(1)

    @property
    def code(self) -> str:
        return re.search(r"```sh\n(.+?)```", self.text, re.DOTALL).group(1)


def chapters() -> list[Chapter]:
    parts = re.split(r"^## \d+\. (.+)$", SCRIPT.read_text("utf-8").split("\n## And then")[0], flags=re.MULTILINE)
    return [Chapter(name, text) for name, text in zip(parts[1::2], parts[2::2], strict=True)]


@dataclass
class Story:
    """Whoever follows the script, in two windows. `words` are what Rosa writes."""

    installation: Installation
    tourist: Person
    second: Person
    words: str = field(default_factory=lambda: f"I was charged twice for June, order {uuid4().hex[:6]}")
    agent: str = ""
    reference: str = ""

    @property
    def page(self) -> Page:
        return self.tourist.page

    def press(self, button: str) -> None:
        self.tourist.visit("/")
        self.page.get_by_role("button", name=button).click()
        opened = self.page.get_by_role("link", name="Back to the tour").or_(self.page.locator("#swagger-ui")).first
        expect(opened).to_be_visible(timeout=AFTER_UNDO)


def charged(story: Story, _chapter: Chapter) -> None:
    page = story.page
    page.fill("textarea[name=description]", story.words)
    expect(page.locator("input[name=category][value=payment]")).to_be_checked()
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text(story.words).first).to_be_visible()


def promise(story: Story, _chapter: Chapter) -> None:
    says = story.page.locator("main")
    expect(says.get_by_text(re.compile("from Payments has it and will answer by")).first).to_be_visible()
    sentence = says.get_by_text(re.compile("from Payments has it")).first.inner_text()
    story.agent = re.match(r"(.+) from Payments", sentence).group(1)
    story.reference = re.search(r"HD-\d+", says.inner_text()).group()


def its_list(story: Story, _chapter: Chapter) -> None:
    row = story.page.locator(".list-row", has_text=story.words)
    expect(row).to_be_visible()
    expect(row.locator("[data-clock]").first).to_be_visible()

    # The list stays open while somebody asks in the other window: what is new announces itself.
    ask(story.second, "And I need an invoice for it, please")
    story.page.get_by_role("link", name=re.compile(r"\d+ new")).or_(
        story.page.get_by_role("button", name=re.compile(r"\d+ new"))
    ).first.click()
    expect(story.page.get_by_text("And I need an invoice for it, please").first).to_be_visible()


def answer(story: Story, _chapter: Chapter) -> None:
    page = story.page
    # The newest request is the one that was asked for meanwhile; the story goes on with the first.
    story.tourist.visit(f"/admin/tickets/ticket/{story.reference}/")
    page.get_by_text("Why this agent?").click()
    expect(page.locator(".why-sentence")).to_contain_text("card payments")

    # Rosa has her page open.
    story.second.visit("/tickets/")
    story.second.page.get_by_text(story.words).first.click()
    expect(story.second.page.get_by_role("heading", name=story.words)).to_be_visible()

    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("r")
    page.keyboard.type("/")
    page.locator("#canned [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).not_to_have_value("/")
    page.keyboard.type("You have your money back by tomorrow.")
    page.keyboard.press("Control+Enter")


def outbox(story: Story, _chapter: Chapter) -> None:
    says = "You have your money back by tomorrow."
    expect(story.second.page.get_by_text(says).first).to_be_visible(timeout=AFTER_UNDO)

    page = story.page
    # It comes into the open list by itself.
    row = page.locator(".caught-row", has_text=f"Re: [{story.reference}]").filter(has_text="rosa.keller@uni.example")
    expect(row.first).to_be_visible(timeout=AFTER_UNDO)
    row.first.click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text(says)).to_be_visible()
    page.get_by_role("link", name="Plain text").click()
    expect(page.locator(".caught-plain")).to_contain_text(says)
    page.get_by_role("link", name="On a phone").click()
    assert page.locator("iframe").bounding_box()["width"] <= 375

    with story.tourist.context.expect_page() as opened:
        frame.get_by_role("link", name="Read and answer").click()
    expect(opened.value.get_by_role("heading", name=story.words)).to_be_visible()
    opened.value.close()


def absence(story: Story, _chapter: Chapter) -> None:
    page = story.page
    person = page.locator("li, tr", has_text=story.agent).filter(has=page.get_by_text("Set absent")).first
    person.get_by_text("Set absent").click()
    sheet = page.locator("#home-sheet")
    sheet.get_by_label("Until Monday", exact=True).check()
    expect(sheet.locator(".home-foreseen")).to_be_visible()
    moves = sheet.locator(".home-move-to").all_inner_texts()
    sheet.get_by_role("button", name=re.compile("Set absent until")).click()
    expect(page.get_by_text("End absence").first).to_be_visible()

    code = (
        "from tickets.models import Ticket; from teams.models import Absence;"
        f"t = Ticket.objects.get(number={story.reference.removeprefix('HD-')});"
        "print(t.assignee.full_name, '|', Absence.objects.filter(user__full_name=" + repr(story.agent) + ").exists())"
    )
    assignee, is_absent = story.installation.shell(code).splitlines()[-1].split(" | ")
    assert is_absent == "True"
    # Said before it was done, and done as it was said; with an answer out, the ticket may as well stay.
    assert assignee == story.agent or any(assignee in move for move in moves)

    page.get_by_role("button", name=f"End absence {story.agent}").click()
    expect(page.get_by_role("link", name=f"Set absent {story.agent}", exact=True)).to_be_visible()


def hurry(story: Story, _chapter: Chapter) -> None:
    page = story.page
    expect(page.locator("input[name=category][value=express]")).to_be_checked()
    page.fill("textarea[name=description]", "Quick, please!")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text("Quick, please!").first).to_be_visible()


def climb(story: Story, _chapter: Chapter) -> None:
    page = story.page
    expect(page.get_by_role("heading", name="Quick, please!")).to_be_visible()
    for level in (1, 2, 3):
        expect(page.get_by_text(re.compile(rf"level {level}", re.IGNORECASE)).first).to_be_visible(
            timeout=WITHIN_A_MINUTE
        )
    expect(page.locator("[data-clock=breached]").first).to_be_visible()

    story.second.visit("/outbox/")
    text = story.second.page.locator(".caught-row", has_text=re.compile(r"^\s*Text message\s+\+")).filter(
        has_text="Level 3"
    )
    expect(text.first).to_be_visible(timeout=AFTER_UNDO)
    text.first.click()
    expect(story.second.page.locator(".bubble")).to_contain_text("Quick, please!")


def numbers(story: Story, _chapter: Chapter) -> None:
    page = story.page
    number = page.locator("[data-metric=breached]")
    count = int(number.inner_text())
    assert count >= 1
    number.click()
    page.wait_for_url("**/admin/tickets/ticket/**")
    expect(page.locator(".list-row")).to_have_count(count)
    expect(page.get_by_text("Quick, please!").first).to_be_visible()


def curl(story: Story, chapter: Chapter) -> None:
    expect(story.page.get_by_text("Helpdesk API").first).to_be_visible(timeout=AFTER_UNDO)
    lines = chapter.code.replace("http://localhost:8000", story.installation.address)
    assert "./run manage issue_token" in lines
    lines = lines.replace(" --trusted", f" --trusted --data {story.installation.data}")
    done = subprocess.run(["bash", "-euc", lines], cwd=ROOT, capture_output=True, text=True, timeout=60)
    ticket = json.loads(done.stdout)
    assert ticket["team"]["name"] == "Technical"
    assert ticket["assignee"]["name"]
    assert ticket["opened_at"] < ticket["first_response_due_at"] < ticket["resolution_due_at"]


PLAYS = {
    "charged": charged, "promise": promise, "list": its_list, "answer": answer, "outbox": outbox,
    "absence": absence, "hurry": hurry, "climb": climb, "numbers": numbers, "curl": curl,
}  # fmt: skip


def ask(person: Person, words: str) -> None:
    """As Rosa, through the customer's door."""
    person.visit("/")
    person.page.locator("button.door", has_text="Customer").click()
    person.page.wait_for_url("**/tickets/")
    person.visit("/new/?topic=payment")
    person.page.fill("textarea[name=description]", words)
    person.page.get_by_role("button", name="Send request").click()
    expect(person.page.get_by_text(words).first).to_be_visible()


def test_script_tour_and_this_test_have_the_same_steps():
    assert [chapter.name for chapter in chapters()] == [str(step.name) for step in STEPS]
    assert [chapter.button for chapter in chapters()] == [str(step.button) for step in STEPS]
    assert list(PLAYS) == [step.slug for step in STEPS]


def test_the_first_five_minutes(browser, mail, demo):
    with (
        data_folder(like=demo) as folder,
        running(Installation(folder, mail), EMAIL_URL="") as installation,
        at_a_browser(browser, installation.address) as tourist,
        at_a_browser(browser, installation.address.replace("localhost", "127.0.0.1")) as second,
    ):
        story = Story(installation, tourist, second)
        for chapter, step in zip(chapters(), STEPS, strict=True):
            story.press(chapter.button)
            PLAYS[step.slug](story, chapter)

        for path in ("/outbox/", "/"):
            tourist.visit(path)
            assert tourist.violations() == []
        expect(tourist.page.get_by_text(f"{len(STEPS)} of {len(STEPS)} seen")).to_be_visible()
        assert mail.mails == []
