"""After the steps: the first ticket, and what remains to be done."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.beginning.access import for_administrators
from helpdesk.beginning.invitations import not_yet_invited
from helpdesk.beginning.pages.frame import show
from helpdesk.beginning.steps import stages
from helpdesk.core.mail_out import reaches_nobody
from teams.models import TeamMembership


@require_safe
@for_administrators
def ready(request: HttpRequest) -> HttpResponse:
    agents = TeamMembership.objects.filter(team__is_active=True, user__is_active=True)
    return show(
        request,
        "ready",
        missing=[stage for stage in stages() if not stage.is_done],
        has_agents=agents.exists(),
        waiting=not_yet_invited(),
        reaches_nobody=reaches_nobody(),
    )
