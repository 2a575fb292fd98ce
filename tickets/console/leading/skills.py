"""The skills matrix: what each agent of a team knows, edited in place."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from helpdesk.core.errors import InvalidInput
from teams.models import AgentSkill, Skill, Team, User
from teams.services.skills import HIGHEST, set_skill_level
from tickets.console.leading.door import LeadView
from tickets.models import CategorySkill


@dataclass(frozen=True, slots=True)
class Cell:
    skill: Skill
    level: int

    @property
    def name(self) -> str:
        return f"skill-{self.skill.pk}"


@dataclass(frozen=True, slots=True)
class Row:
    person: User
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`holders` says for each skill how many of the team could take what requires it."""

    skills: list[Skill]
    rows: list[Row]
    holders: list[tuple[Skill, int, bool]]


class SkillsMatrixView(LeadView):
    tool, template = "skills_matrix", "console/leading/skills.html"
    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show({"title": _("Skills"), "matrix": matrix_of(self.team), "levels": range(HIGHEST + 1)})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Whatever cells are sent: one from a script, a row of them without."""
        members = {str(person.pk): person for person in _members(self.team)}
        person = members.get(request.POST.get("person", ""))
        if person is None:
            raise InvalidInput({"person": [_("They are not in this team any more.")]})
        for skill in Skill.objects.all():
            level = request.POST.get(f"skill-{skill.pk}", "")
            if level:
                set_skill_level(person, skill=skill, level=int(level) if level.isdecimal() else -1, by=self.reader)
        return self.done(_("Saved what %(person)s knows.") % {"person": person})


def matrix_of(team: Team) -> Matrix:
    """Four queries."""
    people, skills = _members(team), list(Skill.objects.all())
    levels = {
        (user, skill): level
        for user, skill, level in AgentSkill.objects.filter(user__in=people).values_list("user", "skill", "level")
    }
    needed = set(CategorySkill.objects.filter(category__routing_rules__team=team).values_list("skill", flat=True))
    rows = [Row(person, [Cell(skill, levels.get((person.pk, skill.pk), 0)) for skill in skills]) for person in people]
    holders = [
        (skill, sum((person.pk, skill.pk) in levels for person in people), skill.pk in needed) for skill in skills
    ]
    return Matrix(skills, rows, holders)


def _members(team: Team) -> list[User]:
    return list(team.members.filter(is_active=True, is_staff=True).order_by("full_name"))
