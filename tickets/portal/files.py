"""A file of the conversation, for whoever may read the conversation."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.downloads import FileGone, file_response
from tickets.models import Attachment
from tickets.portal.door import enter


@require_safe
def download(request: HttpRequest, public_id: UUID, pk: UUID) -> FileResponse | HttpResponse:
    visitor = enter(request, public_id)
    public = Attachment.objects.filter(message__ticket=visitor.ticket, message__is_internal=False)
    attachment = public.filter(pk=pk).first()
    if attachment is None:
        raise Http404(_("There is no such file."))
    try:
        return file_response(attachment, inline="show" in request.GET)
    except FileGone as error:
        page = {"ticket": visitor.ticket, "sentence": error.message}
        return render(request, "portal/file_gone.html", page, status=error.status)
