"""The tour: the steps of docs/FIRST-FIVE-MINUTES.md, as a card on the first page. A test holds both together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.demo.doors.people import AGENT, CUSTOMER, LEAD, newest_request
from helpdesk.demo.express import EXPRESS

_KEY = "tour"
_HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Step:
    """`leads_to` is where its button goes, signed in as whoever stands behind `door`; "" is whoever is signed in."""

    slug: str
    name: Any
    says: Any
    button: Any
    door: str
    leads_to: Callable[[], str]


def _ask(topic: str) -> Callable[[], str]:
    return lambda: f"{reverse('portal:new')}?topic={topic}"


def _own_request() -> str:
    ticket = newest_request()
    return reverse("portal:ticket", args=[ticket.public_id]) if ticket is not None else reverse("portal:tickets")


def _list() -> str:
    return f"{reverse('admin:tickets_ticket_changelist')}?tab=mine"


def _ticket_page() -> str:
    ticket = newest_request()
    return reverse("admin:tickets_ticket_page", args=[ticket.reference]) if ticket is not None else _list()


STEPS = (
    Step(
        "charged", _("A customer is charged twice"),
        _("Write “I was charged twice for June”, and send it."),
        _("Ask as the customer"), CUSTOMER, _ask("payment"),
    ),
    Step(
        "promise", _("Who has it, and by when"),
        _("The page says who has the request and by when they answer. Nobody had to hand it out."),
        _("See the request"), CUSTOMER, _own_request,
    ),
    Step(
        "list", _("It glows in the agent's list"),
        _("Whoever got it has it in their list, with its clock. New ones are announced, and glow when they change."),
        _("See the agent's list"), AGENT, _list,
    ),
    Step(
        "answer", _("Why this agent, and the answer"),
        _("Unfold “Why this agent?”. Then press r, type / for a canned reply, and send it with Ctrl-Enter."),
        _("Open the ticket"), AGENT, _ticket_page,
    ),
    Step(
        "outbox", _("The customer sees it, and has the mail"),
        _("The answer is on the customer's page without reloading, and the mail is here."),
        _("Open the outbox"), "", lambda: reverse("demo:outbox"),
    ),
    Step(
        "absence", _("The agent falls ill, the tickets move"),
        _("Under People, set the agent absent: you see who gets what before you confirm."),
        _("See the lead's home"), LEAD, lambda: reverse("admin:index"),
    ),
    Step(
        "hurry", _("A customer is in a hurry"),
        _("The promise of Express is 28 seconds. Send anything, and let nobody answer."),
        _("Ask under Express"), CUSTOMER, _ask(EXPRESS),
    ),
    Step(
        "climb", _("A broken promise climbs three levels"),
        _("Within a minute it warns, breaks its promise and climbs to the third level, each with its line in the story."),
        _("Watch it climb"), LEAD, _ticket_page,
    ),
    Step(
        "numbers", _("Every number leads to its tickets"),
        _("Press a number, say the breached ones: the list shows exactly those tickets."),
        _("See the numbers"), LEAD, lambda: reverse("admin:index"),
    ),
    Step(
        "curl", _("A ticket by curl"),
        _("Everything is in the API, too. The lines to copy are in docs/FIRST-FIVE-MINUTES.md."),
        _("Open the API's pages"), "", lambda: reverse("api-docs"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stop:
    """A step as one reader sees it."""

    step: Step
    number: int
    is_done: bool
    is_next: bool


@dataclass(frozen=True, slots=True)
class Tour:
    stops: list[Stop]
    is_hidden: bool

    @property
    def done(self) -> int:
        return sum(stop.is_done for stop in self.stops)


def tour_of(session: SessionBase) -> Tour:
    kept = session.get(_KEY, [])
    open_ones = [step.slug for step in STEPS if step.slug not in kept]
    stops = [
        Stop(step, number, step.slug in kept, is_next=step.slug in open_ones[:1])
        for number, step in enumerate(STEPS, start=1)
    ]
    return Tour(stops, _HIDDEN in kept)


def step_called(slug: str) -> Step | None:
    return next((step for step in STEPS if step.slug == slug), None)


def keep(session: SessionBase, slug: str) -> None:
    session[_KEY] = sorted({*session.get(_KEY, []), slug})


def hide(session: SessionBase) -> None:
    keep(session, _HIDDEN)


def begin_again(session: SessionBase) -> None:
    session.pop(_KEY, None)


def progress(session: SessionBase) -> list[str]:
    return list(session.get(_KEY, []))


def carry_over(session: SessionBase, kept: list[str]) -> None:
    """Signing in as somebody else begins a new session: the tour goes on in it."""
    if kept:
        session[_KEY] = kept
