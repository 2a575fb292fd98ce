"""Conversations that go on by one turn at a time, through the verbs that people use."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

import structlog

from helpdesk.core.errors import DomainError
from helpdesk.demo.cast import CUSTOMERS
from helpdesk.demo.script import Script, Turn, parsed
from teams.models import User
from tickets.models import Category, Channel, Priority, Ticket
from tickets.services.conversing import AfterSending, add_note, reply
from tickets.services.opening import open_ticket
from tickets.services.resolving import resolve_ticket

log = structlog.get_logger(__name__)

_POOL = Path(__file__).parent / "live.txt"
_THEN = {"": AfterSending.SEND, "wait": AfterSending.WAIT, "resolve": AfterSending.RESOLVE}
# More at once is no conversation any more, but a flood.
MOST_AT_ONCE = 8
_OPENS = 0.4


@dataclass(slots=True)
class Conversation:
    ticket: Ticket
    turns: deque[Turn]


@dataclass(slots=True)
class Traffic:
    """`random` decides whether somebody new comes or a conversation goes on. The pool begins again at its end."""

    random: Random
    waiting: deque[Script] = field(default_factory=deque)
    running: list[Conversation] = field(default_factory=list)

    def step(self, *, at: datetime | None = None) -> str:
        """One act, in words for whoever watches. What people have done meanwhile is respected."""
        if not self.running or (len(self.running) < MOST_AT_ONCE and self.random.random() < _OPENS):
            return self._open(at)
        conversation = self.random.choice(self.running)
        turn = conversation.turns.popleft()
        if not conversation.turns:
            self.running.remove(conversation)
        try:
            return _take(conversation.ticket, turn, at)
        except DomainError as refused:
            # Somebody at the desk was quicker: the story ends here.
            if conversation in self.running:
                self.running.remove(conversation)
            return f"{conversation.ticket.reference} is left alone: {refused}"

    def _open(self, at: datetime | None) -> str:
        if not self.waiting:
            pool = list(parsed(_POOL.read_text("utf-8")))
            self.random.shuffle(pool)
            self.waiting.extend(pool)
        script = self.waiting.popleft()
        name, email, _language = CUSTOMERS[script.customer]
        customer = User.objects.get(email=email)
        ticket = open_ticket(
            title=script.title,
            description=script.description,
            requester=customer,
            by=customer,
            channel=Channel.WEB,
            priority=Priority.from_slug(script.priority),
            category=Category.objects.filter(slug=script.category, is_active=True).first(),
            at=at,
        )
        if script.turns:
            self.running.append(Conversation(ticket, deque(script.turns)))
        return f"{name} asks: {ticket.reference} {ticket.title}"


def _take(ticket: Ticket, turn: Turn, at: datetime | None) -> str:
    ticket = Ticket.objects.select_related("requester", "assignee").get(pk=ticket.pk)
    customer, agent = ticket.requester, ticket.assignee
    if turn.kind == "customer":
        reply(ticket, body=turn.text, by=customer, channel=Channel.WEB, at=at)
        return f"{customer.get_full_name()} answers: {ticket.reference}"
    if agent is None:
        return f"{ticket.reference} waits for somebody"
    if turn.kind == "note":
        add_note(ticket, body=turn.text, by=agent, at=at)
        return f"{agent.get_full_name()} notes: {ticket.reference}"
    if turn.kind == "act":
        resolve_ticket(ticket, by=agent, at=at)
        return f"{agent.get_full_name()} resolves: {ticket.reference}"
    reply(ticket, body=turn.text, by=agent, channel=Channel.WEB, then=_THEN[turn.then], at=at)
    return f"{agent.get_full_name()} answers: {ticket.reference}"
