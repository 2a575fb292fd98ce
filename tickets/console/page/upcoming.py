"""The next ticket: of the reader's own, the one that is due first."""

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from teams.models import User
from tickets.console.page.answering import page_url
from tickets.models import Ticket
from tickets.models.ticket import number_from


class NextTicketView(View):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        ticket = next_ticket(request.user, after=number_from(request.GET.get("after", "")))  # type: ignore[arg-type]
        if ticket is not None:
            return redirect(page_url(ticket))
        messages.success(request, _("Nothing else waits for you. Nice."))
        return redirect("admin:tickets_ticket_changelist")


def next_ticket(reader: User, *, after: int | None) -> Ticket | None:
    """The reader's own actionable ticket with the earliest deadline, but the one that they come from."""
    own = Ticket.objects.visible_to(reader).actionable().filter(assignee=reader)
    if after is not None:
        own = own.exclude(number=after)
    # What was just sent is not done yet on paper, but it is for the reader.
    own = own.exclude(drafts__author=reader, drafts__send_at__isnull=False)
    return own.order_by(F("next_due_at").asc(nulls_last=True), "id").first()
