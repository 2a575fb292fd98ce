"""What a priority would do to the promises, asked before it is saved."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from tickets.console.page.changing import NotUnderstood
from tickets.console.page.door import DeskView
from tickets.console.page.forms import PriorityForm, first_error
from tickets.models import Priority, Ticket
from tickets.services.previewing import preview_priority


class PriorityPreviewView(DeskView):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        form = PriorityForm(request.GET)
        if not form.is_valid():
            raise NotUnderstood(first_error(form))
        return JsonResponse({"question": question(self.ticket, to=form.cleaned_data["to"])})


def question(ticket: Ticket, *, to: Priority) -> str:
    """What to ask before a change that would break a promise at once; "" when it would break none."""
    preview = preview_priority(ticket, to=to)
    broken = [change.label for change in preview.changes if change.would_breach]
    if not broken:
        return ""
    return _("With priority “%(priority)s” this promise would be broken at once: %(promises)s. A breach is final. Change it?") % {
        "priority": to.label, "promises": ", ".join(broken),
    }  # fmt: skip
