"""Working hours as staff edit them, and as immutable versions that running clocks keep."""

import hashlib
import json
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from teams.holidays import check_country
from teams.models.user import default_time_zone, validate_time_zone
from teams.working_time import InvalidCalendar, WorkingCalendar


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class CalendarQuerySet(models.QuerySet["Calendar"]):
    def default(self) -> "Calendar":
        """The calendar for whoever names none. Raises Calendar.DoesNotExist on a database without one."""
        return self.get(is_default=True)


class Calendar(models.Model):
    name = models.CharField(_("name"), max_length=100, unique=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=default_time_zone, validators=[validate_time_zone]
    )
    is_always_open = models.BooleanField(_("open day and night"), default=False)
    is_default = models.BooleanField(_("default calendar"), default=False)
    country = models.CharField(
        _("country"), max_length=8, blank=True, db_default="", default="",
        help_text=_("Its national holidays are kept up to date. Two letters, for example DE."),
    )  # fmt: skip
    region = models.CharField(
        _("region"), max_length=12, blank=True, db_default="", default="",
        help_text=_("Adds the region's own holidays, for example BY."),
    )  # fmt: skip
    feed_url = models.URLField(
        _("iCalendar feed"), max_length=500, blank=True, db_default="", default="",
        help_text=_("An address of .ics data. Its all-day events are holidays, the others close a part of a day."),
    )  # fmt: skip
    # How the feed was when it was last asked: never what staff edit.
    feed_checked_at = models.DateTimeField(_("feed asked at"), null=True, blank=True, editable=False)
    feed_changed_at = models.DateTimeField(_("feed last good at"), null=True, blank=True, editable=False)
    feed_error = models.CharField(
        _("what is wrong with the feed"), max_length=300, blank=True, db_default="", default="", editable=False
    )

    objects = CalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="calendar_one_default",
                violation_error_message=_("There is a default calendar already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_country(self.country, self.region)

    def definition(self) -> dict[str, Any]:
        """The canonical form of today's hours and holidays. Two queries, none when both are prefetched."""
        week: list[list[dict[str, int]]] = [[] for _day in Weekday]
        for span in self.spans.all():
            week[span.weekday].append({"opens": seconds_of_day(span.opens), "closes": closing_second(span.closes)})
        closures = [holiday.closure() for holiday in self.holidays.all() if not holiday.is_worked]
        return WorkingCalendar.from_definition(
            {
                "time_zone": self.time_zone,
                "week": week,
                "closures": closures,
                "is_always_open": self.is_always_open,
            }
        ).to_definition()

    def working_calendar(self) -> WorkingCalendar:
        return WorkingCalendar.from_definition(self.definition())

    def current_version(self) -> "CalendarVersion":
        """The immutable version that equals today's definition; made when the calendar has changed since."""
        definition = self.definition()
        digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
        version, _created = CalendarVersion.objects.get_or_create(
            calendar=self, digest=digest, defaults={"definition": definition}
        )
        return version


class CalendarSpan(models.Model):
    """One stretch of working time on a weekday; several a day make a lunch break."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="spans")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"), help_text=_("00:00 means midnight at the end of the day."))

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["weekday", "opens"]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        check_span(self.opens, self.closes)


class Holiday(models.Model):
    """A day without work, or a part of one when both times are given."""

    class Source(models.TextChoices):
        STAFF = "staff", _("Entered here")
        NATIONAL = "national", _("National holiday")
        FEED = "feed", _("From the feed")

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=100, blank=True)
    closed_from = models.TimeField(_("closed from"), null=True, blank=True)
    closed_until = models.TimeField(_("closed until"), null=True, blank=True)
    source = models.CharField(
        _("source"), max_length=10, choices=Source.choices, default=Source.STAFF, db_default=Source.STAFF,
        editable=False,
    )  # fmt: skip
    is_worked = models.BooleanField(
        _("we work on it"), default=False, db_default=False,
        help_text=_("It counts as working time all the same. Stays so when national holidays or the feed are renewed."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_from=None, closed_until=None)
                | models.Q(closed_from__isnull=False, closed_until__isnull=False),
                name="holiday_both_times_or_none",
                violation_error_message=_("Give both times for a part of the day, or none for the whole day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()

    def clean(self) -> None:
        if self.closed_from is not None and self.closed_until is not None:
            check_span(self.closed_from, self.closed_until)

    def closure(self) -> dict[str, Any]:
        if self.closed_from is None or self.closed_until is None:
            return {"date": self.date.isoformat(), "span": None}
        span = {"opens": seconds_of_day(self.closed_from), "closes": closing_second(self.closed_until)}
        return {"date": self.date.isoformat(), "span": span}


class CalendarVersion(models.Model):
    """What a calendar said once. Never changes: a clock keeps the version that it began with."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    digest = models.CharField(max_length=64, editable=False)
    definition = models.JSONField(editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        constraints = [models.UniqueConstraint(fields=["calendar", "digest"], name="calendar_version_once")]

    def __str__(self) -> str:
        return f"{self.calendar} · {self.digest[:8]}"

    def working_calendar(self) -> WorkingCalendar:
        return self._working_calendar

    @cached_property
    def _working_calendar(self) -> WorkingCalendar:
        """Once an object, so that its days are worked out once."""
        return WorkingCalendar.from_definition(self.definition)


def seconds_of_day(value: Any) -> int:
    return value.hour * 3600 + value.minute * 60 + value.second


def closing_second(value: Any) -> int:
    """Midnight as a closing time is the end of the day, 86400."""
    return seconds_of_day(value) or 86400


def check_span(opens: Any, closes: Any) -> None:
    if opens is not None and closes is not None and seconds_of_day(opens) >= closing_second(closes):
        raise ValidationError(_("It must end after it begins; split what goes past midnight into two days."))


def check_calendar(calendar: Calendar) -> None:
    """Raises ValidationError when the saved spans make no sense together, for example overlap."""
    try:
        calendar.definition()
    except InvalidCalendar as error:
        raise ValidationError(str(error)) from error
