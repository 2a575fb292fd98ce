"""Background work of teams: letters that somebody asked for, days off from elsewhere, and forgetting what has ended."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils.timezone import now

from helpdesk.core.models import Heartbeat
from teams.limits import forget_ended_tallies
from teams.services.feeds import fetch_due_feeds
from teams.services.holidays import renew_national_holidays
from teams.services.letters import send_due_letters


@shared_task(name="teams.tasks.send_letters")
def send_letters() -> int:
    return Heartbeat.objects.note("send_letters", count=send_due_letters(as_of=now()))


@shared_task(name="teams.tasks.forget")
def forget() -> int:
    SessionStore.clear_expired()
    return Heartbeat.objects.note("forget", count=forget_ended_tallies(as_of=now()))


@shared_task(name="teams.tasks.fetch_feeds")
def fetch_feeds() -> int:
    return Heartbeat.objects.note("fetch_feeds", count=fetch_due_feeds(as_of=now()))


@shared_task(name="teams.tasks.renew_holidays")
def renew_holidays() -> int:
    return Heartbeat.objects.note("renew_holidays", count=renew_national_holidays(as_of=now()))
