"""What a kind of notification is: which fact makes it, who hears of it, in which words, and whether it still holds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from notifications.audience import Situation, Told
from teams.models import User
from tickets.models import Ticket, TicketEvent

# Words may come lazily, from gettext.
Words = Any


def always(_event: TicketEvent, _ticket: Ticket, _recipient: User) -> str:
    return ""


def never(_event: TicketEvent) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Kind:
    """Words hold `{{ name }}` marks from the list in `notifications.wording`; there is no engine behind them.

    `audience` names people; who acted and who may not see the ticket are left out by whoever asks. `outdated` is asked
    again when a message is about to be sent: it returns why it should not go out any more, "" when it should.
    """

    slug: str
    event_kind: str
    audience: Callable[[Situation], Iterable[Told]]
    summary: Words
    subject: Words
    body: Words
    # In one mail for several facts the highest gives the subject.
    rank: int = 0
    outdated: Callable[[TicketEvent, Ticket, User], str] = always
    # Whether its mail waits until whoever did it can't take it back any more.
    can_be_undone: Callable[[TicketEvent], bool] = never
    # As staff find it among their preferences; "" for what only customers are told.
    staff_label: Words = ""
    # Whether staff get a mail when they have not said what they want. Customers always do.
    is_mailed_to_staff: bool = True
    # The facts about which staff on duty get a text message, when they have given a number. None: never.
    is_texted: Callable[[TicketEvent, Ticket], bool] | None = None
