"""`Idempotency-Key`: the header's name for what forms and bodies call `submission_key`."""

import re
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x20-\x7e]{1,100}")

IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="A second request with the same key and the same body leads to the first one's result.",
)


def submission_key(request: Request, body: dict[str, Any]) -> str:
    """The key from the header or the body; "" without one. Raises ValidationError when they differ, or it is no key."""
    in_header, in_body = request.headers.get(HEADER, "").strip(), body.get("submission_key", "")
    if in_header and in_body and in_header != in_body:
        sentence = _("The header %(header)s says something else. Send one of the two.")
        raise ValidationError({"submission_key": [sentence % {"header": HEADER}]})
    key = in_header or in_body
    if key and not _KEY.fullmatch(key):
        raise ValidationError({HEADER: [_("A key has 1 to 100 plain characters (ASCII).")]})
    return key
