"""`manage.py train_triage`: learn from the tickets now, instead of in the night."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.jobs import run_job, start_job
from helpdesk.core.models import Job
from tickets.services.training import TRAIN

_WHY = {
    "passed": "It passed every check: it is in use, and decides alone where it is sure.",
    "suggests_only": "It is in use for suggestions; it does not decide alone, because it did not pass every check.",
    "erased": "It is in use: the one before had learned from tickets that were erased since.",
    "worse": "The one in use stays: the new one is worse on the same tickets.",
    "not_sure_enough": "The one in use stays: the new one did not pass every check.",
    "too_few": "Nothing was trained: there are too few tickets with a category that somebody stood for.",
    "not_installed": "Nothing was trained: the libraries of triage are not installed.",
}


class Command(BaseCommand):
    help = (
        "Trains triage on the tickets, compares the result with the version in use, and activates it if it is better."
    )

    def handle(self, **_options: Any) -> None:
        job = start_job(TRAIN, {}, by=None, wakes=False)
        if not run_job(job, tell=self._tell):
            self.stdout.write("A worker is at it already.")
            self._follow(job)
        job.refresh_from_db()
        self.stdout.write("")
        if job.state != Job.State.DONE:
            raise CommandError(job.error or f"The job is {job.get_state_display().lower()}.")
        self._report(job.result)

    def _follow(self, job: Job) -> None:
        while job.is_pending:
            self._tell(job.done_count, job.total_count)
            time.sleep(0.5)
            job.refresh_from_db()

    def _tell(self, done: int, total: int) -> None:
        if total and self.stdout.isatty():
            self.stdout.write(f"\r{100 * done // total:3d} %", ending="")
            self.stdout.flush()

    def _report(self, result: dict[str, Any]) -> None:
        if "version" in result:
            self.stdout.write(f"Version {result['version']}, from {result['labelled']:,} labelled tickets.")
        for check in result.get("checks", ()):
            mark = "ok    " if check["is_passed"] else "FAILED"
            measured = "–" if check["measured"] is None else f"{check['measured']:.3f}".rstrip("0").rstrip(".")
            self.stdout.write(f"  {mark} {check['code']}: {measured} (limit {check['limit']:.3f})")
        self.stdout.write(_WHY[result["why"]])
