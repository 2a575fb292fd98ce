"""What triage thinks of a played ticket. There is no model yet: it tells the language, and leaves the rest to the rules."""

from dataclasses import replace
from datetime import datetime

from helpdesk.demo.playing.performance import Performance
from helpdesk.demo.playing.rows import Rows
from teams.models import User
from tickets.models import Category, Prediction
from tickets.triage.opinion import Opinion, form_opinion
from tickets.triage.text import cleaned, language_of


class Opinions:
    """Without a model an opinion depends on the language and on whether a category was chosen: few are formed."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._formed: dict[tuple[str | None, bool], Opinion] = {}

    def keep(self, play: Performance, *, at: datetime) -> Prediction:
        """As `tickets.services.triaging.kept_opinion` does."""
        ticket = play.ticket
        opinion = self._opinion(ticket.title, play.script.description, ticket.category)
        play.prediction = self.rows.add(
            Prediction(
                ticket=ticket,
                outcome=opinion.outcome,
                reason=opinion.reason,
                language=opinion.language,
                skills=opinion.skills,
                suggested_priority=opinion.priority,
                made_at=at,
            )
        )
        return play.prediction

    def judge(self, play: Performance, *, by: User, at: datetime) -> None:
        """As `tickets.services.triaging.learn_from` does when a person sets the category."""
        prediction = play.prediction
        if prediction is not None:
            prediction.verdict, prediction.verdict_at, prediction.verdict_by = Prediction.Verdict.CORRECTED, at, by

    def _opinion(self, title: str, description: str, chosen: Category | None) -> Opinion:
        key = (language_of(cleaned(title, description)), chosen is not None)
        if key not in self._formed:
            self._formed[key] = form_opinion(title=title, description=description, chosen=chosen)
        return replace(self._formed[key], category=chosen)
