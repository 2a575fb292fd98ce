"""The ticket: the unit of work. Every change to it is a verb in `tickets.services`; nothing else writes here."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, Subquery, Value
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import validate_storable
from tickets.lifecycle import ACTIONABLE, UNRESOLVED, Status
from tickets.models.follower import Watcher
from tickets.models.sighting import Sighting

if TYPE_CHECKING:
    from teams.models import User

REFERENCE_PREFIX = "HD-"


# The database counts, so that no two tickets ever wait for each other to get their number.
next_number = Func(Value("ticket_number"), function="nextval", output_field=models.BigIntegerField())


class Priority(models.IntegerChoices):
    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")

    @property
    def slug(self) -> str:
        return self.name.lower()

    @classmethod
    def from_slug(cls, slug: str) -> "Priority":
        """Raises KeyError when there is no such priority."""
        return cls[slug.upper()]


class Channel(models.TextChoices):
    WEB = "web", _("Web page")
    EMAIL = "email", _("E-mail")
    API = "api", _("API")
    PHONE = "phone", _("Phone")
    CHAT = "chat", _("Chat")
    DESK = "desk", _("Desk")


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: "User") -> "TicketQuerySet":
        """The only door to tickets: what `user` may read at least the public side of. For staff one query, at once."""
        if not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        own = Q(requester=user) | _watched_by(user)
        if not user.is_staff:
            return self.filter(own)
        # Lists are made of this. From the teams themselves PostgreSQL knows how many tickets to expect; left to guess,
        # it reads all that there are, newest first, for somebody whose teams have few.
        teams = list(user.memberships.values_list("team", flat=True))
        return self.filter(own | Q(team__in=teams) | Q(assignee=user))

    def worked_by(self, user: "User") -> "TicketQuerySet":
        """Tickets whose inner side (notes, routing, clocks) `user` may see, and on which they may act as staff."""
        if not user.is_active or not user.is_staff:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(_worked_by(user) | _watched_by(user))

    def with_inner_side_for(self, user: "User") -> "TicketQuerySet":
        """Annotate `is_inner`: whether `worked_by(user)` has the row. Asks about the row alone, however many there are."""
        inner: Any = Value(user.is_active and user.is_superuser)
        if user.is_active and user.is_staff and not user.is_superuser:
            inner = _worked_by(user) | _watched_by(user)
        return self.annotate(is_inner=inner)

    def with_sighting(self) -> "TicketQuerySet":
        """Fill `seen_at`: when the assignee has opened it since it was given to them."""
        return self.annotate(seen_at=Subquery(_sightings_of_assignee().values("seen_at")))

    def unopened(self) -> "TicketQuerySet":
        """Their assignee has not opened them since they were given to them."""
        return self.filter(~Exists(_sightings_of_assignee()))

    def unresolved(self) -> "TicketQuerySet":
        return self.filter(status__in=UNRESOLVED)

    def actionable(self) -> "TicketQuerySet":
        return self.filter(status__in=ACTIONABLE)

    def at_risk(self, as_of: datetime) -> "TicketQuerySet":
        return self.unresolved().filter(next_warning_at__lte=as_of)

    def unassigned(self) -> "TicketQuerySet":
        return self.unresolved().filter(assignee=None)

    def reserved(self) -> "TicketQuerySet":
        """Somebody will have them, from their next shift on."""
        return self.unresolved().filter(assignment_starts_at__isnull=False)

    def breached(self) -> "TicketQuerySet":
        """Still open, and a promise was broken."""
        return self.unresolved().filter(breached_at__isnull=False)

    def overdue(self, as_of: datetime) -> "TicketQuerySet":
        return self.unresolved().filter(next_due_at__lte=as_of)

    def lock(self, pk: int) -> "Ticket":
        """Re-read one ticket and keep others from changing it until the transaction ends.

        `no_key` lets rows that refer to the ticket be inserted meanwhile.
        """
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class _IsOneOf(Func):
    """`column = ANY (ARRAY (…))`: the few values are read once, then an index finds their rows.

    As `IN (SELECT …)` or `EXISTS` it would be asked of each ticket, from the newest to the first one ever opened.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, values: "models.QuerySet[Any, Any]") -> None:
        super().__init__(F(column), ArraySubquery(values))


def _worked_by(user: "User") -> Q:
    return Q(_IsOneOf("team_id", user.memberships.values("team"))) | Q(assignee=user)


def _watched_by(user: "User") -> Q:
    return Q(_IsOneOf("pk", Watcher.objects.filter(user=user).values("ticket")))


def _sightings_of_assignee() -> "models.QuerySet[Sighting]":
    """Of the ticket outside, found by its unique index: at most one."""
    return Sighting.objects.filter(
        ticket=OuterRef("pk"), person=OuterRef("assignee"), seen_at__gte=OuterRef("assigned_at")
    )


