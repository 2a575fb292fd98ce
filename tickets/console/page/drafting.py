"""The draft behind the composer: saved while somebody types, with its files, and read again when the page comes back."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError, NotPermitted
from tickets.console.page.composer import composer_for
from tickets.console.page.door import DeskView
from tickets.console.page.forms import DraftBodyForm, first_error
from tickets.models import Attachment
from tickets.services.drafting import add_draft_file, open_draft, remove_draft_file, save_draft


class DraftView(DeskView):
    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """What the server holds, for a page whose reply came back instead of going out."""
        composer = composer_for(self.desk)
        return JsonResponse({} if composer is None else composer.as_json())

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        form = DraftBodyForm(request.POST)
        if not form.is_valid():
            return JsonResponse({"refused": {"message": first_error(form)}})
        wanted = form.cleaned_data
        save_draft(
            self.ticket, by=self.reader, is_internal=wanted["side"] == "note", body=wanted["body"],
            seen_version=wanted["seen_version"],
        )  # fmt: skip
        return JsonResponse({"saved": True})


class DraftFilesView(DeskView):
    """A file that was dropped, pasted or chosen: the line that shows it, or why it was not taken."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        file = request.FILES.get("file")
        if file is None:
            return JsonResponse({"detail": _("No file arrived. Choose it again.")}, status=400)
        is_internal = request.GET.get("side") == "note"
        try:
            draft = open_draft(self.ticket, by=self.reader, is_internal=is_internal)
            attachment = add_draft_file(draft, file, by=self.reader)
        except NotPermitted:
            raise
        except DomainError as refusal:
            return JsonResponse({"detail": refusal.message}, status=refusal.status)
        return render(request, "console/ticket/_draft_file.html", {"ticket": self.ticket, "attachment": attachment})


class DraftFileRemovalView(DeskView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
        attachment = Attachment.objects.drafted_by(self.reader).filter(pk=pk, draft__ticket=self.ticket).first()
        if attachment is None:
            raise Http404
        remove_draft_file(attachment, by=self.reader)
        return HttpResponse()
