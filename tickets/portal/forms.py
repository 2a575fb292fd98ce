"""What customers fill in: a new request, and an answer to one. Errors say what to do, and nothing typed is lost."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import single_line, validate_storable
from tickets.models import Category, Priority
from tickets.portal.consequences import CONSEQUENCES
from tickets.services.attaching import BadFile, CheckedFile, check_uploads

SUBJECT_CHARACTERS = 80
# Short of this, a sentence is only a greeting.
_SENTENCE = re.compile(rf".{{20,{SUBJECT_CHARACTERS - 1}}}?[.!?](?= )")
_MARKUP = re.compile(r"^[#>*\-\s]+")


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, checked by their content."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[CheckedFile]:
        files: Sequence[File] = data if isinstance(data, list | tuple) else [data] if data else []
        try:
            return check_uploads(files)
        except BadFile as error:
            raise forms.ValidationError(error.message) from error


class Body(forms.CharField):
    """Long words, kept as they were typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            strip=False, max_length=settings.MAX_DESCRIPTION_CHARACTERS, validators=[validate_storable], **options
        )

    def clean(self, value: Any) -> str:
        # A blank text is an empty one; any other keeps its blanks, code may need them.
        text: str = super().clean(value if value and value.strip() else "")
        return text


class _Submitted(forms.Form):
    """A form that is sent once, however often the button is pressed."""

    submission_key = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"submission_key": new_key()} | (options.get("initial") or {})
        super().__init__(*args, **options)

    def renew_key(self) -> None:
        """What was sent under this key is another text: the next post is a new one."""
        self.data = {**dict(self.data.items()), "submission_key": new_key()}


class AskForm(_Submitted):
    """A new request. `guest` is somebody who is not signed in and has to say who they are."""

    description = Body(error_messages={"required": _("Describe what you need: a few words are enough to begin.")})
    subject = forms.CharField(max_length=300, required=False, validators=[validate_storable])
    category = forms.ModelChoiceField(
        Category.objects.active(), to_field_name="slug", required=False, empty_label=None,
        error_messages={"invalid_choice": _("This topic is not offered any more. Choose another one, or “Not sure”.")},
    )  # fmt: skip
    consequence = forms.ChoiceField(choices=[(each.slug, each.name) for each in CONSEQUENCES], required=False)
    full_name = forms.CharField(
        max_length=150, validators=[validate_storable],
        error_messages={"required": _("Tell us your name, so that we know how to address you.")},
    )  # fmt: skip
    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": _("Tell us your e-mail address: our answer goes there."),
            "invalid": _("This address is not complete. It looks like name@example.com."),
        },
    )
    time_zone = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    attachments = FilesField(required=False)

    def __init__(self, *args: Any, guest: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_for_guest = guest
        if not guest:
            del self.fields["full_name"], self.fields["email"]

    @property
    def title(self) -> str:
        """The subject, else the first words of the description."""
        return single_line(self.cleaned_data["subject"]) or subject_from(self.cleaned_data["description"])

    @property
    def priority(self) -> Priority | None:
        slug = self.cleaned_data["consequence"]
        return Priority.from_slug(slug) if slug else None


class AnswerForm(_Submitted):
    body = Body(error_messages={"required": _("Write something first: there is nothing to send yet.")})
    attachments = FilesField(required=False)


def limits() -> dict[str, int]:
    """What a browser may check before it uploads; the form checks it again."""
    most = settings.MAX_ATTACHMENT_BYTES
    return {"files": settings.MAX_ATTACHMENTS_PER_MESSAGE, "bytes": most, "megabytes": most // (1024 * 1024)}


def subject_from(description: str) -> str:
    """The first line that says something: all of it, else its first sentence, else as many words as fit."""
    lines = [line for raw in description.splitlines() if (line := single_line(_MARKUP.sub("", raw)))]
    # "Dear team," is no subject.
    if len(lines) > 1 and lines[0].endswith(",") and len(lines[0]) < 40:
        del lines[0]
    line = lines[0] if lines else single_line(description)
    if len(line) <= SUBJECT_CHARACTERS:
        return line
    sentence = _SENTENCE.match(line)
    if sentence is not None:
        return sentence.group().rstrip(".")
    cut = line[: SUBJECT_CHARACTERS - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.-") + "…"


def new_key() -> str:
    return uuid.uuid4().hex
