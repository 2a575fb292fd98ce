"""Working hours. A calendar's spans are looked at together: what overlaps is refused before it is saved."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.core.back_office import ModelAdmin, TabularInline
from teams.models import Calendar, CalendarSpan, Holiday
from teams.models.calendar import closing_second, seconds_of_day
from teams.services.defaults import make_default
from teams.working_time import InvalidCalendar, WorkingCalendar


class SpanFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        week: list[list[dict[str, int]]] = [[] for _day in range(7)]
        for row in self.cleaned_data:
            if row and not row.get("DELETE"):
                span = {"opens": seconds_of_day(row["opens"]), "closes": closing_second(row["closes"])}
                week[row["weekday"]].append(span)
        try:
            WorkingCalendar.from_definition(
                {"time_zone": "UTC", "week": week, "closures": [], "is_always_open": self.instance.is_always_open}
            )
        except InvalidCalendar as error:
            raise ValidationError(str(error)) from error


class SpanInline(TabularInline):
    model = CalendarSpan
    formset = SpanFormSet
    extra = 0


class HolidayInline(TabularInline):
    model = Holiday
    extra = 0


@admin.register(Calendar)
class CalendarAdmin(ModelAdmin):
    list_display = ["name", "time_zone", "is_always_open", "is_default"]
    search_fields = ["name"]
    fields = ["name", "time_zone", "is_always_open", "is_default"]
    readonly_fields = ["is_default"]
    inlines = [SpanInline, HolidayInline]
    actions = ["make_default"]

    @admin.action(description=_("Make it the default calendar"), permissions=["change"])
    def make_default(self, request: HttpRequest, chosen: QuerySet[Calendar]) -> None:
        if len(chosen) != 1:
            self.message_user(request, _("Choose exactly one calendar."), messages.ERROR)
            return
        make_default(chosen[0])
        self.message_user(request, _("%(name)s is the default calendar now.") % {"name": chosen[0]}, messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Calendar | None = None) -> bool:
        """One at a time, from its own page: the default calendar is what everybody without one relies on."""
        return obj is not None and not obj.is_default and super().has_delete_permission(request, obj)
