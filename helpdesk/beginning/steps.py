"""The five steps: their order, their words, and which of them are done."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.beginning.models import DoneStep


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    title: Any
    icon: str

    @property
    def address(self) -> str:
        return reverse(f"beginning:{self.name}")


STEPS = (
    Step("administrator", _("Administrator"), "key-round"),
    Step("people", _("Teams and people"), "users"),
    Step("hours", _("Hours and holidays"), "calendar"),
    Step("promises", _("Promises"), "timer"),
    Step("mail", _("Mail out"), "mail"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step as the page shows it."""

    step: Step
    number: int
    is_done: bool
    is_here: bool


def stages(here: str = "") -> list[Stage]:
    """One query."""
    done = DoneStep.objects.names()
    return [Stage(step, number, step.name in done, step.name == here) for number, step in enumerate(STEPS, start=1)]


def next_address(after: str = "") -> str:
    """Of the first step after `after` that is not done, else of the first one that is not; at the end of the last page."""
    done = DoneStep.objects.names()
    names = [step.name for step in STEPS]
    place = names.index(after) + 1 if after in names else 0
    for step in (*STEPS[place:], *STEPS[:place]):
        if step.name not in done and step.name != after:
            return step.address
    return reverse("beginning:ready")
