"""`/tickets/HD-1042/triage/` and `…/similar/`: what triage thought of it and why, and what asks much the same."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.bodies import Body
from tickets.api.door import TicketView
from tickets.api.fields import PRIORITY_SLUGS, CategoryField
from tickets.api.representations import TicketDetailSerializer
from tickets.models import Category, Prediction, Priority, Target, Ticket
from tickets.services.triaging import accept_suggestion
from tickets.triage.similar import similar_to
from tickets.triage.standing import is_on
from tickets.triage.telling import choices, sentence


class ChoiceSerializer(serializers.Serializer[Any]):
    category = serializers.SlugField()
    probability = serializers.FloatField()


class NeighbourSerializer(serializers.Serializer[Any]):
    reference = serializers.CharField()
    similarity = serializers.FloatField(help_text="From 0, nothing in common, to 1, the same.")


class TriageSerializer(serializers.Serializer[Any]):
    outcome = serializers.CharField(
        help_text="automatic, suggested, abstained, chosen (by the requester), held_out (left to people) or none."
    )
    reason = serializers.CharField(help_text="Why there is no opinion: no_model, broken, warming, slow, failed, empty.")
    sentence = serializers.CharField()
    version = serializers.IntegerField(allow_null=True, help_text="The version of the model.")
    ranked = ChoiceSerializer(many=True, help_text="The three likeliest categories.")
    confidence = serializers.FloatField(allow_null=True)
    automatic_from = serializers.FloatField(allow_null=True, help_text="Above 1: it never decides alone.")
    suggested_from = serializers.FloatField(allow_null=True)
    terms = serializers.ListField(child=serializers.CharField(), help_text="The words that spoke for the likeliest.")
    nearest = NeighbourSerializer(many=True, help_text="The closest past tickets, as far as you may see them.")
    language = serializers.CharField(help_text="An ISO 639-1 code; empty when it could not be told.")
    suggested_priority = serializers.ChoiceField(PRIORITY_SLUGS, allow_null=True)
    duration_ms = serializers.IntegerField(allow_null=True)
    verdict = serializers.CharField(help_text="What a person made of it: accepted, corrected, or nothing yet.")


class SimilarSerializer(serializers.Serializer[Any]):
    similar = NeighbourSerializer(many=True, help_text="Closest first.")


class AcceptanceBody(Body):
    category = CategoryField()


class TriageView(TicketView):
    @extend_schema(operation_id="explain_triage", responses=TriageSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """What triage thought of the ticket when it was opened. Staff only."""
        ticket = self.staff_ticket()
        prediction = Prediction.objects.filter(ticket=ticket).select_related("category").first()
        return Response(_NOTHING if prediction is None else _told(prediction, self))

    @extend_schema(operation_id="accept_triage", request=AcceptanceBody, responses=TicketDetailSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Take one of the likeliest categories, or confirm the one that was decided: triage learns from it. Staff only."""
        ticket = self.staff_ticket()
        return self.answer(accept_suggestion(ticket, category=self.read(AcceptanceBody)["category"], by=self.caller))


class SimilarView(TicketView):
    @extend_schema(operation_id="list_similar_tickets", responses=SimilarSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Tickets that ask much the same, closest first, as far as you may see them. Staff only."""
        ticket = self.staff_ticket()
        found = similar_to(ticket, among=self.visible()) if is_on(Target.SIMILAR) else []
        return Response({"similar": [_neighbour(each.ticket, each.similarity) for each in found]})


_NOTHING: dict[str, Any] = {
    "outcome": "none", "reason": "", "sentence": "", "version": None, "ranked": [], "confidence": None,
    "automatic_from": None, "suggested_from": None, "terms": [], "nearest": [], "language": "",
    "suggested_priority": None, "duration_ms": None, "verdict": "",
}  # fmt: skip


def _told(prediction: Prediction, view: TicketView) -> dict[str, Any]:
    near = {row["ticket"]: row["similarity"] for row in prediction.nearest}
    seen = view.visible().filter(pk__in=near)
    wanted = prediction.suggested_priority
    return {
        "outcome": prediction.outcome,
        "reason": prediction.reason,
        "sentence": sentence(prediction),
        "version": prediction.version_id,
        "ranked": [
            {"category": choice.category.slug, "probability": choice.probability}
            for choice in choices(prediction, Category.objects.all())
        ],
        "confidence": prediction.confidence,
        "automatic_from": prediction.thresholds.get("automatic"),
        "suggested_from": prediction.thresholds.get("suggested"),
        "terms": prediction.terms,
        "nearest": sorted((_neighbour(one, near[one.pk]) for one in seen), key=lambda row: -row["similarity"]),
        "language": prediction.language,
        "suggested_priority": None if wanted is None else Priority(wanted).slug,
        "duration_ms": prediction.duration_ms,
        "verdict": prediction.verdict,
    }


def _neighbour(ticket: Ticket, similarity: float) -> dict[str, Any]:
    return {"reference": ticket.reference, "similarity": round(similarity, 4)}
