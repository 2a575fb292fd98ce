"""Whatever the roster looks like and whatever happens to it: a team always, somebody whenever there is anybody, and
nobody is told who neither works nor is on call.

`TICKETS=10000 ./run test tests/assignment/test_rosters.py -n0` opens more of them.
"""

import os
import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.models import Notification
from teams.availability import load_availability
from teams.models import (
    Absence,
    AgentProfile,
    AgentSkill,
    AssignmentPolicy,
    Calendar,
    OnCallShift,
    Shift,
    Team,
    TeamMembership,
    User,
)
from tests.cast import MONDAY, make_person
from tickets.events import Cause, EventKind
from tickets.models import AgentLoad, Priority, Ticket, TicketEvent
from tickets.relay import relay
from tickets.services.assigning import decide_due_assignments
from tickets.services.handing_over import hand_over_from_absent
from tickets.services.loads import recounted_load

TICKETS = int(os.environ.get("TICKETS", "40"))
A_HOUSE = 20
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")


class House:
    """A random roster, and random things that happen to it."""

    def __init__(self, cast, seed):
        self.cast, self.rng, self.at = cast, random.Random(seed), MONDAY
        User.objects.filter(pk__in=[cast.amir.pk, cast.lena.pk, cast.noor.pk]).update(is_active=False)
        Team.objects.filter(is_general=False).update(
            policy=self.rng.choice(AssignmentPolicy.values[:2]), spills_over=self.rng.random() < 0.3
        )
        self.people = [self._hire(number) for number in range(self.rng.randrange(0, 7))]

    def _hire(self, number):
        rng = self.rng
        person = make_person(f"Agent{number}", is_staff=True)
        User.objects.filter(pk=person.pk).update(time_zone=rng.choice(ZONES))
        if rng.random() < 0.8:
            calendar = rng.choice([None, Calendar.objects.get(name="Always")])
            AgentProfile.objects.create(user=person, capacity=rng.choice([1, 4, 8]), calendar=calendar)
        for team in rng.sample([self.cast.billing, self.cast.technical, self.cast.general], rng.randrange(0, 3)):
            TeamMembership.objects.create(team=team, user=person, role=rng.choice(TeamMembership.Role.values))
        if rng.random() < 0.5:
            AgentSkill.objects.create(user=person, skill=self.cast.payments, level=rng.randrange(1, 6))
        self._reschedule(person)
        return person

    def _reschedule(self, person):
        """None, usual ones, or some that overlap and contradict each other."""
        Shift.objects.filter(user=person).delete()
        for _number in range(self.rng.choice([0, 0, 5, 8])):
            starts = self.rng.randrange(0, 23)
            ends = self.rng.randrange(starts + 1, 24)
            Shift.objects.create(user=person, weekday=self.rng.randrange(7), starts=time(starts), ends=time(ends))

    def happen(self):
        """One thing, at the instant that has come."""
        rng = self.rng
        self.at += timedelta(minutes=rng.randrange(0, 600))
        person = rng.choice(self.people) if self.people else None
        what = rng.randrange(9)
        if what == 0:
            TeamMembership.objects.filter(team=rng.choice([self.cast.billing, self.cast.technical])).delete()
        elif what == 1:
            Team.objects.filter(pk=self.cast.technical.pk).update(is_active=rng.random() < 0.5)
        elif person is None:
            return
        elif what == 2:
            User.objects.filter(pk=person.pk).update(is_active=rng.random() < 0.5)
        elif what == 3:
            Absence.objects.create(
                user=person, starts_at=self.at, ends_at=self.at + timedelta(hours=rng.randrange(1, 60))
            )
        elif what == 4:
            self._reschedule(person)
        elif what == 5:
            period = {"starts_at": self.at - timedelta(hours=1), "ends_at": self.at + timedelta(hours=12)}
            OnCallShift.objects.create(user=person, team=self.cast.billing, **period)
        elif what == 6:
            AgentProfile.objects.filter(user=person).update(is_accepting_work=rng.random() < 0.5)
        elif what == 7:
            hand_over_from_absent(as_of=self.at)
        decide_due_assignments(as_of=self.at)

    def open(self):
        category = self.rng.choice([None, self.cast.billing_category, self.cast.technical_category])
        priority = self.rng.choice(Priority.values)
        return self.cast.open_ticket(category=category, priority=Priority(priority), by=self.cast.ada, at=self.at)

    def has_agent(self):
        """Somebody who belongs to an active team, accepts work, and works some day."""
        members = TeamMembership.objects.filter(team__is_active=True).values("user")
        people = list(
            User.objects.filter(pk__in=members, is_active=True, is_staff=True).select_related("agent_profile")
        )
        availability = load_availability(people, as_of=self.at)
        return any(
            availability[person.pk].next_start(self.at) is not None
            and getattr(getattr(person, "agent_profile", None), "is_accepting_work", True)
            for person in people
        )

    def is_on_call(self, ticket):
        teams = {ticket.team_id, self.cast.general.pk}
        now = OnCallShift.objects.filter(starts_at__lte=self.at, ends_at__gt=self.at)
        return now.filter(user=ticket.assignee_id, team__in=teams).exists()


