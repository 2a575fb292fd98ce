"""Which status may follow which. The one table that every verb asks."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.core.errors import DomainError


class Status(models.TextChoices):
    OPEN = "open", gettext_lazy("Open")
    ASSIGNED = "assigned", gettext_lazy("Assigned")
    IN_PROGRESS = "in_progress", gettext_lazy("In progress")
    PENDING_CUSTOMER = "pending_customer", gettext_lazy("Pending customer")
    RESOLVED = "resolved", gettext_lazy("Resolved")
    CLOSED = "closed", gettext_lazy("Closed")


ACTIONABLE = frozenset({Status.OPEN, Status.ASSIGNED, Status.IN_PROGRESS})
UNRESOLVED = ACTIONABLE | {Status.PENDING_CUSTOMER}

_FOLLOWERS: dict[str, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.PENDING_CUSTOMER, Status.RESOLVED}),
    Status.ASSIGNED: frozenset({Status.OPEN, Status.IN_PROGRESS, Status.PENDING_CUSTOMER, Status.RESOLVED}),
    Status.IN_PROGRESS: frozenset({Status.OPEN, Status.ASSIGNED, Status.PENDING_CUSTOMER, Status.RESOLVED}),
    Status.PENDING_CUSTOMER: frozenset({Status.OPEN, Status.ASSIGNED, Status.IN_PROGRESS, Status.RESOLVED}),
    # Reopened with the same agent, or with nobody left: open, and routed anew.
    Status.RESOLVED: frozenset({Status.IN_PROGRESS, Status.OPEN, Status.CLOSED}),
    Status.CLOSED: frozenset(),
}


class IllegalMove(DomainError):
    code = "illegal_move"


def may_follow(current: str, target: str) -> bool:
    return target in _FOLLOWERS[current]


def check_move(current: str, target: str) -> None:
    """Raises IllegalMove, naming what is possible instead."""
    if may_follow(current, target):
        return
    if current == Status.CLOSED:
        raise IllegalMove(_("A closed ticket is final. Open a new ticket instead."), status_now=current, allowed=[])
    allowed = sorted(_FOLLOWERS[current])
    raise IllegalMove(
        _("A ticket that is “%(current)s” cannot become “%(target)s”. Possible: %(allowed)s.")
        % {
            "current": Status(current).label,
            "target": Status(target).label,
            "allowed": ", ".join(str(Status(status).label) for status in allowed),
        },
        status_now=current,
        allowed=allowed,
    )
