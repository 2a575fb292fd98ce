"""Opening hours and holidays as people write them become the default calendar."""

from datetime import date, time

import pytest

from helpdesk.beginning.opening_hours import Unreadable, read_holidays, read_spans, spans_as_words
from teams.models import Calendar, Holiday

WEEK = {f"day-{day}": "9–17" for day in range(5)} | {"day-5": "", "day-6": ""}


@pytest.mark.parametrize(
    ("words", "spans"),
    [
        ("", []),
        ("9-17", [(time(9), time(17))]),
        ("9:30–12:30, 13–18", [(time(9, 30), time(12, 30)), (time(13), time(18))]),
        ("13 – 18,9 bis 12", [(time(9), time(12)), (time(13), time(18))]),
        ("08.00 to 16.15", [(time(8), time(16, 15))]),
        ("18–24", [(time(18), time(0))]),
        ("0-0:00", [(time(0), time(0))]),
    ],
)
def test_hours_are_read_as_people_write_them(words, spans):
    assert read_spans(words) == spans
    assert read_spans(spans_as_words(spans)) == spans


@pytest.mark.parametrize("words", ["nine", "9", "25-26", "9:70-10", "17-9", "22-2", "9-12, 11-13", "9-9"])
def test_hours_that_make_no_sense_are_told(words):
    with pytest.raises(Unreadable, match=words.split(",")[0]):
        read_spans(words)


def test_holidays_are_one_a_line_in_either_spelling():
    assert read_holidays("2026-12-25 Christmas\n\n26.12.2026: Boxing Day\n2027-1-1") == [
        (date(2026, 12, 25), "Christmas"),
        (date(2026, 12, 26), "Boxing Day"),
        (date(2027, 1, 1), ""),
    ]


@pytest.mark.parametrize("line", ["Christmas", "2026-02-30 Never", "12/25/2026 Christmas"])
def test_a_line_without_a_date_is_told(line):
    with pytest.raises(Unreadable, match="can't be read"):
        read_holidays(f"2026-12-25 Christmas\n{line}")


@pytest.mark.django_db
def test_the_step_changes_the_default_calendar_and_keeps_what_is_past(founder):
    calendar = Calendar.objects.default()
    Holiday.objects.create(calendar=calendar, date=date(2020, 1, 1), name="long ago")
    page = founder.get("/begin/hours/").content.decode()
    assert "09:00–17:00" in page
    # The first time the zone of the administrator is suggested.
    assert '<option value="Europe/Madrid" selected>' in page

    answered = founder.post(
        "/begin/hours/",
        {**WEEK, "day-5": "10–13", "time_zone": "Europe/Lisbon", "country": "PT", "holidays": "2099-12-25 Christmas"},
    )

    assert answered.url == "/begin/promises/"
    calendar.refresh_from_db()
    assert calendar.time_zone == "Europe/Lisbon"
    assert calendar.spans.filter(weekday=5).get().opens == time(10)
    assert calendar.spans.count() == 6
    own = calendar.holidays.filter(source=Holiday.Source.STAFF)
    assert set(own.values_list("name", flat=True)) == {"long ago", "Christmas"}
    assert calendar.holidays.filter(source=Holiday.Source.NATIONAL, date__month=4, date__day=25).exists()
    again = founder.get("/begin/hours/").content.decode()
    assert "2099-12-25 Christmas" in again
    assert '<option value="PT" selected>Portugal</option>' in again


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "says"),
    [({"day-2": "17–9"}, "ends before it begins"), ({f"day-{day}": "" for day in range(5)}, "Open at least one day")],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(founder, changes, says):
    answered = founder.post("/begin/hours/", {**WEEK, "time_zone": "UTC", "holidays": "", **changes})

    assert answered.status_code == 422
    assert says in answered.content.decode()
    assert Calendar.objects.default().spans.count() == 5
