"""Feeds: their days off are taken over; one that is down or lies changes nothing and is said to be so."""

from datetime import UTC, date, datetime, time

import pytest

from helpdesk.core.fetching import FetchFailed, fetch
from teams.feeds import FeedRefused, closures_in
from teams.models import Calendar
from teams.services.feeds import fetch_due_feeds, renew_feed_of
from tests.web_server import WebServer

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def feed(*events: str) -> bytes:
    inner = "\r\n".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{inner}\r\nEND:VCALENDAR\r\n".encode()


def read(*events: str, zone="Europe/Berlin", last=date(2027, 12, 31)):
    return closures_in(feed(*events), time_zone=zone, first=date(2026, 1, 1), last=last)


def test_all_day_events_close_their_days_and_the_end_is_not_one_of_them():
    found = read("SUMMARY:Retreat\r\nDTSTART;VALUE=DATE:20260310\r\nDTEND;VALUE=DATE:20260312")
    assert [(each.day, each.name, each.closed_from) for each in found] == [
        (date(2026, 3, 10), "Retreat", None),
        (date(2026, 3, 11), "Retreat", None),
    ]


def test_other_events_close_a_part_of_the_day_on_the_calendars_clock():
    found = read("SUMMARY:All hands\r\nDTSTART:20260310T130000Z\r\nDTEND:20260310T143000Z")
    assert [(each.closed_from, each.closed_until) for each in found] == [(time(14), time(15, 30))]


def test_past_midnight_it_closes_a_part_of_both_days():
    found = read("SUMMARY:Move\r\nDTSTART:20260310T220000\r\nDTEND:20260311T030000")
    assert [(each.day.day, each.closed_from, each.closed_until) for each in found] == [
        (10, time(22), time(0)),
        (11, time(0), time(3)),
    ]


