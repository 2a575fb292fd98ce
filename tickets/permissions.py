"""Who may do what to a ticket that they see. Beside `visible_to()`, the only rules; every door asks through the verbs."""

from django.utils.translation import gettext as _

from helpdesk.core.errors import NotPermitted
from teams.models import User
from tickets.models import Ticket


def may_work_on(user: User, ticket: Ticket) -> bool:
    """Whether `user` may act as staff here: notes, assignment, priority, waiting."""
    return user.is_administrator or Ticket.objects.worked_by(user).filter(pk=ticket.pk).exists()


def is_requester(user: User, ticket: Ticket) -> bool:
    return user.is_active and ticket.requester_id == user.pk


def check_staff(ticket: Ticket, by: User | None) -> None:
    """Raises NotPermitted unless the system or somebody who works on this ticket asks."""
    if by is not None and not may_work_on(by, ticket):
        raise NotPermitted(_("Only staff who work on this ticket may do that."))


def check_staff_or_requester(ticket: Ticket, by: User | None) -> None:
    if by is not None and not is_requester(by, ticket):
        check_staff(ticket, by)
