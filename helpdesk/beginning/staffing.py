"""Teams with their categories, and people with their team, role and skills: what the second step writes."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from teams.models import AgentProfile, AgentSkill, Skill, Team, TeamMembership, User
from teams.services.remembering import remember_who
from tickets.models import Category, RoutingRule

# What most desks begin with, by the categories that ship.
SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "Technical": ("technical", "bug-report", "account"),
    "Billing": ("billing", "payment"),
}


class SkillLevel(NamedTuple):
    name: str
    level: int


@transaction.atomic
def add_team(*, name: str, categories: Iterable[Category], by: User) -> Team:
    """A team with this name is kept. A category goes to one team: the last one that asked."""
    remember_who(by)
    team = Team.objects.filter(name__iexact=name).first() or Team.objects.create(name=name, slug=_free_slug(name))
    for category in categories:
        RoutingRule.objects.filter(category=category, priority=None, organisation=None).delete()
        RoutingRule.objects.create(category=category, team=team)
    return team


def add_suggested_teams(*, by: User) -> list[Team]:
    return [
        add_team(name=_(name), categories=Category.objects.active().filter(slug__in=slugs), by=by)
        for name, slugs in SUGGESTED.items()
    ]


@transaction.atomic
def add_person(
    *, email: str, full_name: str, team: Team, role: str, time_zone: str, skills: Collection[SkillLevel]
) -> User:
    """Somebody who is known already becomes staff, and keeps the password that they have."""
    person = User.objects.filter(email=email.lower()).first()
    if person is None:
        person = User(email=email)
        person.set_unusable_password()
    person.full_name, person.time_zone, person.is_staff, person.is_active = full_name, time_zone, True, True
    person.save()
    AgentProfile.objects.get_or_create(user=person)
    TeamMembership.objects.update_or_create(team=team, user=person, defaults={"role": role})
    for known in skills:
        skill = Skill.objects.filter(name__iexact=known.name).first()
        if skill is None:
            skill = Skill.objects.create(name=known.name, slug=_free_skill_slug(known.name))
        AgentSkill.objects.update_or_create(user=person, skill=skill, defaults={"level": known.level})
    return person


def _free_slug(name: str) -> str:
    return _free(slugify(name)[:50] or "team", set(Team.objects.values_list("slug", flat=True)))


def _free_skill_slug(name: str) -> str:
    return _free(slugify(name)[:50] or "skill", set(Skill.objects.values_list("slug", flat=True)))


def _free(slug: str, taken: Collection[str]) -> str:
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return next(candidate for candidate in (slug, *numbered) if candidate not in taken)
