"""Files of the ticket's page: seen as a small picture, or taken away. Its name stays, and the history says who removed it."""

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tickets.console.page.door import DeskView
from tickets.models import Attachment
from tickets.services.attaching import remove_attachment
from tickets.services.previews import preview_of


class FilePreviewView(DeskView):
    """Pixels only, made anew from the picture; 404 for what has none. Notes' files are for staff who work on it."""

    is_for_staff = False
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str, pk: uuid.UUID) -> FileResponse:
        files = Attachment.objects.filter(message__ticket=self.ticket)
        if not self.desk.is_inner:
            files = files.filter(message__is_internal=False)
        attachment = files.filter(pk=pk).first()
        preview = None if attachment is None else preview_of(attachment)
        if preview is None:
            raise Http404
        headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return FileResponse(preview.open("rb"), content_type="image/webp", headers=headers)


class FileRemovalView(DeskView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
        attachment = Attachment.objects.filter(message__ticket=self.ticket, pk=pk).select_related("message").first()
        if attachment is None:
            raise Http404
        remove_attachment(attachment, by=self.reader)
        return self.done(_("“%(name)s” is removed for good.") % {"name": attachment.name})
