"""People's pictures: what somebody uploads is decoded and encoded anew, so that only pixels are kept, and square.

`User.picture` is the name of a file below MEDIA_ROOT/faces, or `static:` and the path of one that ships.
"""

import uuid
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from helpdesk.core.errors import DomainError
from teams.models import User

SIDE = 192
MOST_BYTES = 8 * 1024 * 1024
# A picture of a few kilobytes may unfold into gigabytes: its header is asked first.
_MOST_PIXELS = 25_000_000
_DECODERS = ("PNG", "JPEG", "WEBP", "GIF")
_SHIPPED = "static:"


class BadPicture(DomainError):
    code = "bad_picture"
    status = 400


def picture_address(person: User) -> str:
    """Where a browser gets it; "" for who has none."""
    if not person.picture:
        return ""
    if person.picture.startswith(_SHIPPED):
        return static(person.picture.removeprefix(_SHIPPED))
    return reverse("face", args=[person.picture])


def picture_file(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "faces" / name


def keep_picture(person: User, file: File) -> None:
    """Raises BadPicture for what is no picture, and keeps the one before then."""
    small = _square(file)
    name = f"{uuid.uuid4().hex}.webp"
    path = picture_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    small.save(path, "WEBP", quality=82)
    _replace(person, name)


def remove_picture(person: User) -> None:
    _replace(person, "")


def _replace(person: User, name: str) -> None:
    before, person.picture = person.picture, name
    person.save(update_fields=["picture"])
    if before and not before.startswith(_SHIPPED):
        transaction.on_commit(lambda: picture_file(before).unlink(missing_ok=True))


def _square(file: File) -> Image.Image:
    if (file.size or 0) > MOST_BYTES:
        raise BadPicture(_("The picture is too large. It may have up to %(most)s MB.") % {"most": MOST_BYTES // 2**20})
    try:
        with Image.open(BytesIO(file.read()), formats=_DECODERS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise BadPicture(_("The picture has too many pixels. Make it smaller and try again."))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
            small = ImageOps.fit(upright, (SIDE, SIDE))
    except BadPicture:
        raise
    except Exception as error:
        # Decoders raise whatever they like over a broken or hostile file.
        raise BadPicture(_("This is no picture that we can read. Take a PNG, JPEG, WebP or GIF.")) from error
    # Nothing but pixels: no place, no camera, no comment.
    small.info.clear()
    return small
