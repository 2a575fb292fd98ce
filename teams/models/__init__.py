"""Who works, and when."""

from teams.models.agent import AgentProfile, AgentSkill, Skill
from teams.models.api_token import ApiToken
from teams.models.calendar import Calendar, CalendarSpan, CalendarVersion, Holiday
from teams.models.configuration import ConfigurationChange
from teams.models.organisation import Organisation
from teams.models.roster import Absence, OnCallShift, Shift
from teams.models.rota import OnCallRota, OnCallTurn
from teams.models.sign_in import LetterRequest, Tally
from teams.models.team import AssignmentPolicy, Team, TeamMembership
from teams.models.user import User

__all__ = [
    "Absence",
    "AgentProfile",
    "AgentSkill",
    "ApiToken",
    "AssignmentPolicy",
    "Calendar",
    "CalendarSpan",
    "CalendarVersion",
    "ConfigurationChange",
    "Holiday",
    "LetterRequest",
    "OnCallRota",
    "OnCallShift",
    "OnCallTurn",
    "Organisation",
    "Shift",
    "Skill",
    "Tally",
    "Team",
    "TeamMembership",
    "User",
]
