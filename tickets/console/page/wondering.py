"""What if now: the decision made again for whoever asks, beside the one that was made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from tickets.assignment.reading import decision_now
from tickets.console.page.answering import wants_fragment
from tickets.console.page.door import DeskView
from tickets.console.page.reasons import differing, rows_of


class WhyNowView(DeskView):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        found = decision_now(self.ticket, at=now())
        people, comparison = found.names.people, found.comparison
        context = {
            "desk": self.desk,
            "ticket": self.ticket,
            "now": found,
            "before": people.get(comparison.winner_before or 0) if comparison else None,
            "after": people.get(comparison.winner_now or 0) if comparison else None,
            "changes": differing(found),
            "rows": rows_of(found.record, found.names),
        }
        if wants_fragment(request):
            return render(request, "console/ticket/_why_now.html", context)
        return render(request, "console/ticket/why_now.html", context | {"title": self.ticket.title})
