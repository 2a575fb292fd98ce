"""The background work of teams leaves its heartbeats, and forgets what has ended."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils.timezone import now

from helpdesk.core.models import Heartbeat
from teams import tasks
from teams.limits import Limit
from teams.models import LetterRequest, Tally


def test_letters_are_sent_by_a_task_that_leaves_its_heartbeat(db):
    LetterRequest.objects.create(kind="password", address="nobody@example.com", language="en")

    assert tasks.send_letters() == 1
    assert not LetterRequest.objects.exists()
    assert Heartbeat.objects.get(name="send_letters").last_count == 1


def test_ended_sessions_and_tallies_are_forgotten(db):
    ended, lasting = now() - timedelta(days=1), now() + timedelta(days=1)
    Session.objects.create(session_key="ended", session_data="", expire_date=ended)
    Session.objects.create(session_key="lasting", session_data="", expire_date=lasting)
    limit = Limit("test", most=1, within=timedelta(hours=1))
    limit.take("ended", at=ended)
    limit.take("lasting")

    assert tasks.forget() == 1
    assert Session.objects.get().session_key == "lasting"
    assert Tally.objects.count() == 1
    assert Heartbeat.objects.filter(name="forget").exists()
