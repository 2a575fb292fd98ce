"""What people know: levels from 1 to 5, and 0 for nothing."""

from django.utils.translation import gettext as _

from helpdesk.core.errors import InvalidInput, NotPermitted
from helpdesk.core.transactions import in_transaction
from teams.models import AgentSkill, Skill, User
from teams.services.absences import leads_a_team_of

HIGHEST = 5


@in_transaction
def set_skill_level(person: User, *, skill: Skill, level: int, by: User | None) -> int:
    """For administrators, and the leads of one of the person's teams. Level 0 takes the skill away."""
    if by is not None and not (by.is_administrator or leads_a_team_of(by, person)):
        raise NotPermitted(_("Only an administrator or a lead of one of their teams may do that."))
    if not 0 <= level <= HIGHEST:
        raise InvalidInput({"level": [_("A level is between 0 and 5.")]})
    if level:
        AgentSkill.objects.update_or_create(user=person, skill=skill, defaults={"level": level})
    else:
        AgentSkill.objects.filter(user=person, skill=skill).delete()
    return level