def may_be_told(person, at):
    """By the clock on their wall: an oracle that shares nothing with the product."""
    if OnCallShift.objects.filter(user=person, starts_at__lte=at, ends_at__gt=at).exists():
        return True
    if Absence.objects.filter(user=person, starts_at__lte=at, ends_at__gt=at).exists():
        return False
    local = at.astimezone(ZoneInfo(person.time_zone))
    shifts = list(Shift.objects.filter(user=person))
    if shifts:
        return any(shift.weekday == local.weekday() and shift.starts <= local.time() < shift.ends for shift in shifts)
    profile = AgentProfile.objects.filter(user=person).select_related("calendar").first()
    calendar = (profile and profile.calendar) or Calendar.objects.get(is_default=True)
    local = at.astimezone(ZoneInfo(calendar.time_zone))
    return calendar.is_always_open or any(
        span.weekday == local.weekday()
        and span.opens <= local.time() < (span.closes if span.closes > time() else time.max)
        for span in calendar.spans.all()
    )


@pytest.mark.parametrize("seed", range(max(1, TICKETS // A_HOUSE)))
def test_a_team_always_and_somebody_whenever_there_is_anybody(cast, seed):
    house = House(cast, seed)
    for _number in range(A_HOUSE):
        house.happen()
        told_before = set(Notification.objects.values_list("pk", flat=True))
        ticket = house.open()
        assert ticket.team_id is not None
        if house.has_agent():
            assert ticket.assignee_id is not None
        elif ticket.assignee_id is None:
            assert ticket.next_assignment_at is not None
        else:
            assert ticket.priority == Priority.CRITICAL
            assert house.is_on_call(ticket)
        if ticket.assignee_id is not None:
            assert ticket.assignee.is_active
            assert AgentLoad.objects.get(agent=ticket.assignee_id).load_eighths == recounted_load(ticket.assignee_id)
        relay()
        for told in (
            Notification.objects.filter(kind="assigned")
            .exclude(pk__in=told_before)
            .select_related("event", "recipient")
        ):
            assert may_be_told(told.recipient, told.event.at), (told.recipient, told.event.at)


def test_nobody_at_all(cast):
    User.objects.filter(is_staff=True).exclude(pk=cast.ada.pk).update(is_active=False)
    ticket = cast.open_ticket()
    assert (ticket.team, ticket.assignee) == (cast.billing, None)
    User.objects.filter(pk=cast.noor.pk).update(is_active=True)
    decide_due_assignments(as_of=MONDAY + timedelta(minutes=2))
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.team) == (cast.noor, cast.technical)


def test_when_the_last_member_leaves_the_general_team_takes_over(cast):
    ticket = cast.open_ticket()
    TeamMembership.objects.filter(team=cast.billing).delete()
    generalist = make_person("Gerd", is_staff=True)
    AgentProfile.objects.create(user=generalist, calendar=Calendar.objects.get(name="Always"))
    TeamMembership.objects.create(team=cast.general, user=generalist)
    assert cast.open_ticket().assignee == generalist
    ticket.refresh_from_db()
    assert ticket.assignee == cast.amir


@pytest.mark.parametrize(
    ("zone", "saturday", "opens_before", "opens_after"),
    [
        ("Europe/Berlin", datetime(2026, 3, 28, tzinfo=UTC), 8, 7),
        ("Europe/Berlin", datetime(2026, 10, 24, tzinfo=UTC), 7, 8),
        ("America/New_York", datetime(2026, 3, 7, tzinfo=UTC), 14, 13),
    ],
)
def test_a_week_over_a_change_of_clocks(cast, zone, saturday, opens_before, opens_after):
    """Amir works from nine to five on his own wall, on every day: the same nine o'clock is another instant in UTC."""
    User.objects.filter(pk=cast.amir.pk).update(time_zone=zone)
    User.objects.filter(pk__in=[cast.lena.pk, cast.noor.pk]).update(is_active=False)
    for day in range(7):
        Shift.objects.create(user=cast.amir, weekday=day, starts=time(9), ends=time(17))
    cast.amir.refresh_from_db()
    at, end = saturday, saturday + timedelta(days=7)
    while at < end:
        decide_due_assignments(as_of=at)
        ticket = cast.open_ticket(at=at)
        is_there = 9 <= at.astimezone(ZoneInfo(zone)).hour < 17
        assert ticket.assignee == cast.amir
        assert ticket.is_reserved is not is_there
        if ticket.is_reserved:
            starts = ticket.assignment_starts_at
            assert starts.astimezone(ZoneInfo(zone)).time() == time(9)
            assert starts.hour == (opens_before if starts.date() == saturday.date() else opens_after)
        at += timedelta(minutes=467)
    decide_due_assignments(as_of=end + timedelta(hours=14, minutes=30))
    began = TicketEvent.objects.filter(kind=EventKind.ASSIGNED, cause=Cause.SHIFT_STARTED)
    assert began.exists()
    assert all(may_be_told(cast.amir, event.at) for event in began)
    assert not Ticket.objects.reserved().exists()
