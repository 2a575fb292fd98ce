"""Forms for a draft of a policy, of levels or of hours: what is typed in becomes what the simulation lays over today."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation.lengths import LengthField, written
from escalation.models import EscalationPolicy, Metric, SlaPolicy
from teams.models import Calendar
from teams.models.calendar import Weekday
from teams.working_time import InvalidCalendar, WorkingCalendar
from tickets.models import Priority

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[–-]\s*(\d{1,2}):(\d{2})")


class DraftForm(forms.Form):
    days = forms.IntegerField(label=gettext_lazy("Of the last days"), min_value=1, max_value=400, initial=30)

    def draft(self) -> dict[str, Any]:
        """Nothing changed: the record is played again as it is."""
        return {}


class PolicyDraftForm(DraftForm):
    def __init__(self, *arguments: Any, policy: SlaPolicy, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.policy = policy
        stands = {(target.metric, target.priority): target.target_seconds for target in policy.targets.all()}
        for metric in Metric:
            for priority in reversed(Priority):
                self.fields[f"{metric}_{priority.slug}"] = LengthField(
                    label=f"{metric.label} · {priority.label}",
                    required=False,
                    initial=written(stands.get((metric, priority))),
                )
        self.fields["warning_percent"] = forms.IntegerField(
            label=_("Warns after (% of the target)"), min_value=1, max_value=99, initial=policy.warning_percent
        )
        self.fields["calendar"] = forms.ModelChoiceField(
            Calendar.objects.all(),
            label=_("Working hours"),
            required=False,
            initial=policy.calendar_id,
            empty_label=_("Those of organisation or team"),
        )

    def draft(self) -> dict[str, Any]:
        said = self.cleaned_data
        targets = {
            priority.slug: {
                str(metric): said[f"{metric}_{priority.slug}"]
                for metric in Metric
                if said[f"{metric}_{priority.slug}"] is not None
            }
            for priority in Priority
        }
        calendar = said["calendar"].pk if said["calendar"] is not None else None
        changes = {"targets": targets, "warning_percent": said["warning_percent"], "calendar": calendar}
        return {"policies": {str(self.policy.pk): changes}}


class LevelsDraftForm(DraftForm):
    def __init__(self, *arguments: Any, policy: EscalationPolicy, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.policy, self.levels = policy, list(policy.levels.order_by("number"))
        for level in self.levels:
            name = _("Level %(number)s, from: %(anchor)s") % {
                "number": level.number,
                "anchor": level.get_anchor_display(),
            }
            if level.offset_percent is not None:
                self.fields[f"percent_{level.pk}"] = forms.IntegerField(
                    label=f"{name} (%)", min_value=0, max_value=1000, initial=level.offset_percent
                )
            else:
                self.fields[f"minutes_{level.pk}"] = forms.IntegerField(
                    label=_("%(level)s (working minutes)") % {"level": name},
                    min_value=-100_000,
                    max_value=1_000_000,
                    initial=(level.offset_seconds or 0) // 60,
                )
        self.fields["distance"] = forms.IntegerField(
            label=_("Working minutes between levels"),
            min_value=0,
            max_value=100_000,
            initial=policy.level_distance_seconds // 60,
        )

    def draft(self) -> dict[str, Any]:
        said, levels = self.cleaned_data, {}
        for level in self.levels:
            if f"percent_{level.pk}" in said:
                levels[str(level.pk)] = {"offset_percent": said[f"percent_{level.pk}"]}
            else:
                levels[str(level.pk)] = {"offset_seconds": said[f"minutes_{level.pk}"] * 60}
        return {"levels": levels, "distances": {str(self.policy.pk): said["distance"] * 60}}


class CalendarDraftForm(DraftForm):
    def __init__(self, *arguments: Any, calendar: Calendar, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.calendar, self.definition = calendar, calendar.definition()
        for number, day in enumerate(self.definition["week"]):
            self.fields[f"day_{number}"] = forms.CharField(
                label=Weekday(number).label,
                required=False,
                initial=", ".join(f"{_clock(span['opens'])}–{_clock(span['closes'])}" for span in day),
            )
        self.fields["closed"] = forms.CharField(
            label=_("More days off, one date a line (2026-12-24)"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        week = [_spans(said.get(f"day_{number}", "")) for number in range(7)]
        closures = [{"date": line, "span": None} for line in said.get("closed", "").split()]
        definition = self.definition | {"week": week, "closures": [*self.definition["closures"], *closures]}
        try:
            self.drafted = WorkingCalendar.from_definition(definition).to_definition()
        except (InvalidCalendar, ValueError) as error:
            raise forms.ValidationError(str(error)) from error
        return said

    def draft(self) -> dict[str, Any]:
        return {"calendars": {str(self.calendar.pk): self.drafted}}


def _spans(text: str) -> list[dict[str, int]]:
    parts = [part for part in text.split(",") if part.strip()]
    spans = []
    for part in parts:
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            raise forms.ValidationError(_("Write hours like “09:00–12:00, 13:00–17:00”."))
        opens, closes = int(match[1]) * 3600 + int(match[2]) * 60, int(match[3]) * 3600 + int(match[4]) * 60
        spans.append({"opens": opens, "closes": closes or 86400})
    return spans


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
