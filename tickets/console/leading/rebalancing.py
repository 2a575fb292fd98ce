"""Rebalance: what would move to whom and why, and then, with one click, it moves."""

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.assignment.explanation import sentence
from tickets.assignment.reading import names_in
from tickets.console.leading.door import LeadView
from tickets.services.rebalancing import BetterPlace, foresee_rebalancing, rebalance

MOST_TOLD = 50


class RebalancingView(LeadView):
    tool, template = "rebalancing", "console/leading/rebalancing.html"
    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        places = foresee_rebalancing(self.team, at=now())
        return self.show({"title": _("Rebalance"), "moves": _told(places[:MOST_TOLD]), "further": places[MOST_TOLD:]})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Only what was shown; each is decided anew, so that what has changed since is not moved blindly."""
        shown = [int(key) for key in request.POST.getlist("move") if key.isascii() and key.isdecimal()]
        moved = rebalance(self.team, only=shown, by=self.reader)
        said = ngettext("%(n)s ticket was moved.", "%(n)s tickets were moved.", len(moved)) % {"n": len(moved)}
        return self.done(said)


def _told(places: list[BetterPlace]) -> list[tuple[BetterPlace, str]]:
    """Each with the sentence of its decision. Three queries, whatever their number."""
    if not places:
        return []
    names = names_in(places[0].decision.to_record())
    return [(place, sentence(place.decision.to_record(), names)) for place in places]
