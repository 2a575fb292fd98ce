"""Long work: started once, told about, ended on demand, gone on with after a crash."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.timezone import now

from helpdesk.core import jobs
from helpdesk.core.jobs import MAX_ATTEMPTS, cancel_job, job, run_due_jobs, start_job
from helpdesk.core.models import Heartbeat, Job
from helpdesk.core.models.job import SILENT_AFTER
from helpdesk.core.tasks import wake_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(jobs, "_functions", {})
    monkeypatch.setattr(jobs, "WRITE_EVERY_SECONDS", 0)
    yield


def test_a_job_runs_and_keeps_its_result():
    @job("count")
    def count(row, progress):
        for step in range(1, row.arguments["to"] + 1):
            progress(step, row.arguments["to"])
        return {"counted": row.arguments["to"]}

    started = start_job("count", {"to": 3}, by=None)
    assert started.state == "waiting"

    assert run_due_jobs() == 1

    started.refresh_from_db()
    assert (started.state, started.result, started.done_count, started.total_count) == ("done", {"counted": 3}, 3, 3)
    assert started.percent == 100
    assert started.finished_at is not None


def test_the_same_is_not_done_twice_at_a_time():
    job("count")(lambda row, progress: {})

    first = start_job("count", {"to": 3}, by=None)

    assert start_job("count", {"to": 3}, by=None) == first
    assert start_job("count", {"to": 4}, by=None) != first
    run_due_jobs()
    assert start_job("count", {"to": 3}, by=None) != first


def test_what_has_no_function_is_refused_at_once():
    with pytest.raises(ValueError, match="unheard"):
        start_job("unheard", {}, by=None)


def test_a_failure_is_kept_in_words_and_stops_no_other(caplog):
    @job("fail")
    def fail(row, progress):
        raise RuntimeError("the disk is full")

    job("work")(lambda row, progress: {"well": True})
    failed, worked = start_job("fail", {}, by=None), start_job("work", {}, by=None)

    run_due_jobs()

    failed.refresh_from_db()
    worked.refresh_from_db()
    assert (failed.state, failed.error) == ("failed", "RuntimeError: the disk is full")
    assert worked.state == "done"


def test_a_waiting_job_is_cancelled_at_once():
    job("work")(lambda row, progress: {})

    cancelled = cancel_job(start_job("work", {}, by=None))

    assert cancelled.state == "cancelled"
    assert run_due_jobs() == 0


def test_a_running_job_ends_at_its_next_step():
    steps = []

    @job("work")
    def work(row, progress):
        for step in range(1, 5):
            progress(step, 4)
            steps.append(step)
            if step == 2:
                cancel_job(Job.objects.get(pk=row.pk))
        return {}

    started = start_job("work", {}, by=None)
    run_due_jobs()

    started.refresh_from_db()
    assert started.state == "cancelled"
    assert steps == [1, 2]


def test_after_a_crash_another_goes_on_from_the_checkpoint():
    seen = []

    @job("work")
    def work(row, progress):
        for step in range(row.checkpoint.get("next", 1), 5):
            seen.append(step)
            if step == 3 and row.attempt == 1:
                raise SystemExit  # as if the process had been killed
            progress(step, 4, checkpoint={"next": step + 1})
        return {}

    started = start_job("work", {}, by=None)
    with pytest.raises(SystemExit):
        run_due_jobs()

    assert run_due_jobs() == 0, "it may live still"
    assert run_due_jobs(as_of=now() + SILENT_AFTER + timedelta(seconds=1)) == 1

    started.refresh_from_db()
    assert started.state == "done"
    assert seen == [1, 2, 3, 3, 4]


def test_a_run_that_was_taken_for_dead_changes_nothing_any_more():
    @job("work")
    def work(row, progress):
        # Meanwhile another process has claimed it.
        Job.objects.filter(pk=row.pk).update(attempt=row.attempt + 1)
        progress(1, 2)
        return {"from": "the old run"}

    started = start_job("work", {}, by=None)
    run_due_jobs(limit=1)

    started.refresh_from_db()
    assert (started.state, started.result) == ("running", {})


def test_a_job_that_kills_whoever_runs_it_is_given_up():
    job("work")(lambda row, progress: {})
    started = start_job("work", {}, by=None)
    Job.objects.filter(pk=started.pk).update(
        state="running", attempt=MAX_ATTEMPTS, heartbeat_at=now() - 2 * SILENT_AFTER
    )

    run_due_jobs()

    started.refresh_from_db()
    assert started.state == "failed"
    assert "fell silent" in started.error


def test_the_sweep_wakes_for_what_waits_and_leaves_its_heartbeat(django_capture_on_commit_callbacks):
    job("work")(lambda row, progress: {})
    start_job("work", {}, by=None)

    with django_capture_on_commit_callbacks() as wakes:
        assert wake_jobs() == 1

    assert len(wakes) == 1
    assert Heartbeat.objects.filter(name="wake_jobs").exists()


def test_administrators_see_jobs_and_may_end_them(client):
    job("work")(lambda row, progress: {})
    waiting = start_job("work", {}, by=None)
    boss = get_user_model().objects.create_superuser(email="boss@example.com", password="long enough to pass")
    client.force_login(boss)

    listed = client.get(reverse("admin:core_job_changelist"))
    assert listed.status_code == 200
    assert "Waiting" in listed.text

    client.post(reverse("admin:core_job_changelist"), {"action": "cancel", "_selected_action": [waiting.pk]})
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"


def test_an_agent_sees_no_jobs(client, cast):
    client.force_login(cast.amir)

    assert client.get(reverse("admin:core_job_changelist")).status_code == 403
