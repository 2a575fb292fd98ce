"""The next ticket: of the reader's own, the one that is due first."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views import View

from teams.models import User
from tickets.console.page.answering import page_url
from tickets.models import Ticket
from tickets.models.ticket import number_from

# Whoever answers one after another is not led back to those that they have just answered.
JUST_NOW = timedelta(minutes=30)


class NextTicketView(View):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        after = number_from(request.GET.get("after", ""))
        ticket = next_ticket(request.user, after=after, at=now())  # type: ignore[arg-type]
        if ticket is not None:
            return redirect(page_url(ticket))
        messages.success(request, _("Nothing else waits for you. Nice."))
        return redirect("admin:tickets_ticket_changelist")


def next_ticket(reader: User, *, after: int | None, at: datetime) -> Ticket | None:
    """The reader's own actionable ticket with the earliest deadline, but neither the one that they come from nor one
    that was answered just now and whose customer has said nothing since."""
    own = Ticket.objects.visible_to(reader).actionable().filter(assignee=reader)
    if after is not None:
        own = own.exclude(number=after)
    # What was just sent is not done yet on paper, but it is for the reader.
    own = own.exclude(drafts__author=reader, drafts__send_at__isnull=False)
    has_last_word = Q(last_customer_message_at=None) | Q(last_customer_message_at__lte=F("last_agent_message_at"))
    own = own.exclude(has_last_word, last_agent_message_at__gt=at - JUST_NOW)
    return own.order_by(F("next_due_at").asc(nulls_last=True), "id").first()
