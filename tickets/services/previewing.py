"""What a change would do to the promises, told before it is made. Whoever knows promises says so from above."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import now

from tickets.models import Priority, Ticket


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """One promise: due `before` and `after` the change; None for none, as while it waits for the customer."""

    metric: str
    label: str
    before: datetime | None
    after: datetime | None
    would_breach: bool = False
    # How much too late it would be already.
    late_by: timedelta | None = None


@dataclass(frozen=True, slots=True)
class PriorityPreview:
    to: Priority
    changes: Sequence[PromiseChange] = ()

    @property
    def would_breach(self) -> bool:
        return any(change.would_breach for change in self.changes)


PreviewPromises = Callable[[Ticket, Priority, datetime], Sequence[PromiseChange]]
_previews: list[PreviewPromises] = []


def register_preview(preview: PreviewPromises) -> PreviewPromises:
    _previews.append(preview)
    return preview


def preview_priority(ticket: Ticket, *, to: Priority, at: datetime | None = None) -> PriorityPreview:
    """What becomes of each promise that still runs when the priority is set to `to`. Changes nothing."""
    at = at or now()
    changes = [change for preview in _previews for change in preview(ticket, to, at)]
    return PriorityPreview(Priority(to), changes)
