"""Fragments beside a ticket that are read when somebody asks: why triage thought so, and what asks much the same."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tickets.console.page.answering import Undo, wants_fragment
from tickets.console.page.changing import ChangeView
from tickets.console.page.door import DeskView
from tickets.models import Category, Target
from tickets.services.triaging import accept_suggestion
from tickets.triage.similar import similar_to
from tickets.triage.standing import is_on
from tickets.triage.telling import choices, sentence


class OpinionView(DeskView):
    """The whole opinion, as a table."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        prediction = getattr(self.ticket, "prediction", None)
        context = {"desk": self.desk, "ticket": self.ticket, "prediction": prediction}
        if prediction is not None:
            near = {row["ticket"]: row["similarity"] for row in prediction.nearest}
            seen = self.desk.visible.filter(pk__in=near).only("number", "title", "status")
            context |= {
                "sentence": sentence(prediction),
                "choices": choices(prediction, Category.objects.all()),
                "nearest": sorted(((ticket, near[ticket.pk]) for ticket in seen), key=lambda pair: -pair[1]),
                "hidden_count": len(near) - len(seen),
                "never": prediction.thresholds.get("automatic", 0) > 1,
            }
        if wants_fragment(request):
            return render(request, "console/triage/_why.html", context)
        return render(request, "console/triage/why.html", context | {"title": self.ticket.title})


class SimilarView(DeskView):
    """As far as the reader may see them."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        found = similar_to(self.ticket, among=self.desk.visible) if is_on(Target.SIMILAR) else []
        context = {"desk": self.desk, "ticket": self.ticket, "similar": found}
        if wants_fragment(request):
            return render(request, "console/triage/_similar.html", context)
        return render(request, "console/triage/similar.html", context | {"title": self.ticket.title})


class AcceptanceForm(forms.Form):
    category = forms.ModelChoiceField(Category.objects.active(), to_field_name="slug")


class AcceptanceView(ChangeView):
    """Taking what triage suggested, or confirming what it decided."""

    form_class = AcceptanceForm

    def change(self, wanted: dict[str, Category]) -> tuple[str, Undo | None]:
        before = self.ticket
        ticket = accept_suggestion(before, category=wanted["category"], by=self.reader)
        if before.category_id == ticket.category_id:
            return _("Thank you, triage learns from it."), None
        undo = Undo("category", {"to": before.category.slug if before.category else ""})
        if ticket.team_id != before.team_id:
            return _("Moved to %(team)s.") % {"team": ticket.team.name}, undo
        return _("Category changed."), undo
