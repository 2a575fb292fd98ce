"""`/tickets/HD-1042/clocks/`: the promises that run on a ticket, and how each stands."""

from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.explanation import ExplainedClock, Segment, SegmentKind, explained_clocks
from escalation.explanation.holding import Held
from escalation.models import Metric
from escalation.models.clock import BreachCause, ClockState
from tickets.api.door import TicketView
from tickets.api.representations import Instant


class SegmentSerializer(serializers.Serializer[Segment]):
    kind = serializers.ChoiceField(choices=SegmentKind.choices)
    since, until = Instant(), Instant()
    working_seconds = serializers.IntegerField(help_text="Those that counted.")


class HeldSerializer(serializers.Serializer[Held]):
    person = serializers.IntegerField(source="person.pk", allow_null=True, default=None, help_text="Null: nobody.")
    name = serializers.CharField(source="person.get_full_name", default="")
    working_seconds = serializers.IntegerField()


class WhySerializer(serializers.Serializer[dict[str, Any]]):
    matched = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), default=dict,
        help_text="Each condition of the policy, and what the ticket had of it. Empty: it is for every ticket.",
    )  # fmt: skip
    passed_over = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), default=list,
        help_text="Earlier policies that did not hold: name and failed condition.",
    )  # fmt: skip


class ClockSerializer(serializers.Serializer[ExplainedClock]):
    metric = serializers.ChoiceField(source="clock.metric", choices=Metric.choices)
    cycle = serializers.IntegerField(source="clock.cycle")
    state = serializers.ChoiceField(source="clock.state", choices=ClockState.choices)
    policy = serializers.CharField(source="clock.policy.name", help_text="The SLA policy that made the promise.")
    policy_version = serializers.IntegerField(source="clock.policy_version")
    why = WhySerializer(source="clock.why", help_text="Why this policy holds.")
    target_seconds = serializers.IntegerField(source="clock.target_seconds", help_text="Promised working seconds.")
    elapsed_seconds = serializers.IntegerField(help_text="Working seconds used so far, pauses left out.")
    remaining_seconds = serializers.IntegerField(help_text="Working seconds left; 0 when none are.")
    paused_seconds = serializers.IntegerField(
        source="clock.paused_seconds", help_text="Working seconds in the closed pauses."
    )
    started_at = Instant(source="clock.started_at")
    due_at = Instant(
        source="clock.due_at", allow_null=True, help_text="Null while paused: then there is time left, but no deadline."
    )
    warning_at = Instant(source="clock.warning_at", allow_null=True)
    warned_at = Instant(source="clock.warned_at", allow_null=True)
    paused_at = Instant(source="clock.paused_at", allow_null=True)
    stopped_at = Instant(source="clock.stopped_at", allow_null=True)
    breached_at = Instant(source="clock.breached_at", allow_null=True)
    breach_cause = serializers.ChoiceField(source="clock.breach_cause", choices=BreachCause.choices, allow_blank=True)
    sentence = serializers.CharField(help_text="How it stands, in one sentence.")
    held = HeldSerializer(many=True, help_text="For a broken promise: who had the ticket meanwhile.")
    segments = SegmentSerializer(
        many=True, help_text="From the start to the deadline; the working seconds of a running clock are its target."
    )


class ClocksView(TicketView):
    filter_backends = []
    serializer_class = ClockSerializer

    @extend_schema(operation_id="list_clocks", responses=ClockSerializer(many=True))
    def get(self, request: Request, reference: str) -> Response:
        """Every clock of the ticket, running or not, and why its deadline is what it is. Staff only."""
        return Response(self.get_serializer(explained_clocks(self.staff_ticket(), as_of=now()), many=True).data)
