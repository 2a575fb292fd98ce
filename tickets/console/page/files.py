"""A file is taken away from the page. Its name stays, and the history says who removed it."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tickets.console.page.door import DeskView
from tickets.models import Attachment
from tickets.services.attaching import remove_attachment


class FileRemovalView(DeskView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
        attachment = Attachment.objects.filter(message__ticket=self.ticket, pk=pk).select_related("message").first()
        if attachment is None:
            raise Http404
        remove_attachment(attachment, by=self.reader)
        return self.done(_("“%(name)s” is removed for good.") % {"name": attachment.name})
