"""`/routing/`, `/routing/now/`, `/hand-over/` and `/tickets/next/`: the same as on the pages, for programs."""

from http import HTTPStatus

import pytest
from django.utils.timezone import now

from teams.models import AgentSkill, ApiToken, AssignmentPolicy, Team
from tests.cast import make_agent
from tickets.assignment.decision import replay
from tickets.models import AssignmentDecision, Ticket


@pytest.fixture
def call(client):
    def as_(person):
        token = ApiToken.objects.issue(person, name="test")

        def send(method, path, body=None):
            return getattr(client, method)(
                f"/api/v1/tickets/{path}",
                body,
                content_type="application/json",
                headers={"Authorization": f"Token {token}"},
            )

        return send

    return as_


@pytest.fixture
def ticket(cast):
    return cast.open_ticket(at=now())


def test_the_decision_names_the_runner_up_and_what_decided(cast, call, ticket):
    told = call(cast.amir)("get", f"{ticket.reference}/routing/").json()
    assert (told["winner"], told["runner_up"], told["rung"], told["policy"]) == (
        "Amir",
        "Lena",
        "required_skills",
        "balanced",
    )
    assert (told["difference"], told["differences"]) == ("team", ["team", "skill", "id"])
    assert told["sentence"] == "Knows payments (4/5), 0 of 8 units busy; Lena leads the team and knows less."
    for candidate in told["candidates"]:
        parts = candidate["score"]
        assert parts["total"] == parts["affinity"] - sum(
            parts[name] for name in ("wait", "carried", "handling", "missing")
        )


def test_now_it_would_go_to_somebody_else_and_this_is_what_differs(cast, call, ticket):
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=5)
    told = call(cast.amir)("get", f"{ticket.reference}/routing/now/").json()
    assert (told["would_change"], told["winner"], told["winner_before"]) == (True, "Berta", "Amir")
    assert {"agent": berta.pk, "name": "Berta", "what": "looked_at", "before": None, "now": True} in told["changes"]
    assert Ticket.objects.get(pk=ticket.pk).assignee == cast.amir
    assert AssignmentDecision.objects.count() == 1


def test_now_nothing_differs_right_after_it_was_decided(cast, call, ticket):
    told = call(cast.amir)("get", f"{ticket.reference}/routing/now/").json()
    assert (told["would_change"], told["changes"]) == (False, [])


def test_stored_decisions_are_made_again_the_same(cast, ticket):
    for _number in range(4):
        cast.open_ticket(at=now())
    for decision in AssignmentDecision.objects.all():
        again = replay(decision.record)
        assert (again.winner, again.rung) == (decision.record["winner"], decision.rung)
        assert again.to_record() == decision.record


@pytest.mark.parametrize(("path", "method"), [("routing/now/", "get"), ("hand-over/", "post")])
def test_these_are_for_staff_who_work_on_it(cast, call, ticket, path, method):
    assert call(cast.rosa)(method, f"{ticket.reference}/{path}").status_code == HTTPStatus.FORBIDDEN
    assert call(cast.noor)(method, f"{ticket.reference}/{path}").status_code == HTTPStatus.NOT_FOUND


def test_an_agent_hands_over_with_a_note(cast, call, ticket):
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=3)
    answer = call(cast.amir)("post", f"{ticket.reference}/hand-over/", {"note": "She called twice."})
    assert answer.status_code == HTTPStatus.OK
    assert answer.json()["assignee"]["id"] == berta.pk
    assert ticket.messages.get(is_internal=True).body == "She called twice."
    assert call(cast.amir)("post", f"{ticket.reference}/hand-over/").status_code == HTTPStatus.CONFLICT


def test_the_next_ticket_is_taken_until_there_is_none(cast, call):
    Team.objects.filter(pk=cast.billing.pk).update(policy=AssignmentPolicy.TAKE_NEXT)
    ticket = cast.open_ticket(at=now())
    assert call(cast.rosa)("post", "next/").status_code == HTTPStatus.FORBIDDEN
    assert call(cast.noor)("post", "next/").status_code == HTTPStatus.NO_CONTENT
    assert call(cast.amir)("post", "next/").json()["reference"] == ticket.reference
    assert call(cast.amir)("post", "next/").status_code == HTTPStatus.NO_CONTENT