class Ticket(models.Model):
    # When its assignee opened it, on rows of `with_sighting()`. Not a column: see Sighting.
    seen_at: datetime | None = None
    # While it is being opened: columns that wait for what else is written about it. None: each change writes its own.
    unwritten: set[str] | None = None

    number = models.BigIntegerField(_("number"), unique=True, editable=False, db_default=next_number)
    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("subject"), max_length=300, validators=[validate_storable])
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.OPEN)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.MEDIUM)
    requested_priority = models.PositiveSmallIntegerField(
        _("requested priority"), choices=Priority.choices, null=True, blank=True
    )
    category = models.ForeignKey(
        "tickets.Category", on_delete=models.PROTECT, null=True, blank=True, related_name="tickets",
        verbose_name=_("category"),
    )  # fmt: skip
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    # The keys without an index of their own are found by those that also sort, below.
    requester = models.ForeignKey(
        "teams.User", on_delete=models.PROTECT, related_name="requested_tickets", db_index=False,
        verbose_name=_("requester"),
    )  # fmt: skip
    organisation = models.ForeignKey(
        "teams.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="tickets",
        verbose_name=_("organisation"),
    )  # fmt: skip
    created_by_external_id = models.CharField(
        _("created by (external id)"), max_length=150, blank=True, validators=[validate_storable],
        help_text=_("Who opened it, in the words of the system that called the API."),
    )  # fmt: skip
    follows_up = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("follows up")
    )
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates", db_index=False,
        verbose_name=_("duplicate of"),
    )  # fmt: skip
    tags = models.ManyToManyField("tickets.Tag", blank=True, related_name="tickets", verbose_name=_("tags"))

    # Who has it.
    team = models.ForeignKey(
        "teams.Team", on_delete=models.PROTECT, related_name="tickets", db_index=False, verbose_name=_("team")
    )
    assignee = models.ForeignKey(
        "teams.User", on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_tickets", db_index=False,
        verbose_name=_("assignee"),
    )  # fmt: skip
    assigned_at = models.DateTimeField(_("assigned at"), null=True, blank=True)
    # Set while the ticket is only reserved: nobody was on shift, and nobody is told before this instant.
    assignment_starts_at = models.DateTimeField(_("assignment starts at"), null=True, blank=True)
    # When assignment decides again by itself: a reservation begins, or a held ticket has waited long enough.
    next_assignment_at = models.DateTimeField(_("assignment decides again at"), null=True, blank=True)

    # The assignee keeps it although the shift ends before it is due, until they are back.
    kept_until = models.DateTimeField(_("kept until"), null=True, blank=True)

    # Counts how often the links in mails were revoked: an earlier one opens nothing any more.
    link_generation = models.PositiveIntegerField(_("link generation"), default=1, db_default=1, editable=False)

    # When things happened.
    opened_at = models.DateTimeField(_("opened at"))
    updated_at = models.DateTimeField(_("updated at"))
    first_responded_at = models.DateTimeField(_("first responded at"), null=True, blank=True)
    last_customer_message_at = models.DateTimeField(_("last customer message at"), null=True, blank=True)
    last_agent_message_at = models.DateTimeField(_("last agent message at"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    # What was promised. Written only by escalation, in the transaction of the change.
    first_response_due_at = models.DateTimeField(_("first response due at"), null=True, blank=True)
    resolution_due_at = models.DateTimeField(_("resolution due at"), null=True, blank=True)
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)
    next_warning_at = models.DateTimeField(_("next warning"), null=True, blank=True)
    breached_at = models.DateTimeField(_("first breach"), null=True, blank=True)

    # The tail of the history chain: a missing last event shows, and appending needs no extra query.
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    last_event_hash = models.CharField(max_length=64, default="", editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="ticket_status_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=~Q(status=Status.ASSIGNED) | Q(assignee__isnull=False), name="ticket_assigned_has_assignee"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.OPEN) | Q(assignee__isnull=True), name="ticket_open_has_no_assignee"
            ),
        ]
        indexes = [
            models.Index(fields=["team", "-id"], name="ticket_by_team"),
            models.Index(fields=["requester", "-id"], name="ticket_by_requester"),
            models.Index(fields=["assignee", "-id"], name="ticket_by_assignee"),
            models.Index(
                fields=["assignee"], name="ticket_waiting_by_assignee",
                condition=Q(assignment_starts_at=None, status__in=ACTIONABLE),
            ),
            models.Index(fields=["status", "-id"], name="ticket_by_status"),
            models.Index(fields=["opened_at"], name="ticket_by_opening"),
            models.Index(
                fields=["next_warning_at"], name="ticket_next_warning",
                condition=Q(next_warning_at__isnull=False, status__in=UNRESOLVED),
            ),
            models.Index(
                fields=["next_due_at"], name="ticket_next_due",
                condition=Q(next_due_at__isnull=False, status__in=UNRESOLVED),
            ),
            models.Index(
                fields=["assignment_starts_at"], name="ticket_reserved",
                condition=Q(assignment_starts_at__isnull=False),
            ),
            models.Index(
                fields=["breached_at"], name="ticket_breached",
                condition=Q(breached_at__isnull=False, status__in=UNRESOLVED),
            ),
            models.Index(
                fields=["resolved_at"], name="ticket_by_resolution", condition=Q(resolved_at__isnull=False)
            ),
            models.Index(
                fields=["first_responded_at"], name="ticket_by_first_response",
                condition=Q(first_responded_at__isnull=False),
            ),
            models.Index(
                fields=["duplicate_of"], name="ticket_duplicates", condition=Q(duplicate_of__isnull=False)
            ),
            models.Index(
                fields=["next_assignment_at"], name="ticket_next_assignment",
                condition=Q(next_assignment_at__isnull=False),
            ),
            models.Index(
                fields=["closes_at"], name="ticket_closes",
                condition=Q(status=Status.RESOLVED),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return f"{REFERENCE_PREFIX}{self.number}"

    @property
    def is_unresolved(self) -> bool:
        return self.status in UNRESOLVED

    @property
    def is_reserved(self) -> bool:
        return self.assignment_starts_at is not None

    @property
    def awaits_answer(self) -> bool:
        """The customer has written again after an answer."""
        asked, answered = self.last_customer_message_at, self.last_agent_message_at
        return self.is_unresolved and asked is not None and answered is not None and asked > answered


def number_from(reference: str) -> int | None:
    """The number behind "HD-1042", in either case; None when it is no reference."""
    digits = reference.strip().upper().removeprefix(REFERENCE_PREFIX)
    # 18 digits fit a bigint; isdecimal alone would let other scripts' digits and huge numbers through.
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 18 else None
