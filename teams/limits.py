"""How often something may be tried. Counted in PostgreSQL in one statement: many at once never get more than agreed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils.timezone import now

from teams.models import Tally


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` within `within`, for each thing that it is asked about."""

    name: str
    most: int
    within: timedelta

    def take(self, thing: str, *, at: datetime | None = None) -> bool:
        """Count once; False when that was one too many."""
        at = at or now()
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"key": self._key(thing), "at": at, "ends_at": at + self.within})
            return bool(cursor.fetchone()[0] <= self.most)

    def give_back(self, thing: str) -> None:
        """Undo one `take`: what was counted turned out well."""
        Tally.objects.filter(key=self._key(thing), count__gt=0).update(count=F("count") - 1)

    def is_spent(self, thing: str, *, at: datetime | None = None) -> bool:
        """Whether the next `take` would be refused."""
        return Tally.objects.filter(key=self._key(thing), ends_at__gt=at or now(), count__gte=self.most).exists()

    def forget(self, thing: str) -> None:
        Tally.objects.filter(key=self._key(thing)).delete()

    def _key(self, thing: str) -> str:
        """Addresses are not kept: nobody needs them here."""
        return f"{self.name}:{hashlib.sha256(thing.strip().lower().encode()).hexdigest()[:40]}"


_COUNT = """
    INSERT INTO teams_tally AS tally (key, count, ends_at) VALUES (%(key)s, 1, %(ends_at)s)
    ON CONFLICT (key) DO UPDATE
       SET count = CASE WHEN tally.ends_at <= %(at)s THEN 1 ELSE LEAST(tally.count + 1, 1000000) END,
           ends_at = CASE WHEN tally.ends_at <= %(at)s THEN EXCLUDED.ends_at ELSE tally.ends_at END
    RETURNING count
"""


def network_of(request: HttpRequest) -> str:
    """Where a request comes from: the address, or for IPv6 the /64 that one household has."""
    address = request.META.get("REMOTE_ADDR") or "unknown"
    return ":".join(address.split(":")[:4]) if ":" in address else address


def forget_ended_tallies(*, as_of: datetime) -> int:
    deleted, _by_model = Tally.objects.filter(ends_at__lte=as_of).delete()
    return deleted
