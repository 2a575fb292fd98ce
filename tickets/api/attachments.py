"""`/attachments/<uuid>/`: files, through the same door as the messages that carry them."""

import uuid

from django.conf import settings
from django.http import FileResponse, Http404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.bodies import Body
from helpdesk.core.views import ApiView
from teams.api.caller import caller
from tickets.api.representations import Instant
from tickets.downloads import file_response
from tickets.models import Attachment
from tickets.services.attaching import remove_attachment


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    url = serializers.SerializerMethodField(help_text="Null once the file was removed.")
    removed_at = Instant(allow_null=True)

    class Meta:
        model = Attachment
        fields = ["id", "name", "content_type", "size", "url", "removed_at"]

    def get_url(self, attachment: Attachment) -> str | None:
        if attachment.removed_at is not None:
            return None
        return settings.SITE_URL + reverse("api-attachment", args=[attachment.pk])


class AttachmentView(ApiView):
    @extend_schema(operation_id="download_attachment", responses={(200, "*/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: uuid.UUID) -> FileResponse:
        """The file, as a download."""
        attachment = self._find(pk)
        return file_response(attachment)

    @extend_schema(operation_id="remove_attachment", responses={204: None})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """Remove the file for good; its name stays. Staff only."""
        attachment = self._find(pk)
        self.read(Body)
        remove_attachment(attachment, by=caller(request))
        return Response(status=204)

    def _find(self, pk: uuid.UUID) -> Attachment:
        attachment = Attachment.objects.visible_to(caller(self.request)).select_related("message").filter(pk=pk).first()
        if attachment is None:
            raise Http404
        return attachment
