"""The door of the tools of leads: which teams somebody leads, and which of them is looked at."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from helpdesk.core.errors import DomainError, NotPermitted
from teams.models import Team, TeamMembership, User
from tickets.console.page.answering import sentence_of, wants_json


def led_teams(person: User) -> list[Team]:
    """All for an administrator. One query."""
    if person.is_administrator:
        return list(Team.objects.active())
    led = TeamMembership.objects.filter(user=person, role=TeamMembership.Role.LEAD)
    return list(Team.objects.active().filter(pk__in=led.values("team")))


class LeadView(View):
    """The base of the tools: whoever leads nothing gets 403. `tool` is the name of its page."""

    tool = ""
    template = ""

    @property
    def reader(self) -> User:
        reader = self.request.user
        assert isinstance(reader, User)  # noqa: S101 - the admin site has turned away everybody who is not staff
        return reader

    @cached_property
    def teams(self) -> list[Team]:
        return led_teams(self.reader)

    @cached_property
    def team(self) -> Team:
        """The one that the address names, else the first."""
        named = self.request.POST.get("team") or self.request.GET.get("team", "")
        return next((team for team in self.teams if team.slug == named), self.teams[0])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.teams:
            raise PermissionDenied(_("Only leads and administrators see this."))
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except DomainError as refusal:
            if wants_json(request):
                return JsonResponse({"refused": {"code": refusal.code, "message": sentence_of(refusal)}}, status=409)
            messages.error(request, sentence_of(refusal))
            return self.back()

    def show(self, context: dict[str, Any]) -> HttpResponse:
        shared = {"teams": self.teams, "team": self.team, "tool": self.tool, "tools": tools(self.team)}
        return render(self.request, self.template, shared | context)

    def done(self, said: str) -> HttpResponse:
        if wants_json(self.request):
            return JsonResponse({"done": {"message": said}})
        messages.success(self.request, said)
        return self.back()

    def back(self) -> HttpResponse:
        return redirect(f"{reverse(f'admin:{self.tool}')}?team={self.team.slug}")


def tools(team: Team) -> list[tuple[str, str, str, str]]:
    """Name of the page, its title, its icon, its address."""
    named = [
        ("load_board", _("Load board"), "layers"),
        ("rebalancing", _("Rebalance"), "scale"),
        ("skills_matrix", _("Skills"), "star"),
        ("absence_calendar", _("Absences"), "calendar-off"),
    ]
    return [(name, title, icon, f"{reverse(f'admin:{name}')}?team={team.slug}") for name, title, icon in named]