def test_repeated_days_are_followed_and_left_out_ones_are_not():
    found = read(
        "SUMMARY:Every March\r\nDTSTART;VALUE=DATE:20200310\r\nRRULE:FREQ=YEARLY",
        "SUMMARY:Fridays\r\nDTSTART:20260102T150000\r\nDTEND:20260102T180000\r\n"
        "RRULE:FREQ=WEEKLY;BYHOUR=15;UNTIL=20260116T150000Z\r\nEXDATE:20260109T150000",
        "SUMMARY:Off\r\nSTATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20260401",
    )
    assert [each.day for each in found] == [
        date(2026, 1, 2),
        date(2026, 1, 16),
        date(2026, 3, 10),
        date(2027, 3, 10),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<html>Sign in</html>", "no iCalendar"),
        (b"", "no iCalendar"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR", "makes no sense|damaged"),
        (feed("SUMMARY:Gone\r\nDTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:99991231"), "longer than"),
        (feed("SUMMARY:No start"), "makes no sense"),
        (feed("SUMMARY:Odd\r\nDTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=SOMETIMES"), "makes no sense|damaged"),
        (feed("SUMMARY:Still\r\nDTSTART;VALUE=DATE:20250101\r\nRRULE:FREQ=DAILY;INTERVAL=0"), "makes no sense|damaged"),
        (feed(*["SUMMARY:x\r\nDTSTART;VALUE=DATE:20260101"] * 5001), "more than 5000"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(FeedRefused, match=sentence):
        closures_in(data, time_zone="UTC", first=date(2026, 1, 1), last=date(2027, 1, 1))


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=1,2", "FREQ=YEARLY;BYSECOND=1,2"]
)
def test_what_repeats_within_a_day_is_refused_at_once(rule):
    with pytest.raises(FeedRefused, match="“Tick” repeats within a day"):
        read(f"SUMMARY:Tick\r\nDTSTART:20000101T000000Z\r\nDURATION:PT1S\r\nRRULE:{rule}")


@pytest.mark.parametrize("instead", ["STATUS:CANCELLED\r\nDTSTART:20260109T150000Z", "DTSTART:20260108T150000Z"])
@pytest.mark.parametrize("is_last", [True, False])
def test_a_repeat_that_was_moved_or_cancelled_leaves_its_day_open(instead, is_last):
    series = "DTSTART;TZID=Europe/Berlin:20260102T160000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3"
    one = f"RECURRENCE-ID:20260109T150000Z\r\nDURATION:PT1H\r\n{instead}"
    events = [f"UID:same\r\n{event}" for event in ((series, one) if is_last else (one, series))]
    found = closures_in(
        feed(*events, "DTSTART;VALUE=DATE:20260201").replace(b"UID:0\r\n", b"").replace(b"UID:1\r\n", b""),
        time_zone="Europe/Berlin",
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
    )
    moved = [] if "CANCELLED" in instead else [date(2026, 1, 8)]
    assert [each.day for each in found] == [date(2026, 1, 2), *moved, date(2026, 1, 16), date(2026, 2, 1)]


@pytest.fixture
def server(settings):
    with WebServer() as server:
        settings.FETCH_PRIVATE_HOSTS = [f"127.0.0.1:{server.port}"]
        yield server


@pytest.fixture
def calendar(db, server):
    calendar = Calendar.objects.create(name="Desk", time_zone="UTC", feed_url=f"{server.url}/days.ics")
    for day in range(5):
        calendar.spans.create(weekday=day, opens="09:00", closes="17:00")
    return calendar


def test_days_of_the_feed_are_closed_and_go_when_it_says_so(calendar, server):
    server.body = feed("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260303", "SUMMARY:B\r\nDTSTART;VALUE=DATE:20260304")
    assert renew_feed_of(calendar, as_of=NOW).feed_error == ""
    calendar.holidays.create(date="2026-03-05", name="Ours")
    assert calendar.working_calendar().next_opening(NOW.replace(day=3)).day == 6
    server.body = feed("SUMMARY:B\r\nDTSTART;VALUE=DATE:20260304")
    renew_feed_of(calendar, as_of=NOW)
    assert list(calendar.holidays.values_list("name", flat=True)) == ["B", "Ours"]


def test_a_day_that_staff_work_on_stays_so(calendar, server):
    server.body = feed("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260303")
    renew_feed_of(calendar, as_of=NOW)
    calendar.holidays.update(is_worked=True)
    renew_feed_of(calendar, as_of=NOW)
    assert calendar.working_calendar().is_open(NOW.replace(day=3))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"status": 500}, "answered 500"),
        ({"status": 302, "headers": {"Location": "http://169.254.169.254/"}}, "answered 302"),
        ({"body": b"<html>"}, "no iCalendar"),
        ({"body": b"BEGIN:VCALENDAR" + b"x" * 3_000_000}, "more than is taken"),
        ({"body": feed()}, "names no day to come"),
        ({"body": feed("SUMMARY:x\r\nDTSTART;VALUE=DATE:20260302\r\nRRULE:FREQ=DAILY;COUNT=200")}, "would not open"),
    ],
)
def test_a_feed_that_is_down_or_lies_changes_nothing_and_says_so(calendar, server, answer, sentence):
    server.body = feed("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260303")
    renew_feed_of(calendar, as_of=NOW)
    server.answer(**answer)
    after = renew_feed_of(calendar, as_of=NOW)
    assert sentence in after.feed_error
    assert [holiday.name for holiday in after.holidays.all()] == ["A"]


def test_the_sweep_asks_every_six_hours_and_a_broken_feed_keeps_no_other_waiting(calendar, server):
    server.body = feed("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260303")
    Calendar.objects.create(name="Gone", is_always_open=True, feed_url="http://127.0.0.1:1/x")
    assert fetch_due_feeds(as_of=NOW) == 2
    assert fetch_due_feeds(as_of=NOW) == 0
    calendar.refresh_from_db()
    assert (calendar.feed_error, calendar.feed_changed_at) == ("", NOW)
    assert (
        "private network" in Calendar.objects.get(name="Gone").feed_error
        or "ports" in Calendar.objects.get(name="Gone").feed_error
    )


def test_a_feed_at_which_a_worker_dies_is_not_the_first_again(calendar, server, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_args, **_kwargs):
        raise Killed

    monkeypatch.setattr("teams.services.feeds.take_feed", die)
    server.body = feed("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260303")
    with pytest.raises(Killed):
        fetch_due_feeds(as_of=NOW)
    assert fetch_due_feeds(as_of=NOW) == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[::7f00:1]/",
        "http://[fec0::1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://localhost/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://user@93.184.215.14/",
        "http://93.184.215.14:22/",
        "http://93.184.215.14/a b",
        "http://[::1/",
        "",
    ],
)
def test_nothing_inside_is_asked_in_whatever_notation(url):
    with pytest.raises(FetchFailed):
        fetch(url, most_bytes=10, seconds=5)


def test_who_sends_a_byte_now_and_then_is_hung_up_on(server):
    server.answer(drip=0.05)
    with pytest.raises(FetchFailed, match="in time"):
        fetch(server.url, most_bytes=10_000, seconds=0.5)
