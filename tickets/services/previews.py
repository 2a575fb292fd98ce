"""Small pictures of attached pictures, safe to show in a page: decoded and encoded anew, so that only pixels get through.

Everything else is offered as a download only.
"""

import os
import tempfile
from pathlib import Path

import structlog
from PIL import Image, ImageOps

from tickets.models import Attachment
from tickets.services.attaching import PREVIEW_ENDING

log = structlog.get_logger(__name__)

# Content type → the only decoder that may touch it. SVG is a document, not a raster.
_DECODERS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP", "image/bmp": "BMP"}
# A picture of a few kilobytes may unfold into gigabytes: its header is asked first.
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 960


def preview_of(attachment: Attachment) -> Path | None:
    """The preview's file, made when it is asked for first; None when there is none to be had. Never raises for a picture.

    An empty file beside the attachment remembers that it could not be read.
    """
    decoder = _DECODERS.get(attachment.content_type)
    if decoder is None or attachment.removed_at is not None:
        return None
    original = Path(attachment.file.path)
    preview = original.with_name(f"{original.name}{PREVIEW_ENDING}")
    if not preview.exists():
        if not original.exists():
            return None
        _write(preview, _small(original, decoder))
    return preview if preview.stat().st_size else None


def _small(original: Path, decoder: str) -> Image.Image | None:
    """The first frame, upright, at most LONGEST_SIDE long."""
    try:
        with Image.open(original, formats=[decoder]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            has_alpha = "A" in upright.getbands() or "transparency" in upright.info
            small = upright.convert("RGBA" if has_alpha else "RGB")
            small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            # Nothing but pixels: no place, no camera, no comment.
            small.info.clear()
            return small
    except Exception as error:
        # Decoders raise whatever they like over a broken or hostile file, bomb warnings included.
        log.info("preview.unreadable", file=original.name, error=type(error).__name__)
        return None


def _write(preview: Path, small: Image.Image | None) -> None:
    """Whole or not at all: two readers may ask for the same preview at once."""
    handle, name = tempfile.mkstemp(dir=preview.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            if small is not None:
                small.save(file, "WEBP", quality=80)
        Path(name).replace(preview)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
