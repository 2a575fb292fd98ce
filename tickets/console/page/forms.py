"""What the page's acts take. Each form turns a post into the arguments of one verb."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import validate_storable
from teams.models import User
from tickets.lifecycle import Status
from tickets.models import Category, Priority
from tickets.services.conversing import AfterSending

# The verbs have the last word; this only keeps nonsense out.
MAX_BODY = 1_000_000


class AssignmentForm(forms.Form):
    """`to` is an agent's id, nothing (take it back), or "rules" (find team and person anew)."""

    RULES = "rules"

    to = forms.CharField(required=False, max_length=20)

    def clean_to(self) -> User | str | None:
        chosen = self.cleaned_data["to"]
        if chosen in ("", self.RULES):
            return chosen or None
        agent = User.objects.filter(is_staff=True, is_active=True, pk=chosen).first() if chosen.isdecimal() else None
        if agent is None:
            raise forms.ValidationError(_("There is no such active agent. Choose one from the list."))
        return agent


class PriorityForm(forms.Form):
    to = forms.TypedChoiceField(
        choices=[(priority.slug, priority.label) for priority in Priority], coerce=Priority.from_slug
    )


class CategoryForm(forms.Form):
    to = forms.ModelChoiceField(queryset=Category.objects.active(), to_field_name="slug", required=False)


class StatusForm(forms.Form):
    to = forms.TypedChoiceField(choices=Status.choices, coerce=Status)
    reason = forms.CharField(required=False, max_length=MAX_BODY, validators=[validate_storable])


class TagForm(forms.Form):
    name = forms.CharField(max_length=200, validators=[validate_storable])


class WatcherForm(forms.Form):
    """Staff are chosen from a list, customers by their address."""

    person = forms.CharField(max_length=254, validators=[validate_storable])

    def clean_person(self) -> User:
        words = self.cleaned_data["person"].strip()
        named = {"pk": words} if words.isdecimal() and len(words) < 18 else {"email": words.lower()}
        person = User.objects.filter(is_active=True, **named).first()
        if person is None:
            raise forms.ValidationError(_("Nobody here has this address. Check it, or open a ticket for them first."))
        return person


class DuplicateForm(forms.Form):
    of = forms.CharField(max_length=30)


class MessageForm(forms.Form):
    """A reply or a note. `then` says what becomes of the ticket; a note moves nothing."""

    body = forms.CharField(
        max_length=MAX_BODY, validators=[validate_storable], strip=False,
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip
    side = forms.ChoiceField(choices=[("reply", "reply"), ("note", "note")], required=False)
    then = forms.TypedChoiceField(
        choices=[(after.value, after.value) for after in AfterSending], coerce=AfterSending, required=False,
        empty_value=AfterSending.SEND,
    )  # fmt: skip
    seen_version = forms.IntegerField(required=False, min_value=0)
    submission_key = forms.CharField(required=False, max_length=100)

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        if not body.strip():
            raise forms.ValidationError(_("Write something first."))
        return body

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["is_internal"] = cleaned.get("side") == "note"
        if cleaned["is_internal"]:
            cleaned["then"] = AfterSending.SEND
        return cleaned


class DraftBodyForm(forms.Form):
    """What is typed so far; nothing at all throws the draft away."""

    body = forms.CharField(max_length=MAX_BODY, validators=[validate_storable], strip=False, required=False)
    side = forms.ChoiceField(choices=[("reply", "reply"), ("note", "note")])
    seen_version = forms.IntegerField(required=False, min_value=0)


class DraftForm(forms.Form):
    draft = forms.IntegerField(min_value=1, max_value=2**62)


def first_error(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])
