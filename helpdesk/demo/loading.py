"""Puts the demo into an empty database: the desk, then its tickets, with times relative to now."""

from datetime import UTC, datetime

from helpdesk.core.configuration import held_versions
from helpdesk.core.transactions import in_transaction
from helpdesk.demo.cast import PASSWORD
from helpdesk.demo.desk import set_up_desk
from helpdesk.demo.express import load_express
from helpdesk.demo.extras import attach_photos, fail_a_delivery
from helpdesk.demo.numbers import give_numbers
from helpdesk.demo.playing import play
from helpdesk.demo.script import Script, all_scripts
from helpdesk.demo.timing import openings
from tickets.models import Ticket

__all__ = ["PASSWORD", "load_demo", "load_scripts"]


@in_transaction
def load_demo(*, as_of: datetime) -> int:
    """Everything in one transaction: an interrupted first start leaves an empty database. Returns the ticket count.

    Does nothing when there are tickets already.
    """
    if Ticket.objects.exists():
        return 0
    as_of = as_of.astimezone(UTC).replace(microsecond=0)
    set_up_desk(as_of=as_of)
    load_express()
    give_numbers()
    return load_scripts(all_scripts(), as_of=as_of)


@in_transaction
def load_scripts(scripts: tuple[Script, ...], *, as_of: datetime) -> int:
    """Play these on the desk that is there."""
    with held_versions():
        performances = play(list(zip(scripts, openings(scripts, as_of=as_of), strict=True)), as_of=as_of)
    attach_photos(performances)
    fail_a_delivery(performances)
    return len(performances)
