"""Step three: when the desk is open. Deadlines count these hours only; people without shifts of their own work in them."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from helpdesk.beginning.access import for_administrators, person
from helpdesk.beginning.countries import country_choices
from helpdesk.beginning.models import DoneStep
from helpdesk.beginning.opening_hours import (
    Unreadable,
    coming_holidays,
    holidays_as_words,
    read_holidays,
    read_spans,
    set_hours,
    spans_as_words,
)
from helpdesk.beginning.pages.frame import go_on, show
from helpdesk.beginning.zones import zone_choices
from helpdesk.core.text import validate_storable
from teams.models import Calendar
from teams.models.calendar import Weekday


class HoursForm(forms.Form):
    time_zone = forms.ChoiceField(label=_("Time zone"))
    country = forms.ChoiceField(
        label=_("National holidays of"), choices=country_choices, required=False,
        help_text=_("They come by themselves, year after year. Regions can be chosen later, in the set-up."),
    )  # fmt: skip
    holidays = forms.CharField(
        label=_("Days of your own"), required=False, max_length=20_000, validators=[validate_storable],
        widget=forms.Textarea(attrs={"rows": 5}), help_text=_("One a line: a date and a name, like 2026-12-25 Christmas."),
    )  # fmt: skip

    def __init__(self, *args: Any, calendar: Calendar, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["time_zone"].choices = zone_choices(calendar.time_zone)  # type: ignore[attr-defined]
        for day in Weekday:
            self.fields[f"day-{day.value}"] = forms.CharField(
                label=day.label,
                required=False,
                max_length=100,
                widget=forms.TextInput(attrs={"placeholder": _("closed")}),
            )

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day-{day.value}"] for day in Weekday]

    def clean_holidays(self) -> list[tuple[date, str]]:
        try:
            return read_holidays(self.cleaned_data["holidays"])
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        week = []
        for day in Weekday:
            try:
                week.append(read_spans(given.get(f"day-{day.value}", "")))
            except Unreadable as error:
                self.add_error(f"day-{day.value}", str(error))
        if not self.errors and not any(week):
            self.add_error(None, _("Open at least one day: no deadline could ever come otherwise."))
        return given | {"week": week}


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def hours(request: HttpRequest) -> HttpResponse:
    calendar = Calendar.objects.default()
    today = localdate(now())
    form = HoursForm(
        request.POST if request.method == "POST" else None,
        calendar=calendar,
        initial=_as_it_is(request, calendar, today),
        label_suffix="",
    )
    if not form.is_valid():
        return show(request, "hours", status=422 if form.is_bound else 200, form=form, calendar=calendar)
    given = form.cleaned_data
    set_hours(
        calendar,
        time_zone=given["time_zone"],
        week=given["week"],
        country=given["country"],
        holidays=given["holidays"],
        by=person(request),
        at=now(),
    )
    return go_on("hours")


def _as_it_is(request: HttpRequest, calendar: Calendar, today: date) -> dict[str, Any]:
    """The first time in the zone of whoever sets the desk up: what ships knows no better."""
    week: dict[int, list[Any]] = {day.value: [] for day in Weekday}
    for span in calendar.spans.all():
        week[span.weekday].append((span.opens, span.closes))
    is_first = "hours" not in DoneStep.objects.names()
    zone = getattr(request.user, "time_zone", "") if is_first else ""
    holidays = coming_holidays(calendar, today=today).values_list("date", "name")
    return {
        "time_zone": zone or calendar.time_zone,
        "country": calendar.country,
        "holidays": holidays_as_words(holidays),
        **{f"day-{day}": spans_as_words(spans) for day, spans in week.items()},
    }
