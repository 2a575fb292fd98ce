"""What a piece of text from outside must survive before it is stored or shown."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# C0 and C1 controls but tab, line feed and carriage return.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Marks that reorder or hide what follows: a file called `exe.gpj` must not look like a picture.
_BIDI_AND_INVISIBLE = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LINE_BREAKS = re.compile(r"[\r\n\u2028\u2029]+")


def validate_storable(value: str) -> None:
    """PostgreSQL takes neither NUL nor half a surrogate pair. Refusing is kinder than losing a part in silence.

    Raises ValidationError with a sentence that says what to remove.
    """
    if "\x00" in value:
        raise ValidationError(_("The text contains a NUL character (\\u0000). Remove it and send again."), code="nul")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValidationError(
            _("The text contains half a surrogate pair at position %(position)s. Send it as valid Unicode."),
            code="surrogate",
            params={"position": error.start},
        ) from error


def single_line(value: str) -> str:
    """For subjects, names and headers: no controls, no line breaks, NFC, white space folded."""
    value = _CONTROLS.sub("", _LINE_BREAKS.sub(" ", value))
    return " ".join(unicodedata.normalize("NFC", value).split())


def display_file_name(value: str, limit: int = 150) -> str:
    """A file name fit to be shown and offered as a download: no folder, no controls, no marks that reorder it."""
    value = unicodedata.normalize("NFKC", value).replace("\\", "/").rsplit("/", 1)[-1]
    value = _BIDI_AND_INVISIBLE.sub("", _CONTROLS.sub("", _LINE_BREAKS.sub(" ", value))).strip(" .")
    stem, dot, ending = value.rpartition(".")
    if len(value) > limit and dot:
        value = f"{stem[: limit - len(ending) - 1]}.{ending[:20]}"
    return value[:limit] or "file"
