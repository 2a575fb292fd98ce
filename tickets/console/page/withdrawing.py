"""Taking back what was just done: whoever had the ticket has it again, and nobody is told that it was resolved."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import View

from helpdesk.core.errors import DomainError
from teams.models import User
from tickets.console.page.answering import to_page, wants_json
from tickets.console.page.door import DeskView
from tickets.models import Ticket
from tickets.models.ticket import number_from
from tickets.services.undoing import undo_assignment, undo_resolution


class AssignmentWithdrawalView(View):
    """Not behind the page's door: whoever gave a ticket out of their sight takes back their own act, and only that."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        reader = request.user
        assert isinstance(reader, User)  # noqa: S101 - the admin site has turned away everybody who is not staff
        number = number_from(reference)
        ticket = None if number is None else Ticket.objects.filter(number=number).first()
        if ticket is None:
            raise Http404
        try:
            undo_assignment(ticket, by=reader)
        except DomainError as refusal:
            if not Ticket.objects.worked_by(reader).filter(pk=ticket.pk).exists():
                raise Http404 from refusal
            return JsonResponse({"refused": {"code": refusal.code, "message": refusal.message}})
        if wants_json(request):
            return JsonResponse({"done": {"message": _("Taken back: it is where it was.")}})
        return to_page(ticket)


class ResolutionWithdrawalView(DeskView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        undo_resolution(self.ticket, by=self.reader)
        return self.done(_("Taken back: it is not resolved, and nobody was told."))
