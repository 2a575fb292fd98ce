"""What was asked, and what happened to it."""

from tickets.models.assignment import AgentLoad, AssignmentDecision
from tickets.models.attachment import Attachment
from tickets.models.canned import CannedReply
from tickets.models.category import Category, CategorySkill, RoutingRule
from tickets.models.draft import Draft
from tickets.models.event import OutboxEntry, TicketEvent
from tickets.models.follower import Tag, Watcher
from tickets.models.message import Message
from tickets.models.search import SearchDocument
from tickets.models.submission import Submission
from tickets.models.ticket import Channel, Priority, Ticket

__all__ = [
    "AgentLoad",
    "AssignmentDecision",
    "Attachment",
    "CannedReply",
    "Category",
    "CategorySkill",
    "Channel",
    "Draft",
    "Message",
    "OutboxEntry",
    "Priority",
    "RoutingRule",
    "SearchDocument",
    "Submission",
    "Tag",
    "Ticket",
    "TicketEvent",
    "Watcher",
]
