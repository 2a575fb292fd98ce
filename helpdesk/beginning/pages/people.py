"""Step two: who answers. Two small forms, each adds one row and comes back; the list above is what there is."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.beginning.access import for_administrators, person
from helpdesk.beginning.pages.frame import go_on, show
from helpdesk.beginning.staffing import SkillLevel, add_person, add_suggested_teams, add_team
from helpdesk.beginning.zones import zone_choices
from helpdesk.core.text import single_line, validate_storable
from teams.models import AgentSkill, Team, TeamMembership
from tickets.models import Category, RoutingRule

_SKILL = re.compile(r"^(?P<name>.*?)(?:\s*[:(]?\s*(?P<level>\d+)\s*\)?)?$")
_USUAL_LEVEL = 3


class TeamForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the team"), max_length=100, validators=[validate_storable])
    categories = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Takes requests about"), queryset=Category.objects.active(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def clean_name(self) -> str:
        return single_line(self.cleaned_data["name"])


class PersonForm(forms.Form):
    full_name = forms.CharField(label=gettext_lazy("Name"), max_length=150, validators=[validate_storable])
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, validators=[validate_storable])
    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=Team.objects.active(), empty_label=None)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=TeamMembership.Role.choices)
    skills = forms.CharField(
        label=gettext_lazy("Skills"), required=False, max_length=500, validators=[validate_storable],
        help_text=gettext_lazy("Separated by commas, with a level from 1 to 5: invoicing 4, German 5"),
    )  # fmt: skip
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zone_choices)

    def clean_full_name(self) -> str:
        return single_line(self.cleaned_data["full_name"])

    def clean_skills(self) -> list[SkillLevel]:
        parts = [single_line(part) for part in self.cleaned_data["skills"].split(",")]
        return [_skill(part) for part in parts if part]


def _skill(words: str) -> SkillLevel:
    found = _SKILL.match(words)
    name = found["name"].strip() if found else ""
    level = int(found["level"] or _USUAL_LEVEL) if found else 0
    if not name or len(name) > 60:
        raise forms.ValidationError(_("“%(words)s” names no skill.") % {"words": words})
    if not 1 <= level <= 5:
        raise forms.ValidationError(_("“%(words)s”: a level is a number from 1 to 5.") % {"words": words})
    return SkillLevel(name, level)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def people(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return go_on("people")
    return _page(request)


@require_POST
@for_administrators
def teams(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST, prefix="team", label_suffix="")
    if not form.is_valid():
        return _page(request, team_form=form, status=422)
    team = add_team(name=form.cleaned_data["name"], categories=form.cleaned_data["categories"], by=person(request))
    messages.success(request, _("%(team)s is a team now.") % {"team": team})
    return redirect("beginning:people")


@require_POST
@for_administrators
def suggested_teams(request: HttpRequest) -> HttpResponse:
    names = [str(team) for team in add_suggested_teams(by=person(request))]
    messages.success(request, _("Added: %(teams)s.") % {"teams": ", ".join(names)})
    return redirect("beginning:people")


@require_POST
@for_administrators
def persons(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST, prefix="person", label_suffix="")
    if not form.is_valid():
        return _page(request, person_form=form, status=422)
    newcomer = add_person(**form.cleaned_data)
    said = _("%(person)s belongs to %(team)s now.")
    messages.success(request, said % {"person": newcomer, "team": form.cleaned_data["team"]})
    return redirect("beginning:people")


def _page(
    request: HttpRequest, *, team_form: TeamForm | None = None, person_form: PersonForm | None = None, status: int = 200
) -> HttpResponse:
    teams_there = list(_teams())
    zone = {"time_zone": getattr(request.user, "time_zone", "UTC")}
    forms_there: dict[str, Any] = {
        "team_form": team_form or TeamForm(prefix="team", label_suffix=""),
        "person_form": person_form or PersonForm(prefix="person", label_suffix="", initial=zone),
    }
    return show(request, "people", status=status, teams=teams_there, may_suggest=len(teams_there) == 1, **forms_there)


def _teams() -> "QuerySet[Team, Team]":
    """Each with its people, their skills, and the categories that come to it. Five queries."""
    members = TeamMembership.objects.select_related("user").order_by("-role", "user__full_name", "pk")
    skills = AgentSkill.objects.select_related("skill").order_by("-level", "skill__name")
    rules = RoutingRule.objects.select_related("category").filter(priority=None, organisation=None)
    return (
        Team.objects.active()
        .order_by("is_general", "name")
        .prefetch_related(
            Prefetch("memberships", members),
            Prefetch("memberships__user__skills", skills),
            Prefetch("routing_rules", rules.exclude(category=None)),
        )
    )
