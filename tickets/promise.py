"""What is promised, in plain words: to a customer, who has the ticket and when they answer; to staff, what is due next.

In the active zone and language.
"""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tickets.lifecycle import Status
from tickets.models import Ticket


def promise(ticket: Ticket, *, at: datetime) -> str:
    """One sentence. "" when nothing is promised and nobody has it, or when it is done."""
    if not ticket.is_unresolved:
        return ""
    due = answer_due_at(ticket)
    who = ticket.assignee.get_full_name() if ticket.assignee is not None else None
    marks = {"who": who, "team": ticket.team.name, "due": "" if due is None else clock_time(due, at=at)}
    if due is not None and due <= at:
        return _late(who, marks)
    if who is None:
        return "" if due is None else _("The %(team)s team has it, and you will have an answer by %(due)s.") % marks
    if ticket.assignment_starts_at is not None:
        marks["start"] = clock_time(ticket.assignment_starts_at, at=at)
        if due is None:
            return _("%(who)s from %(team)s has it and starts at %(start)s.") % marks
        return _("%(who)s from %(team)s has it, starts at %(start)s and will answer by %(due)s.") % marks
    if due is None:
        return _("%(who)s from %(team)s has it.") % marks
    return _("%(who)s from %(team)s has it and will answer by %(due)s.") % marks


def answer_due_at(ticket: Ticket) -> datetime | None:
    """When the customer will have an answer; None while they owe one, or nobody owes them any."""
    if ticket.status == Status.PENDING_CUSTOMER:
        return None
    if ticket.first_responded_at is None:
        return ticket.first_response_due_at
    asked, answered = ticket.last_customer_message_at, ticket.last_agent_message_at
    return ticket.next_due_at if asked is not None and (answered is None or asked > answered) else None


def next_promise(ticket: Ticket) -> str:
    """The promise that `next_due_at` is about, for staff; "" when none runs."""
    if not ticket.is_unresolved or ticket.next_due_at is None:
        return ""
    if ticket.first_responded_at is None and ticket.next_due_at == ticket.first_response_due_at:
        return _("First response")
    return _("Resolution") if ticket.next_due_at == ticket.resolution_due_at else _("Next response")


def clock_time(instant: datetime, *, at: datetime) -> str:
    """ "14:30 today", "09:00 tomorrow" or "Thu 5 March, 09:00", in the active zone."""
    local, today = timezone.localtime(instant), timezone.localtime(at).date()
    time = formats.time_format(local, "H:i")
    if local.date() == today:
        return _("%(time)s today") % {"time": time}
    if local.date() == today + timedelta(days=1):
        return _("%(time)s tomorrow") % {"time": time}
    # Translators: “D j F” is a format of Django's date filter, for “Thu 5 March”.
    return _("%(day)s, %(time)s") % {"day": formats.date_format(local, _("D j F")), "time": time}


def _late(who: str | None, marks: dict[str, str | None]) -> str:
    """A promise that was not kept is said to be so, and not repeated."""
    if who is None:
        return _("We are later than we promised (%(due)s), and sorry for it. The %(team)s team has it.") % marks
    return _("We are later than we promised (%(due)s), and sorry for it. %(who)s from %(team)s has it.") % marks
