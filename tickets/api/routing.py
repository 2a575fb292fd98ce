"""`/tickets/HD-1042/routing/`: why this team and this person."""

from collections.abc import Mapping
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.api.door import TicketView
from tickets.api.representations import Instant
from tickets.assignment.comparing import Change
from tickets.assignment.effort import EIGHTHS
from tickets.assignment.explanation import Names
from tickets.assignment.reading import decision_now, latest_decision
from tickets.events import EventKind
from tickets.models.ticket import TicketQuerySet


class CandidateSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    out_because = serializers.CharField(help_text="What keeps them from working on it now; empty for nothing.")
    load = serializers.FloatField(help_text="Units carried when it was decided.")
    capacity = serializers.FloatField()
    is_on_shift = serializers.BooleanField()
    is_absent = serializers.BooleanField()
    skills = serializers.DictField(child=serializers.IntegerField(), help_text="Levels from 1 to 5, by skill.")
    score = serializers.DictField(
        child=serializers.IntegerField(), help_text="The score's parts in working minutes, and their total."
    )
    ahead = serializers.FloatField(allow_null=True, help_text="Units of the load that were due before the ticket.")


class RungSerializer(serializers.Serializer[Any]):
    rung = serializers.CharField()
    found = serializers.IntegerField(help_text="How many candidates stood on it.")


class RoutingSerializer(serializers.Serializer[Any]):
    is_current = serializers.BooleanField(help_text="False when somebody has changed the assignment by hand since.")
    sentence = serializers.CharField(help_text="Why, in at most 140 characters; empty without a decision.")
    decided_at = serializers.DateTimeField(allow_null=True)
    assignee_opened_at = Instant(
        allow_null=True, help_text="When the assignee opened the ticket since it was given to them; null: not yet."
    )
    event = serializers.IntegerField(allow_null=True, help_text="The seq of the event that it led to.")
    rung = serializers.CharField(allow_null=True)
    winner = serializers.CharField(allow_null=True)
    runner_up = serializers.CharField(allow_null=True)
    difference = serializers.CharField(allow_null=True, help_text="What put the winner before the runner-up.")
    differences = serializers.ListField(
        child=serializers.CharField(),
        help_text="All of it, the heaviest first: without these the runner-up would have got the ticket.",
    )
    team = serializers.CharField(allow_null=True)
    policy = serializers.CharField(allow_null=True, help_text="How the team's agents were weighed.")
    starts_at = serializers.DateTimeField(allow_null=True, help_text="Set for a reservation.")
    tried = RungSerializer(many=True)
    candidates = CandidateSerializer(many=True)


class ChangeSerializer(serializers.Serializer[Any]):
    agent = serializers.IntegerField()
    name = serializers.CharField()
    what = serializers.CharField(help_text="The fact that differs, for example load (in eighths) or is_on_shift.")
    before = serializers.JSONField(allow_null=True)
    now = serializers.JSONField(allow_null=True)


class RoutingNowSerializer(RoutingSerializer):
    would_change = serializers.BooleanField(
        allow_null=True, help_text="Null when there is no decision to compare with."
    )
    winner_before = serializers.CharField(allow_null=True)
    changes = ChangeSerializer(many=True)


class _RoutingView(TicketView):
    def visible(self) -> TicketQuerySet:
        return super().visible().with_sighting()


class RoutingView(_RoutingView):
    @extend_schema(operation_id="explain_routing", responses=RoutingSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The latest decision: who was looked at, who was out and why, and what decided. Staff only."""
        ticket = self.staff_ticket()
        explained = latest_decision(ticket)
        if explained is None:
            return Response(_NOTHING | {"is_current": False, "assignee_opened_at": ticket.seen_at})
        moves = ticket.events.filter(kind__in=(EventKind.ASSIGNED, EventKind.UNASSIGNED, EventKind.HELD))
        last_move = moves.order_by("-seq").values_list("pk", flat=True).first()
        told = _told(explained.decision.record, explained.names, explained.sentence)
        seq, is_current = explained.decision.event.seq, explained.decision.pk == last_move
        return Response(told | {"event": seq, "is_current": is_current, "assignee_opened_at": ticket.seen_at})


class RoutingNowView(_RoutingView):
    @extend_schema(operation_id="explain_routing_now", responses=RoutingNowSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """What would be decided now, and what differs from the latest decision. Changes nothing. Staff only."""
        ticket = self.staff_ticket()
        found = decision_now(ticket, at=now())
        comparison, people = found.comparison, found.names.people
        told = _told(found.record, found.names, found.sentence)
        return Response(
            told
            | {
                "event": None,
                "assignee_opened_at": ticket.seen_at,
                "is_current": comparison is not None and comparison.is_same,
                "would_change": None if comparison is None else not comparison.is_same,
                "winner_before": None if comparison is None else people.get(comparison.winner_before or 0),
                "changes": [_change(change, people) for change in comparison.changes] if comparison else [],
            }
        )


_NOTHING: dict[str, Any] = {
    "sentence": "", "decided_at": None, "event": None, "rung": None, "winner": None, "runner_up": None,
    "difference": None, "differences": [], "team": None, "policy": None, "starts_at": None, "tried": [],
    "candidates": [],
}  # fmt: skip


def _told(record: Mapping[str, Any], names: Names, sentence: str) -> dict[str, Any]:
    has_winner = record["winner"] is not None
    return {
        "sentence": sentence,
        "decided_at": record["at"],
        "rung": record["rung"],
        "winner": names.people.get(record["winner"]),
        "runner_up": names.people.get(record["runner_up"]),
        "difference": record["difference"] if has_winner else None,
        "differences": record.get("differences", [record["difference"]]) if has_winner else [],
        "team": names.teams.get(record["team"]),
        "policy": record["needs"].get("scorer", "load"),
        "starts_at": record["starts_at"],
        "tried": [{"rung": rung, "found": found} for rung, found in record["tried"]],
        "candidates": [_candidate(row, names) for row in record["candidates"]],
    }


def _change(change: Change, people: Mapping[int, str]) -> dict[str, Any]:
    return {
        "agent": change.agent,
        "name": people.get(change.agent, "?"),
        "what": change.what,
        "before": change.before,
        "now": change.now,
    }


def _candidate(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    facts = row["facts"]
    return {
        "id": facts["agent"],
        "name": names.people.get(facts["agent"], "?"),
        "out_because": row["out_because"],
        "load": facts["load"] / EIGHTHS,
        "capacity": facts["capacity"] / EIGHTHS,
        "is_on_shift": facts["is_on_shift"],
        "is_absent": facts["is_absent"],
        "skills": {names.skills.get(int(skill), "?"): level for skill, level in facts["skills"].items()},
        "score": row["score"],
        "ahead": None if facts.get("ahead") is None else facts["ahead"] / EIGHTHS,
    }
