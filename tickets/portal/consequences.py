"""What customers choose instead of a priority and a category: what it means for them, and examples."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tickets.models import Category, Priority


@dataclass(frozen=True, slots=True)
class Consequence:
    """A priority in the words of the person whom it keeps from working. Critical is not theirs to choose."""

    priority: Priority
    name: Any
    says: Any

    @property
    def slug(self) -> str:
        return self.priority.slug


CONSEQUENCES = (
    Consequence(Priority.HIGH, _("I can't go on at all"), _("Nothing works, or money or a deadline is at stake.")),
    Consequence(Priority.MEDIUM, _("It slows me down"), _("I can work around it, but not for long.")),
    Consequence(Priority.LOW, _("It can wait"), _("A question, a wish, something small.")),
)

# Icon and examples of the categories that ship; one that staff add shows its own description.
_LOOKS: dict[str, tuple[str, Any, Any]] = {
    "technical": ("wrench", _("Technical"), _("“The Wi-Fi in room 4 drops every hour”")),
    "billing": ("receipt", _("Billing"), _("“My invoice shows the wrong company name”")),
    "general": ("message-circle", _("General"), _("“When are you open on holidays?”")),
    "feature-request": ("lightbulb", _("Feature request"), _("“Could I book two rooms at once?”")),
    "bug-report": ("bug", _("Bug report"), _("“The app closes when I open the map”")),
    "account": ("key-round", _("Account"), _("“I can't sign in since I changed my number”")),
    "payment": ("credit-card", _("Payment"), _("“I was charged twice for March”")),
}
_PLAIN = "message-circle"


@dataclass(frozen=True, slots=True)
class Topic:
    """A category as a card."""

    slug: str
    name: str
    icon: str
    example: str


def topics() -> list[Topic]:
    """The categories that can be chosen. One query."""
    return [topic_of(each.slug, each.name, each.description) for each in Category.objects.active()]


def topic_of(slug: str, name: str, description: str) -> Topic:
    """In the reader's language where the name is still the one that shipped."""
    icon, shipped_name, example = _LOOKS.get(slug, (_PLAIN, name, description))
    is_renamed = slug in _LOOKS and name != _untranslated(shipped_name)
    return Topic(slug, name if is_renamed else str(shipped_name), icon, str(example))


def _untranslated(lazy: Any) -> str:
    with override("en"):
        return str(lazy)
