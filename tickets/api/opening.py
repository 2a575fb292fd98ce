"""Opening through the API: what the body may say, and for whom the caller may speak."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from helpdesk.core.bodies import Body, Line
from helpdesk.core.errors import NotPermitted
from helpdesk.core.transactions import in_transaction
from teams.everybody import set_up
from teams.models import User
from teams.services.people import find_or_create_requester
from tickets.api.fields import CategoryField, FilesField, MessageBody, PriorityField, TagName
from tickets.models import Channel, Ticket
from tickets.permissions import may_work_on
from tickets.services.attaching import CheckedFile
from tickets.services.opening import open_ticket

EXAMPLE = OpenApiExample(
    "From another system",
    request_only=True,
    value={
        "title": "Login Issue",
        "description": "Unable to login to portal",
        "category": "technical",
        "priority": "high",
        "createdBy": "user123",
        "customerEmail": "user@example.com",
    },
)


@extend_schema_serializer(examples=[EXAMPLE])
class OpeningBody(Body):
    spellings = {
        "createdBy": "created_by",
        "customerEmail": "customer_email",
        "customerName": "customer_name",
        "submissionKey": "submission_key",
    }

    title = Line(max_length=300)
    description = MessageBody()
    category = CategoryField(required=False, allow_null=True)
    priority = PriorityField(required=False, allow_null=True)
    customer_email = serializers.EmailField(
        max_length=254, required=False, help_text="Who asks. Left out: you. Others need staff or a trusted token."
    )
    customer_name = Line(max_length=150, required=False, allow_blank=True)
    created_by = Line(
        max_length=150, required=False, allow_blank=True, help_text="Who opened it, in your system's words."
    )
    tags = serializers.ListField(child=TagName(), max_length=20, required=False, help_text="Staff and trusted tokens.")
    attachments = FilesField(required=False)
    submission_key = Line(max_length=100, required=False, allow_blank=True)


@in_transaction
def open_for(
    user: User, body: dict[str, Any], *, files: Sequence[CheckedFile], is_trusted: bool, submission_key: str
) -> Ticket:
    """Open what the body describes. A new address becomes a person in the same transaction as their ticket."""
    may_speak_for_others = user.is_staff or is_trusted
    if body.get("tags") and not may_speak_for_others:
        raise NotPermitted(_("Only staff and trusted tokens may set tags."))
    return open_ticket(
        title=body["title"],
        description=body["description"],
        requester=_requester(user, body, may_speak_for_others=may_speak_for_others),
        by=user,
        channel=Channel.API,
        priority=body.get("priority"),
        may_request_critical=is_trusted,
        category=body.get("category"),
        created_by=body.get("created_by", ""),
        tags=body.get("tags", ()),
        files=files,
        submission_key=submission_key,
    )


def as_opened(ticket: Ticket, *, by: User) -> Ticket:
    """The ticket as `open_for` left it, ready to be told of: nothing of it is read again."""
    # As `told_to` annotates it.
    ticket.is_inner = may_work_on(by, ticket)  # type: ignore[attr-defined]
    assignee = set_up().people.get(ticket.assignee_id or 0)
    if assignee is not None:
        ticket.assignee = assignee.user
    return ticket


def known_of(ticket: Ticket, body: dict[str, Any]) -> dict[str, Any]:
    """What the answer need not read. A history of two events tells of opening and assignment, and of nothing filed since."""
    known: dict[str, Any] = {"description": body["description"]}
    return known if body.get("tags") or ticket.version > 2 else known | {"tags": [], "watchers": []}


def _requester(user: User, body: dict[str, Any], *, may_speak_for_others: bool) -> User:
    email = body.get("customer_email")
    if not email or email.lower() == user.email.lower():
        return user
    if not may_speak_for_others:
        raise NotPermitted(_("You may open tickets for yourself only. Leave out the customer's e-mail address."))
    return find_or_create_requester(email, full_name=body.get("customer_name", ""))
