"""Who has the ticket, how urgent it is, what it is about, and where it stands: changed in place, one verb each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from teams.models import User
from tickets.console.page.answering import Undo, wants_fragment, wants_json
from tickets.console.page.changing import ChangeView
from tickets.console.page.forms import AssignmentForm, CategoryForm, PriorityForm, StatusForm
from tickets.console.page.previewing import question
from tickets.lifecycle import Status
from tickets.models import Priority
from tickets.services.assigning import assign_ticket, route_ticket, take_back
from tickets.services.categorising import change_category
from tickets.services.prioritising import change_priority
from tickets.services.progressing import resume, start_work, wait_for_customer
from tickets.services.resolving import close_ticket, reopen_ticket, resolve_ticket
from tickets.services.sighting import note_sighting


class AssignmentView(ChangeView):
    form_class = AssignmentForm

    def change(self, wanted: dict[str, Any]) -> tuple[str, Undo | None]:
        before, to = self.ticket, wanted["to"]
        undo = Undo("assignment_withdrawal")
        if to == AssignmentForm.RULES:
            ticket = route_ticket(before, by=self.reader)
        elif isinstance(to, User):
            ticket = assign_ticket(before, to=to, by=self.reader)
        else:
            ticket = take_back(before, by=self.reader)
        if ticket.assignee_id == before.assignee_id:
            return _("Nothing changed: the ticket stays where it is."), None
        if ticket.assignee is None:
            return _("Taken back. Without a new assignee it assigns itself in a few minutes."), undo
        if ticket.assignee_id == self.reader.pk:
            # Its page is open before them.
            note_sighting(ticket, by=self.reader)
            return _("It is yours."), undo
        return _("Assigned to %(person)s.") % {"person": ticket.assignee.get_full_name()}, undo


class PriorityView(ChangeView):
    form_class = PriorityForm

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """A plain form is asked before it breaks a promise; scripts have asked already."""
        form = PriorityForm(request.POST)
        is_sure = wants_fragment(request) or wants_json(request) or "sure" in request.POST
        if form.is_valid() and not is_sure and (asked := question(self.ticket, to=form.cleaned_data["to"])):
            context = {"ticket": self.ticket, "to": form.cleaned_data["to"], "question": asked}
            return render(request, "console/ticket/priority.html", context)
        return super().post(request, reference)

    def change(self, wanted: dict[str, Any]) -> tuple[str, Undo | None]:
        before = Priority(self.ticket.priority)
        change_priority(self.ticket, to=wanted["to"], by=self.reader)
        return _("Priority is %(priority)s now.") % {"priority": wanted["to"].label.lower()}, Undo(
            "priority", {"to": before.slug}
        )


class CategoryView(ChangeView):
    form_class = CategoryForm

    def change(self, wanted: dict[str, Any]) -> tuple[str, Undo | None]:
        before = self.ticket
        undo = Undo("category", {"to": before.category.slug if before.category else ""})
        ticket = change_category(before, to=wanted["to"], by=self.reader)
        if ticket.team_id != before.team_id:
            return _("Moved to %(team)s.") % {"team": ticket.team.name}, undo
        return _("Category changed."), undo


class StatusView(ChangeView):
    form_class = StatusForm

    def change(self, wanted: dict[str, Any]) -> tuple[str, Undo | None]:
        before, to = self.ticket.status, wanted["to"]
        if to == Status.PENDING_CUSTOMER:
            wait_for_customer(self.ticket, by=self.reader, reason=wanted["reason"])
            return _("It waits for the customer."), Undo("status", {"to": Status.IN_PROGRESS})
        if to == Status.RESOLVED:
            resolve_ticket(self.ticket, by=self.reader)
            return _("Resolved."), Undo("resolution_withdrawal", leads_on=True)
        if to == Status.CLOSED:
            close_ticket(self.ticket, by=self.reader)
            return _("Closed for good."), None
        if before == Status.RESOLVED:
            reopen_ticket(self.ticket, by=self.reader)
            return _("Reopened."), None
        if before == Status.PENDING_CUSTOMER:
            resume(self.ticket, by=self.reader)
            return _("It goes on."), Undo("status", {"to": Status.PENDING_CUSTOMER})
        start_work(self.ticket, by=self.reader)
        return _("Work has begun."), None
