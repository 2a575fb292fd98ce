"""What is like a text that is only being written: encoded with the champion's encoder, in the time that a key press has."""

from concurrent.futures import TimeoutError as NotInTime

import structlog

from tickets.models import Target
from tickets.models.ticket import TicketQuerySet
from tickets.triage import opinion
from tickets.triage.champion import Broken, Warming, think
from tickets.triage.similar import Similar, closest_of_few
from tickets.triage.standing import standing
from tickets.triage.text import cleaned

log = structlog.get_logger(__name__)

SHOWN = 3
# Telling somebody that they have asked before takes more than a resemblance.
LEAST = 0.55


def alike_of(*, title: str, description: str, among: TicketQuerySet) -> list[Similar]:
    """Closest first. Empty while triage is not ready: nobody waits for a hint. Three queries."""
    text, now = cleaned(title, description), standing()
    if not text or now.version is None or not now.is_on(Target.SIMILAR):
        return []
    try:
        vector, digest = think(
            lambda loaded: (loaded.encoder.encode([text])[0], loaded.encoder.digest),
            version=now.version,
            seconds=opinion.BUDGET_SECONDS,
        )
    except (Broken, Warming, NotInTime):
        return []
    except Exception as error:
        log.error("triage.failed", version=now.version, exc_info=error)
        return []
    found = closest_of_few(vector, digest, among=among, limit=SHOWN)
    return [one for one in found if one.similarity >= LEAST]
