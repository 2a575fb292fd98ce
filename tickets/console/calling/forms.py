"""What whoever answers a call writes down."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import single_line, validate_storable
from tickets.models import Category, Channel, Priority

CHANNELS = [(channel.value, channel.label) for channel in (Channel.PHONE, Channel.CHAT, Channel.DESK)]
PRIORITIES = [(priority.slug, priority.label) for priority in Priority]


class CallForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, validators=[validate_storable],
        error_messages={"required": _("Whose ticket is it? Answers go to this address.")},
    )  # fmt: skip
    full_name = forms.CharField(label=_("Name"), max_length=150, required=False, validators=[validate_storable])
    channel = forms.ChoiceField(label=_("How do they reach you?"), choices=CHANNELS, initial=Channel.PHONE.value)
    title = forms.CharField(
        label=_("Subject"), max_length=300, validators=[validate_storable],
        error_messages={"required": _("A few words on what it is about.")},
    )  # fmt: skip
    description = forms.CharField(
        label=_("What do they ask?"), max_length=settings.MAX_DESCRIPTION_CHARACTERS, validators=[validate_storable],
        error_messages={"required": _("Write down what they say, in their words. They will read it in their mail.")},
    )  # fmt: skip
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.active(), to_field_name="slug", required=False,
        empty_label=_("Not sure"),
    )  # fmt: skip
    priority = forms.ChoiceField(label=_("Priority"), choices=PRIORITIES, initial=Priority.MEDIUM.slug)
    takes = forms.BooleanField(label=_("I take it myself"), required=False)
    resolves = forms.BooleanField(label=_("Resolved at once"), required=False)
    submission_key = forms.CharField(max_length=100, required=False, initial=lambda: uuid.uuid4().hex)

    def clean_full_name(self) -> str:
        return single_line(self.cleaned_data["full_name"])

    def clean_title(self) -> str:
        title = single_line(self.cleaned_data["title"])
        if not title:
            raise forms.ValidationError(self.fields["title"].error_messages["required"])
        return title

    def clean_priority(self) -> Priority:
        return Priority.from_slug(self.cleaned_data["priority"])

    def call(self) -> dict[str, Any]:
        """The arguments of `take_call`."""
        return dict(self.cleaned_data)
