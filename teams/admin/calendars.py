"""Working hours. A calendar's spans are looked at together: what overlaps is refused before it is saved."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet, URLField
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from helpdesk.core.back_office import TabularInline
from teams.admin.remembering import RememberingAdmin
from teams.admin.year import year_context
from teams.models import Calendar, CalendarSpan, Holiday
from teams.models.calendar import closing_second, seconds_of_day
from teams.services.defaults import make_default
from teams.services.feeds import ask_soon
from teams.services.holidays import renew_holidays_of
from teams.working_time import InvalidCalendar, WorkingCalendar

# Years that a person may leaf through.
FIRST_YEAR, LAST_YEAR = 2000, 2100


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
    """Those that staff entered. The others come from elsewhere, and stand in the year."""

    model = Holiday
    extra = 0
    fields = ["date", "name", "closed_from", "closed_until"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Holiday]:
        return super().get_queryset(request).filter(source=Holiday.Source.STAFF)


@admin.register(Calendar)
class CalendarAdmin(RememberingAdmin):
    remembered_as = "calendar"
    list_display = ["name", "time_zone", "is_always_open", "is_default", "country", "feed_error"]
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "time_zone", "is_always_open", "is_default"]}),
        (_("Days off"), {"fields": [("country", "region"), "feed_url", "feed_checked_at", "feed_error"]}),
    ]
    formfield_overrides: ClassVar = {URLField: {"assume_scheme": "https"}}
    readonly_fields = ["is_default", "feed_checked_at", "feed_error"]
    inlines = [SpanInline, HolidayInline]
    actions = ["make_default"]
    actions_detail = ["year", "what_if", "changes"]

    def get_urls(self) -> list[URLPattern]:
        working = path(
            "<int:pk>/holidays/<int:holiday>/working/",
            self.admin_site.admin_view(self.working),
            name="teams_calendar_working",
        )
        return [working, *super().get_urls()]

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change or {"country", "region"} & set(form.changed_data):
            renew_holidays_of(form.instance, as_of=now())
        if "feed_url" in form.changed_data:
            ask_soon(form.instance)
            messages.info(request, _("The feed is asked in the background; its days stand in the year then."))

    @action(description=_("Week and year"), url_path="year", permissions=["view"])
    def year(self, request: HttpRequest, object_id: int) -> HttpResponse:
        calendar = get_object_or_404(Calendar.objects.prefetch_related("spans", "holidays"), pk=object_id)
        wanted = request.GET.get("year", "")
        year = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) == 4 else now().year
        context = year_context(calendar, min(max(year, FIRST_YEAR), LAST_YEAR))
        may_change = self.has_change_permission(request, calendar)
        return render(request, "console/calendar/year.html", context | {"may_change": may_change})

    @action(description=_("What if?"), url_path="what-if", permissions=["change"])
    def what_if(self, _request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect(reverse("admin:promises_what_if") + f"?calendar={object_id}")

    def working(self, request: HttpRequest, pk: int, holiday: int) -> HttpResponse:
        """Whether the desk works on a day off. A POST from the year."""
        row = get_object_or_404(Holiday, pk=holiday, calendar=pk)
        if request.method != "POST" or not self.has_change_permission(request, row.calendar):
            raise PermissionDenied
        with transaction.atomic():
            self._say_who(request)
            row.is_worked = request.POST.get("is_worked") == "1"
            row.save(update_fields=["is_worked"])
        return redirect(f"../../../year?year={row.date.year}")

    @admin.action(description=_("Make it the default calendar"), permissions=["change"])
    def make_default(self, request: HttpRequest, chosen: QuerySet[Calendar]) -> None:
        if len(chosen) != 1:
            self.message_user(request, _("Choose exactly one calendar."), messages.ERROR)
            return
        with transaction.atomic():
            self._say_who(request)
            make_default(chosen[0])
        self.message_user(request, _("%(name)s is the default calendar now.") % {"name": chosen[0]}, messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Calendar | None = None) -> bool:
        """One at a time, from its own page: the default calendar is what everybody without one relies on."""
        return obj is not None and not obj.is_default and super().has_delete_permission(request, obj)
