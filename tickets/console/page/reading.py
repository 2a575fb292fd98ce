"""The page itself, and the fragments that keep it fresh."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from helpdesk.core.prefetching import is_asked_for
from teams.models import User
from tickets.assignment.reading import latest_decision
from tickets.console.page.answering import wants_fragment
from tickets.console.page.composer import composer_for
from tickets.console.page.door import DeskView
from tickets.console.page.reasons import reasons
from tickets.console.page.showing import show_page
from tickets.console.page.side import read_side
from tickets.console.page.story import latest, since
from tickets.models import Ticket
from tickets.services.sighting import note_sighting


class PageView(DeskView):
    is_for_staff = False
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        if reference != self.ticket.reference:
            return redirect("admin:tickets_ticket_page", reference=self.ticket.reference)
        if is_asked_for(request):
            note_sighting(self.ticket, by=self.reader)
        return show_page(request, self.desk, composer_for(self.desk), before=_key(request, "before"))


class StoryView(DeskView):
    """`?before=` an earlier part, `?after=` what is new: nothing but the entries."""

    is_for_staff = False
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        after = _key(request, "after")
        story = latest(self.desk, before=_key(request, "before")) if after is None else since(self.desk, after=after)
        context = {"desk": self.desk, "ticket": self.ticket, "story": story, "is_new": after is not None}
        return render(request, "console/ticket/_story.html", context)


class SideView(DeskView):
    """The side panel. Without a script it is a page of its own, which the ticket's page leads to."""

    is_for_staff = False
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        context = {"desk": self.desk, "ticket": self.ticket, "side": read_side(request, self.desk)}
        if wants_fragment(request):
            return render(request, "console/ticket/_side.html", context | {"is_changed": True})
        context = context | {"title": self.ticket.title}
        return render(request, "console/ticket/side.html", context)


class WhyView(DeskView):
    """Why this agent: read when somebody asks."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        explained = latest_decision(self.ticket)
        why = None if explained is None else reasons(self.ticket, explained)
        context = {"desk": self.desk, "ticket": self.ticket, "why": why}
        if wants_fragment(request):
            return render(request, "console/ticket/_why.html", context)
        context = context | {"title": self.ticket.title}
        return render(request, "console/ticket/why.html", context)


class ByKeyView(View):
    """The admin's own address of a ticket leads to its page. Whoever may not see it learns nothing."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not (object_id.isascii() and object_id.isdecimal() and len(object_id) <= 18):
            raise Http404
        reader = request.user
        assert isinstance(reader, User)  # noqa: S101 - the admin site has turned away everybody who is not staff
        ticket = Ticket.objects.visible_to(reader).filter(pk=int(object_id)).first()
        if ticket is None:
            raise Http404
        return redirect("admin:tickets_ticket_page", reference=ticket.reference)


def _key(request: HttpRequest, name: str) -> int | None:
    """A key from the address; anything else than a number is none."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 9 else None
