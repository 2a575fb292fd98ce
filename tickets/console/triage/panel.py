"""Triage beside a ticket: what it thought, in one sentence, with one click to take it or to say better."""

from collections.abc import Sequence
from dataclasses import dataclass

from tickets.lifecycle import Status
from tickets.models import Category, Prediction, Priority, Ticket
from tickets.triage.telling import Choice, choices, sentence, verdict_sentence

_WORTH_A_BUTTON = 0.02


@dataclass(frozen=True, slots=True)
class Beside:
    """`own` is what it decided and may be confirmed; `priority` a higher one that the words ask for."""

    sentence: str
    verdict: str
    choices: list[Choice]
    own: Category | None
    priority: Priority | None


def beside(ticket: Ticket, categories: Sequence[Category]) -> Beside | None:
    """No query for a ticket that came with its prediction. Tickets from before triage have none."""
    prediction = getattr(ticket, "prediction", None)
    if prediction is None:
        return None
    is_open_to_words = ticket.status != Status.CLOSED and not prediction.verdict
    wanted = prediction.suggested_priority
    return Beside(
        sentence=sentence(prediction),
        verdict=verdict_sentence(prediction),
        choices=_offered(prediction, ticket, categories) if is_open_to_words else [],
        own=prediction.category if is_open_to_words and prediction.category_id == ticket.category_id else None,
        priority=Priority(wanted) if wanted is not None and wanted > ticket.priority else None,
    )


def _offered(prediction: Prediction, ticket: Ticket, categories: Sequence[Category]) -> list[Choice]:
    """Without what is as good as impossible."""
    return [
        choice
        for choice in choices(prediction, categories)
        if choice.category.pk != ticket.category_id and choice.probability >= _WORTH_A_BUTTON
    ]
