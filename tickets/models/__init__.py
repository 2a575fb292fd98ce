"""What was asked, and what happened to it."""

from tickets.models.assignment import AgentLoad, AssignmentDecision
from tickets.models.attachment import Attachment
from tickets.models.category import Category, CategorySkill, RoutingRule
from tickets.models.event import OutboxEntry, TicketEvent
from tickets.models.follower import Tag, Watcher
from tickets.models.message import Message
from tickets.models.submission import Submission
from tickets.models.ticket import Channel, Priority, Ticket

__all__ = [
    "AgentLoad",
    "AssignmentDecision",
    "Attachment",
    "Category",
    "CategorySkill",
    "Channel",
    "Message",
    "OutboxEntry",
    "Priority",
    "RoutingRule",
    "Submission",
    "Tag",
    "Ticket",
    "TicketEvent",
    "Watcher",
]
