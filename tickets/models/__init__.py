"""What was asked, and what happened to it."""

from tickets.models.assignment import AgentLoad, AssignmentDecision
from tickets.models.attachment import Attachment
from tickets.models.canned import CannedReply
from tickets.models.category import Category, CategorySkill, RoutingRule
from tickets.models.draft import Draft
from tickets.models.event import OutboxEntry, TicketEvent
from tickets.models.follower import Tag, Watcher
from tickets.models.incident import Incident, IncidentTicket
from tickets.models.message import Message
from tickets.models.search import SearchDocument
from tickets.models.sighting import Sighting
from tickets.models.submission import Submission
from tickets.models.ticket import Channel, Priority, Ticket
from tickets.models.triage import ModelFile, ModelVersion, Prediction, Target, TicketVector, TriageSwitch, TriageWeek

__all__ = [
    "AgentLoad",
    "AssignmentDecision",
    "Attachment",
    "CannedReply",
    "Category",
    "CategorySkill",
    "Channel",
    "Draft",
    "Incident",
    "IncidentTicket",
    "Message",
    "ModelFile",
    "ModelVersion",
    "OutboxEntry",
    "Prediction",
    "Priority",
    "RoutingRule",
    "SearchDocument",
    "Sighting",
    "Submission",
    "Tag",
    "Target",
    "Ticket",
    "TicketEvent",
    "TicketVector",
    "TriageSwitch",
    "TriageWeek",
    "Watcher",
]
