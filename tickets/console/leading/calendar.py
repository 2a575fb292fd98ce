"""The absence calendar: who of a team is there on which day of the coming weeks, and whether anybody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.timezone import get_current_timezone, localdate, make_aware
from django.utils.translation import gettext as _

from helpdesk.core.errors import InvalidInput
from teams.availability import Availability, load_availability
from teams.models import Absence, Team, User
from teams.services.absences import plan_absence
from teams.working_time import WorkingCalendar
from tickets.console.leading.door import LeadView

WEEKS = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Day:
    """`state`: works · partly · away · off. `reason` is what the absence says."""

    date: date
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    person: User
    days: list[Day]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many work on a day when the team is open; `is_bare` when it is open and nobody does."""

    date: date
    count: int
    is_open: bool

    @property
    def is_bare(self) -> bool:
        return self.is_open and not self.count


class AbsenceCalendarView(LeadView):
    tool, template = "absence_calendar", "console/leading/absences.html"
    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        first, weeks = _monday(request.GET.get("from", "")), _weeks(request.GET.get("weeks", ""))
        dates = [first + timedelta(days=number) for number in range(7 * weeks)]
        people = list(
            self.team.members.filter(is_active=True, is_staff=True)
            .select_related("agent_profile")
            .order_by("full_name")
        )
        lines = lines_of(people, dates)
        step = timedelta(weeks=weeks)
        return self.show(
            {
                "title": _("Absences"),
                "dates": dates,
                "today": localdate(),
                "lines": lines,
                "coverage": coverage_of(self.team, lines, dates),
                "weeks": weeks,
                "choices": WEEKS,
                "first": first,
                "before": first - step,
                "after": first + step,
                "people": people,
            }
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Whole days, the last one included."""
        person = self.team.members.filter(pk=_key(request.POST.get("person", ""))).first()
        begins, ends = _date(request.POST.get("begins", "")), _date(request.POST.get("ends", ""))
        if person is None or begins is None or ends is None:
            raise InvalidInput({"begins": [_("Choose somebody of the team, a first and a last day.")]})
        zone = ZoneInfo(person.time_zone)
        plan_absence(
            person,
            starts_at=datetime.combine(begins, time(), zone),
            ends_at=datetime.combine(ends + timedelta(days=1), time(), zone),
            reason=request.POST.get("reason", ""),
            by=self.reader,
        )
        return self.done(_("%(person)s is away from %(begins)s.") % {"person": person, "begins": begins})


def lines_of(people: Sequence[User], dates: Sequence[date]) -> list[Line]:
    """Each day as it is in the person's own zone. Queries don't grow with people or days."""
    start = make_aware(datetime.combine(dates[0] - timedelta(days=1), time()))
    availability = load_availability(people, as_of=start)
    reasons = {
        (absence.user_id, absence.starts_at): absence.reason
        for absence in Absence.objects.filter(user__in=people, ends_at__gt=start)
    }
    return [Line(person, [_day(person, availability[person.pk], day, reasons) for day in dates]) for person in people]


def coverage_of(team: Team, lines: Sequence[Line], dates: Sequence[date]) -> list[Coverage]:
    hours, zone = team.working_calendar(), get_current_timezone()
    return [
        Coverage(
            day,
            sum(line.days[number].state in ("works", "partly") for line in lines),
            _worked(hours, _midnight(day, zone), _midnight(day + timedelta(days=1), zone)) > 0,
        )
        for number, day in enumerate(dates)
    ]


def _day(person: User, availability: Availability, day: date, reasons: dict[tuple[int, datetime], str]) -> Day:
    zone = ZoneInfo(person.time_zone)
    begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    planned = _worked(availability.hours, begins, ends) if availability.hours is not None else 0
    absent = [stretch for stretch in availability.absences if stretch[0] < ends and stretch[1] > begins]
    reason = next((reasons.get((person.pk, start), "") for start, _end in absent), "")
    if not planned:
        return Day(day, "away" if absent else "off", reason)
    away = sum(_worked(availability.hours, max(start, begins), min(end, ends)) for start, end in absent)
    return Day(day, "works" if not away else "away" if away >= planned else "partly", reason)


def _worked(hours: WorkingCalendar | None, begins: datetime, ends: datetime) -> int:
    return hours.working_seconds(begins, ends) if hours is not None and ends > begins else 0


def _midnight(day: date, zone: object) -> datetime:
    return datetime.combine(day, time(), zone)  # type: ignore[arg-type]


def _monday(text: str) -> date:
    day = _date(text) or localdate()
    return day - timedelta(days=day.weekday())


def _weeks(text: str) -> int:
    return int(text) if text in {str(choice) for choice in WEEKS} else 4


def _date(text: str) -> date | None:
    """None for what is no date, or far out of any calendar."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and 2000 <= day.year <= 2100 else None


def _key(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 9 else 0
