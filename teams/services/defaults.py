"""Exactly one calendar is the default, and exactly one team is general: another takes over, none is ever without."""

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from teams.models import Calendar, Team


class TeamIsInactive(DomainError):
    code = "team_inactive"


@transaction.atomic
def make_default(calendar: Calendar) -> Calendar:
    list(Calendar.objects.order_by("pk").select_for_update())
    Calendar.objects.exclude(pk=calendar.pk).filter(is_default=True).update(is_default=False)
    Calendar.objects.filter(pk=calendar.pk).update(is_default=True)
    calendar.refresh_from_db()
    return calendar


@transaction.atomic
def make_general(team: Team) -> Team:
    """Raises TeamIsInactive: the last resort must be at work."""
    teams = {row.pk: row for row in Team.objects.order_by("pk").select_for_update()}
    if not teams[team.pk].is_active:
        raise TeamIsInactive(_("%(team)s is switched off. Switch it on first.") % {"team": team})
    Team.objects.exclude(pk=team.pk).filter(is_general=True).update(is_general=False)
    Team.objects.filter(pk=team.pk).update(is_general=True)
    team.refresh_from_db()
    return team
