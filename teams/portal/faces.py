"""People's pictures: whoever was shown a picture's name, which cannot be guessed, gets it; everybody changes their own."""

import re
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teams.models import User
from teams.pictures import BadPicture, keep_picture, picture_file, remove_picture

_NAME = re.compile(r"[0-9a-f]{32}\.webp")


@require_safe
def face(_request: HttpRequest, name: str) -> HttpResponseBase:
    path = picture_file(name)
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type="image/webp")
    # Another picture has another name.
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@login_required
@require_POST
def change_picture(request: HttpRequest) -> HttpResponse:
    """A new one, or none: both forms on the profile pages post here."""
    person = User.objects.get(pk=cast(User, request.user).pk)
    file = request.FILES.get("picture")
    if "remove" in request.POST:
        remove_picture(person)
        messages.success(request, _("Your picture is removed."))
    elif file is None:
        messages.error(request, _("Choose a picture first."))
    else:
        _keep(request, person, file)
    return redirect("admin:profile" if person.is_staff else "portal:profile")


def _keep(request: HttpRequest, person: User, file: UploadedFile) -> None:
    try:
        keep_picture(person, file)
    except BadPicture as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your picture is saved."))
