"""Calendars that follow an iCalendar feed. One that is down or lies changes nothing, and says what is wrong with it."""

from datetime import date, datetime, timedelta

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from helpdesk.core.fetching import FetchFailed, fetch
from teams.feeds import Closure, FeedRefused, closures_in
from teams.models import Calendar, Holiday
from teams.services.holidays import YEARS_AFTER, YEARS_BEFORE, replace_closures
from teams.working_time import InvalidCalendar, NeverOpen

log = structlog.get_logger(__name__)

ASK_EVERY = timedelta(hours=6)
MOST_BYTES, SECONDS = 2_000_000, 20
# A feed that closes a desk for this long is taken for wrong.
MOST_CLOSED = timedelta(days=45)


def fetch_due_feeds(*, as_of: datetime, limit: int = 20) -> int:
    """The sweep over feeds that were not asked for six hours. Returns how many were asked."""
    has_days = Holiday.objects.filter(calendar=OuterRef("pk"), source=Holiday.Source.FEED)
    # One whose address was taken away is looked at once more, and its days go.
    due = Calendar.objects.filter(~Q(feed_url="") | Exists(has_days)).filter(
        Q(feed_checked_at=None) | Q(feed_checked_at__lte=as_of - ASK_EVERY)
    )
    calendars = list(due.order_by(F("feed_checked_at").asc(nulls_first=True), "pk")[:limit])
    for calendar in calendars:
        try:
            renew_feed_of(calendar, as_of=as_of)
        except Exception as error:
            log.error("feed.failed", calendar_id=calendar.pk, exc_info=error)
            _note(calendar, as_of, _("Something unexpected happened; it is tried again."))
    return len(calendars)


def renew_feed_of(calendar: Calendar, *, as_of: datetime) -> Calendar:
    """Ask the feed now. What is wrong stands in `feed_error` afterwards; then the days that it gave before are kept."""
    # Before anything else: one at which a worker dies must not come first for ever.
    Calendar.objects.filter(pk=calendar.pk).update(feed_checked_at=as_of)
    if not calendar.feed_url:
        replace_closures(calendar, Holiday.Source.FEED, [])
        return _note(calendar, as_of, "")
    try:
        data = fetch(calendar.feed_url, most_bytes=MOST_BYTES, seconds=SECONDS)
        take_feed(calendar, data, as_of=as_of)
    except (FetchFailed, FeedRefused) as error:
        return _note(calendar, as_of, str(error))
    Calendar.objects.filter(pk=calendar.pk).update(feed_changed_at=as_of)
    return _note(calendar, as_of, "")


def take_feed(calendar: Calendar, data: bytes, *, as_of: datetime) -> bool:
    """What the feed says becomes days of the calendar. Raises FeedRefused, and changes nothing then."""
    first, last = date(as_of.year - YEARS_BEFORE, 1, 1), date(as_of.year + YEARS_AFTER, 12, 31)
    closures = closures_in(data, time_zone=calendar.time_zone, first=first, last=last)
    _refuse_sudden_silence(calendar, closures, as_of)
    with transaction.atomic():
        is_new = replace_closures(calendar, Holiday.Source.FEED, closures)
        _refuse_closing_for_good(calendar, as_of)
    return is_new


def _refuse_sudden_silence(calendar: Calendar, closures: list[Closure], as_of: datetime) -> None:
    """An empty answer after a full one is an accident more often than the truth."""
    stood = calendar.holidays.filter(source=Holiday.Source.FEED, date__gte=as_of.date()).exists()
    if stood and not any(closure.day >= as_of.date() for closure in closures):
        raise FeedRefused(_("The feed names no day to come any more. What it said before is kept."))


def _refuse_closing_for_good(calendar: Calendar, as_of: datetime) -> None:
    try:
        hours = Calendar.objects.get(pk=calendar.pk).working_calendar()
        opens = hours.next_opening(as_of)
    except (NeverOpen, InvalidCalendar):
        opens = None
    if opens is None or opens - as_of > MOST_CLOSED:
        raise FeedRefused(
            _("With this feed the calendar would not open for more than %(days)s days.") % {"days": MOST_CLOSED.days}
        )


def _note(calendar: Calendar, as_of: datetime, error: str) -> Calendar:
    Calendar.objects.filter(pk=calendar.pk).update(feed_checked_at=as_of, feed_error=error[:300])
    calendar.refresh_from_db()
    return calendar


def ask_soon(calendar: Calendar) -> None:
    """As soon as a worker is free; when the wake-up is lost, at the next turn of the sweep."""
    Calendar.objects.filter(pk=calendar.pk).update(feed_checked_at=None)
    transaction.on_commit(_wake)


def _wake() -> None:
    try:
        current_app.send_task("teams.tasks.fetch_feeds", queue="work", expires=60)
    except Exception as error:
        log.warning("feed.wake_up_failed", error=type(error).__name__)
