"""What holds for every address of the API, before and after its view."""

import codecs
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from helpdesk.core.problems import API_PATH, plain_problem

_CHARSETS = frozenset({"utf-8", "ascii"})


class ApiDoorMiddleware:
    """Bodies that are too large or in a strange charset are refused unread. Answers are personal: nobody keeps them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API_PATH):
            return self.get_response(request)
        response = _refusal(request) or self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
        # A body of unknown length would be taken for none at all.
        return plain_problem(411, "length_required", _("Send the length of the body with it (Content-Length)."))
    if _length(request) > _most_bytes(request):
        return plain_problem(413, "too_large", _("The request is too large."))
    charset = (request.content_params or {}).get("charset", "utf-8")
    # Django decodes the query with it, too, and would fall over codecs that are none for text.
    if _codec_name(charset) not in _CHARSETS:
        detail = _("Send the request in UTF-8; “%(charset)s” is not supported.") % {"charset": charset}
        return plain_problem(415, "unsupported_charset", detail)
    return None


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdecimal() else 0


def _most_bytes(request: HttpRequest) -> int:
    if request.content_type != "multipart/form-data":
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE + settings.MAX_ATTACHMENTS_PER_MESSAGE * settings.MAX_ATTACHMENT_BYTES


def _codec_name(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""
