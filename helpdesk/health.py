"""Is it alive, and is it ready: for load balancers, supervisors and people. /readyz says why not."""

from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from helpdesk.rounds import all_rounds, late_rounds, missing_workers, silence_of_beat, switched_off


@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody else, so that a dead database does not get the web process restarted."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when everything that keeps the promises is at work, else 503; `checks` names each with its reason."""
    checks = reasons()
    is_ready = not any(checks.values())
    body = {"ready": is_ready, "checks": {name: reason or "ok" for name, reason in checks.items()}}
    return JsonResponse(body, status=200 if is_ready else 503, headers={"Cache-Control": "no-store"})


def reasons() -> dict[str, str]:
    """Each check with what is wrong, or an empty text."""
    return {name: _reason(check) for name, check in CHECKS.items()}


def _reason(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, redis.RedisError) as error:
        return f"no answer ({type(error).__name__})"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return f"{missing} migrations are not applied: run migrate" if missing else ""


def _redis() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    finally:
        client.close()
    return ""


def _schedule() -> str:
    off = switched_off(all_rounds())
    return f"switched off among the periodic tasks: {', '.join(off)}" if off else ""


def _beat() -> str:
    silence = silence_of_beat(all_rounds(), now())
    if silence is None:
        return ""
    return "has never run" if silence == timedelta.max else f"silent for {round(silence.total_seconds())} s"


def _workers() -> str:
    return "; ".join(f"nobody works on the queue {queue}" for queue in missing_workers(all_rounds(), now()))


def _sweeps() -> str:
    """Each sweep leaves a heartbeat; whose fault its absence is, the other checks say."""
    return "; ".join(
        f"{late.sweep.name} has never run" if late.ran_at is None else f"{late.sweep.name} is late"
        for late in late_rounds(all_rounds(), now())
    )


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "schedule": _schedule,
    "beat": _beat,
    "workers": _workers,
    "sweeps": _sweeps,
}
