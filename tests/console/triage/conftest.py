"""Triage that has learned before the first test begins, and that has all the time it takes."""

import pytest

from tests.triage.desk import fitted
from tickets.triage import champion, opinion


@pytest.fixture(scope="session", autouse=True)
def _learned() -> None:
    fitted()


@pytest.fixture(autouse=True)
def _all_the_time_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinion, "BUDGET_SECONDS", 30.0)
    champion.forget()
