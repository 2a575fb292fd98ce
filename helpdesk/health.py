"""Is it alive, and is it ready: for load balancers, supervisors and people. /readyz says why not."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from helpdesk.core.models import Heartbeat
from helpdesk.schedule import SWEEPS


@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody else, so that a dead database does not get the web process restarted."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when everything that keeps the promises is at work, else 503; `checks` names each with its reason."""
    checks = {name: _reason(check) for name, check in CHECKS.items()}
    is_ready = not any(checks.values())
    body = {"ready": is_ready, "checks": {name: reason or "ok" for name, reason in checks.items()}}
    return JsonResponse(body, status=200 if is_ready else 503, headers={"Cache-Control": "no-store"})


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


def _sweeps() -> str:
    """Each sweep leaves a heartbeat; its absence means that beat, a worker, or the broker is not at work."""
    last = dict(Heartbeat.objects.values_list("name", "last_at"))
    at = now()
    late = [
        f"{sweep.name} has never run" if sweep.name not in last else f"{sweep.name} is late"
        for sweep in SWEEPS
        if sweep.name not in last or at - last[sweep.name] > sweep.late_after
    ]
    return "; ".join(late)


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "sweeps": _sweeps,
}
