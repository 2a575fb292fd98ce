"""`/tickets/HD-1042/routing/`: why this team and this person."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.api.door import TicketView
from tickets.assignment.effort import EIGHTHS
from tickets.assignment.explanation import Names
from tickets.assignment.reading import Explained, latest_decision
from tickets.events import EventKind


class CandidateSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    out_because = serializers.CharField(help_text="What keeps them from working on it now; empty for nothing.")
    load = serializers.FloatField(help_text="Units carried when it was decided.")
    capacity = serializers.FloatField()
    is_on_shift = serializers.BooleanField()
    is_absent = serializers.BooleanField()
    skills = serializers.DictField(child=serializers.IntegerField(), help_text="Levels from 1 to 5, by skill.")
    score = serializers.DictField(child=serializers.IntegerField(), help_text="The score's parts in working minutes.")


class RungSerializer(serializers.Serializer[Any]):
    rung = serializers.CharField()
    found = serializers.IntegerField(help_text="How many candidates stood on it.")


class RoutingSerializer(serializers.Serializer[Any]):
    is_current = serializers.BooleanField(help_text="False when somebody has changed the assignment by hand since.")
    sentence = serializers.CharField(help_text="Why, in at most 140 characters; empty without a decision.")
    decided_at = serializers.DateTimeField(allow_null=True)
    event = serializers.IntegerField(allow_null=True, help_text="The seq of the event that it led to.")
    rung = serializers.CharField(allow_null=True)
    winner = serializers.CharField(allow_null=True)
    runner_up = serializers.CharField(allow_null=True)
    difference = serializers.CharField(allow_null=True, help_text="What put the winner before the runner-up.")
    starts_at = serializers.DateTimeField(allow_null=True, help_text="Set for a reservation.")
    tried = RungSerializer(many=True)
    candidates = CandidateSerializer(many=True)


class RoutingView(TicketView):
    @extend_schema(operation_id="explain_routing", responses=RoutingSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The latest decision: who was looked at, who was out and why, and what decided. Staff only."""
        ticket = self.staff_ticket()
        explained = latest_decision(ticket)
        moves = ticket.events.filter(kind__in=(EventKind.ASSIGNED, EventKind.UNASSIGNED, EventKind.HELD))
        last_move = moves.order_by("-seq").values_list("pk", flat=True).first()
        return Response(_told(explained, is_current=explained is not None and explained.decision.pk == last_move))


_NOTHING: dict[str, Any] = {
    "sentence": "", "decided_at": None, "event": None, "rung": None, "winner": None, "runner_up": None,
    "difference": None, "starts_at": None, "tried": [], "candidates": [],
}  # fmt: skip


def _told(explained: Explained | None, *, is_current: bool) -> dict[str, Any]:
    if explained is None:
        return _NOTHING | {"is_current": is_current}
    record, names = explained.decision.record, explained.names
    return {
        "is_current": is_current,
        "sentence": explained.sentence,
        "decided_at": record["at"],
        "event": explained.decision.event.seq,
        "rung": record["rung"],
        "winner": names.people.get(record["winner"]),
        "runner_up": names.people.get(record["runner_up"]),
        "difference": record["difference"] if record["winner"] is not None else None,
        "starts_at": record["starts_at"],
        "tried": [{"rung": rung, "found": found} for rung, found in record["tried"]],
        "candidates": [_candidate(row, names) for row in record["candidates"]],
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
    }
