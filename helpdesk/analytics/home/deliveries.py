"""Messages that failed are tried again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from helpdesk.analytics.home.answering import done
from helpdesk.analytics.machinery import dead_deliveries
from helpdesk.analytics.scope import scope_of
from notifications.console.reader import reader_of
from notifications.services.delivering import try_again

AT_ONCE = 500


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """All that are about the reader's tickets, or the one that is named. Administrators and leads."""
    scope = scope_of(reader_of(request))
    dead = dead_deliveries(scope)
    if named := request.POST.get("delivery"):
        dead = dead.filter(pk__in=_uuids(named))
    count = 0 if scope.is_own else try_again(list(dead.order_by("-created_at")[:AT_ONCE]))
    text = ngettext("%(count)s message will be tried again.", "%(count)s messages will be tried again.", count)
    return done(request, text % {"count": count})


def _uuids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []
