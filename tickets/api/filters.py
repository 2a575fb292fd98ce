"""What a list of tickets may be narrowed by. An allow-list: nothing else reaches the query."""

from datetime import datetime
from typing import Any

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import single_line
from teams.api.caller import caller
from teams.models import Team, User
from tickets.api.fields import PRIORITY_SLUGS
from tickets.lifecycle import Status
from tickets.models import Category, Channel, Priority, Ticket
from tickets.models.ticket import TicketQuerySet

YES_OR_NO = [("true", "true"), ("false", "false")]


class InstantField(filters.fields.IsoDateTimeField):
    def clean(self, value: Any) -> datetime | None:
        """The calendar's ends fit no zone but one: what cannot be told in UTC is no instant to look for."""
        instant = super().clean(value)
        if instant is not None and not 1900 <= instant.year <= 9000:
            raise ValidationError(_("This is outside of the years that tickets are in."), code="invalid")
        return instant


class InstantFilter(filters.IsoDateTimeFilter):
    field_class = InstantField


class YesOrNoFilter(filters.ChoiceFilter):
    """ "true" or "false": anything else is a mistake that must not pass for either."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=YES_OR_NO, **options)


class TicketFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=Status.choices, distinct=False)
    priority = filters.MultipleChoiceFilter(choices=PRIORITY_SLUGS, method="with_priorities")
    channel = filters.MultipleChoiceFilter(choices=Channel.choices, distinct=False)
    category = filters.ModelChoiceFilter(
        queryset=Category.objects.all(), to_field_name="slug", null_value="none", null_label="none"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), to_field_name="slug")
    assignee = filters.CharFilter(method="of_assignee", label="me, none, or for staff an id or e-mail address")
    requester = filters.CharFilter(method="of_requester", label="me, or for staff an id or e-mail address")
    tag = filters.CharFilter(method="tagged", label="for staff")
    is_overdue = YesOrNoFilter(method="that_are_overdue")
    is_at_risk = YesOrNoFilter(method="that_are_at_risk", label="for staff")
    opened_after = InstantFilter(field_name="opened_at", lookup_expr="gte")
    opened_before = InstantFilter(field_name="opened_at", lookup_expr="lt")
    updated_after = InstantFilter(field_name="updated_at", lookup_expr="gte")
    updated_before = InstantFilter(field_name="updated_at", lookup_expr="lt")

    class Meta:
        model = Ticket
        fields: list[str] = []

    def with_priorities(self, tickets: TicketQuerySet, _name: str, slugs: list[str]) -> TicketQuerySet:
        return tickets.filter(priority__in=[Priority.from_slug(slug) for slug in slugs])

    def of_assignee(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        if value == "none":
            return tickets.filter(assignee=None)
        return tickets.filter(self._is_person("assignee", value))

    def of_requester(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        return tickets.filter(self._is_person("requester", value))

    def tagged(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Tags, like warnings, belong to the inner side: a customer's search finds none."""
        return tickets.filter(tags__name=single_line(value).lower(), pk__in=self._inner().values("pk"))

    def that_are_overdue(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        overdue = tickets.overdue(now())
        return overdue if value == "true" else tickets.exclude(pk__in=overdue.values("pk"))

    def that_are_at_risk(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        inner = tickets.filter(pk__in=self._inner().values("pk"))
        at_risk = inner.at_risk(now())
        return at_risk if value == "true" else inner.exclude(pk__in=at_risk.values("pk"))

    def _inner(self) -> TicketQuerySet:
        return Ticket.objects.worked_by(self._caller)

    def _is_person(self, role: str, value: str) -> Q:
        if value == "me":
            return Q(**{role: self._caller})
        if not self._caller.is_staff:
            # Whoever could name others here could find out their addresses by trying.
            return Q(pk__in=[])
        if value.isascii() and value.isdecimal():
            return Q(**{role: int(value)})
        # The person first: given as a subquery, PostgreSQL can't know whether many tickets are theirs, and reads all.
        person = User.objects.filter(email=value).values_list("pk", flat=True).first()
        return Q(pk__in=[]) if person is None else Q(**{role: person})

    @property
    def _caller(self) -> User:
        return caller(self.request)
