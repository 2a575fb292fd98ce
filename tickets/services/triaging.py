"""Triage as part of a ticket's life: keeping what it thought, and what people make of that."""

from datetime import datetime
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from helpdesk.core.statements import Statement, insertion
from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import EventKind
from tickets.models import Category, Prediction, Ticket, TicketEvent
from tickets.permissions import check_staff
from tickets.services.categorising import change_category
from tickets.triage.opinion import Opinion
from tickets.triage.vectors import new_vector


class NotSuggested(DomainError):
    code = "not_suggested"
    status = 409


def kept_opinion(ticket: Ticket, opinion: Opinion, *, at: datetime) -> list[Statement]:
    """Its Prediction, and what similar tickets are found by, to be written with the event of the opening."""
    prediction = Prediction(
        ticket=ticket,
        version_id=opinion.version,
        outcome=opinion.outcome,
        reason=opinion.reason,
        category=opinion.likeliest,
        ranked=opinion.ranked,
        confidence=opinion.confidence,
        thresholds=opinion.thresholds,
        terms=opinion.terms,
        nearest=opinion.nearest,
        language=opinion.language,
        skills=opinion.skills,
        suggested_priority=opinion.priority,
        duration_ms=opinion.duration_ms,
        made_at=at,
    )
    kept = [insertion([prediction])]
    if opinion.vector is not None:
        kept.append(insertion([new_vector(ticket.pk, opinion.vector, opinion.encoder)]))
    return kept


@in_transaction
def accept_suggestion(ticket: Ticket, *, category: Category, by: User, at: datetime | None = None) -> Ticket:
    """Take one of the likeliest categories, or confirm the one that was decided. Nothing but the verdict is recorded then.

    Raises NotSuggested for any other: that is a change of category.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    prediction = Prediction.objects.filter(ticket=ticket).first()
    if prediction is None or category.pk not in [row["category"] for row in prediction.ranked]:
        raise NotSuggested(_("Triage did not suggest this category. Choose it as the ticket's category instead."))
    if ticket.category_id == category.pk:
        _judge(prediction, ticket, by=by, at=at or now())
        return ticket
    return change_category(ticket, to=category, by=by, at=at)


def learn_from(event: TicketEvent, ticket: Ticket) -> None:
    """A person set the category, by whatever door: that says what the model should have said."""
    if event.kind != EventKind.CATEGORY_CHANGED or event.actor is None:
        return
    prediction = Prediction.objects.filter(ticket=ticket).first()
    if prediction is None:
        return
    _judge(prediction, ticket, by=event.actor, at=event.at)


def _judge(prediction: Prediction, ticket: Ticket, *, by: User, at: datetime) -> None:
    """The likeliest one taken is praise; anything else, also the second of three, corrects the model.

    Without a category somebody has taken their word back, and nothing was said.
    """
    if ticket.category_id is None:
        verdict = ""
    elif ticket.category_id == prediction.category_id:
        verdict = Prediction.Verdict.ACCEPTED
    else:
        verdict = Prediction.Verdict.CORRECTED
    prediction.verdict = verdict
    prediction.verdict_at, prediction.verdict_by = (at, by) if verdict else (None, None)
    prediction.save(update_fields=["verdict", "verdict_at", "verdict_by"])


def listen(facts: list[Any], **_signal: Any) -> None:
    for recorded in facts:
        learn_from(recorded.event, recorded.fact.ticket)
