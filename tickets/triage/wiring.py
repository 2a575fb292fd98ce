"""Where triage listens. Called once, when the app is ready."""

from collections.abc import Sequence

import structlog

from tickets.models import TicketEvent

log = structlog.get_logger(__name__)


def register() -> None:
    from tickets.events import facts_recorded
    from tickets.relay import after_relaying
    from tickets.services import training, triaging  # noqa: F401 - training registers its jobs

    facts_recorded.connect(triaging.listen, dispatch_uid="triage.learn")
    after_relaying(look_for_incidents)


def look_for_incidents(events: Sequence[TicketEvent]) -> None:
    """Each new ticket beside the recent ones. A failure is logged and holds up nobody: a suspicion is no promise."""
    from tickets.events import EventKind
    from tickets.services.incidents import suspect_incident

    for event in events:
        if event.kind != EventKind.OPENED or event.data.get("by_staff"):
            continue
        try:
            suspect_incident(event.ticket)
        except Exception as error:
            log.error("incident.look_failed", ticket_id=event.ticket_id, exc_info=error)
