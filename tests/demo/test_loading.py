from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from escalation.models import Clock, Escalation, EscalationTimer
from escalation.models.clock import BreachCause
from escalation.services.firing import fire_due_levels
from escalation.services.repairing import repair_missing_clocks
from escalation.services.sweeping import sweep_clocks
from helpdesk.demo.cast import AGENTS, CUSTOMERS, DOOR_AGENT, DOOR_CUSTOMER, DOOR_LEAD, ON_LEAVE, on_shift
from helpdesk.demo.desk import set_up_desk
from helpdesk.demo.loading import load_demo, load_scripts
from helpdesk.demo.script import all_scripts
from notifications.models import Delivery
from notifications.services.delivering import deliver_due
from teams.availability import load_availability
from teams.models import AgentProfile, Team, User
from tickets.assignment.effort import effort_of
from tickets.assignment.roster import load_people
from tickets.events import broken_link
from tickets.lifecycle import ACTIONABLE, Status
from tickets.models import AgentLoad, Attachment, OutboxEntry, Priority, Ticket, TicketEvent
from tickets.relay import relay
from tickets.services.assigning import decide_due_assignments
from tickets.services.handing_over import hand_over_from_absent
from tickets.services.loads import recounted_load
from tickets.services.resolving import close_resolved_tickets

AWKWARD_MOMENTS = [
    datetime(2026, 11, 22, 3, 0, tzinfo=UTC),  # a Sunday night
    datetime(2026, 11, 27, 17, 0, tzinfo=UTC),  # a Friday evening
    datetime(2026, 12, 31, 23, 30, tzinfo=UTC),  # New Year
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),  # summer time begins in Berlin
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # and ends
]
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SWEEPS = (
    sweep_clocks,
    fire_due_levels,
    repair_missing_clocks,
    decide_due_assignments,
    hand_over_from_absent,
    close_resolved_tickets,
    deliver_due,
    relay,
)


@pytest.mark.parametrize("moment", AWKWARD_MOMENTS)
def test_at_any_moment_the_desk_is_at_work_and_nothing_is_overdue(db, moment):
    assert load_demo(as_of=moment) == Ticket.objects.count() == 400
    unresolved = Ticket.objects.unresolved()
    assert unresolved.count() == 60
    assert not unresolved.filter(assignee=None).exists()
    assert not unresolved.exclude(assignment_starts_at=None).exists()
    assert set(Status.values) - {Status.OPEN} == set(Ticket.objects.values_list("status", flat=True))
    assert TicketEvent.objects.filter(at__gt=moment).count() == 0
    loaded = set(TicketEvent.objects.values_list("pk", flat=True))
    for sweep in SWEEPS:
        sweep(as_of=moment)
    assert list(TicketEvent.objects.exclude(pk__in=loaded).values_list("kind", "cause", "ticket__title")) == []
    assert not Delivery.objects.exclude(state=Delivery.State.DEAD).exists()
    assert sorted(map(str, unresolved.exclude(breached_at=None).values_list("clocks__breach_cause", flat=True))) == (
        ["", "", "late", "priority_changed"]
    )


@pytest.fixture
def loaded(db):
    load_demo(as_of=TUESDAY)


def test_what_there_is_to_see(loaded):
    unresolved = Ticket.objects.unresolved()
    assert Ticket.objects.filter(opened_at__lt=TUESDAY - timedelta(days=85)).exists()
    assert not Ticket.objects.filter(opened_at__lt=TUESDAY - timedelta(days=91)).exists()
    assert 3 <= Ticket.objects.at_risk(TUESDAY).count() <= 12
    broken = Clock.objects.filter(ticket__in=unresolved).exclude(breached_at=None)
    assert set(broken.values_list("breach_cause", flat=True)) == {BreachCause.LATE, BreachCause.PRIORITY_CHANGED}
    assert broken.values("ticket").distinct().count() == 2
    assert Escalation.objects.filter(ticket__in=unresolved, level__number=3).values("ticket").distinct().count() == 1
    assert unresolved.filter(status=Status.PENDING_CUSTOMER).count() >= 10
    assert unresolved.filter(events__kind="ticket.reopened").count() == 1
    assert unresolved.filter(prediction__verdict="corrected").count() == 1
    failed = Delivery.objects.get()
    assert (failed.state, failed.recipient.email) == (Delivery.State.DEAD, CUSTOMERS["wiebke"][1])
    assert Attachment.objects.get().content_type == "image/jpeg"
    wifi = unresolved.filter(opened_at__gt=TUESDAY - timedelta(minutes=45), team__slug="technical")
    assert wifi.count() == wifi.values("requester").distinct().count() == 7
    longest = max(ticket.messages.count() for ticket in Ticket.objects.filter(requester__email=CUSTOMERS["hugo"][1]))
    assert longest >= 40


def test_the_cast(loaded):
    staff = User.objects.filter(memberships__isnull=False).distinct()
    assert staff.count() == len(AGENTS) == 14
    assert set(staff.values_list("time_zone", flat=True)) == {"Europe/Berlin", "Asia/Kolkata", "America/Sao_Paulo"}
    assert staff.filter(memberships__role="lead").distinct().count() == 3
    assert Team.objects.count() == 6
    assert all(person.picture for person in staff)
    away = User.objects.get(email=ON_LEAVE)
    assert load_availability([away], as_of=TUESDAY)[away.pk].is_absent(TUESDAY)
    assert not Ticket.objects.filter(assignee=away, status__in=ACTIONABLE).exists()
    loads = dict(AgentLoad.objects.values_list("agent", "load_eighths"))
    full = [each for each in AgentProfile.objects.all() if loads.get(each.pk, 0) >= each.capacity * 8]
    assert full
    assert User.objects.filter(email__in=[DOOR_CUSTOMER, DOOR_AGENT, DOOR_LEAD]).count() == 3
    assert Ticket.objects.filter(requester__email=DOOR_CUSTOMER).count() >= 8


@pytest.mark.django_db
@pytest.mark.parametrize("hour", range(1, 24, 3))
def test_whoever_follows_the_tour_finds_room_in_payments_at_any_hour(hour):
    """Its sentence says who knows card payments, not that everybody is full."""
    at = TUESDAY.replace(hour=hour)
    load_demo(as_of=at)
    working = [
        person.as_candidate(AgentLoad.objects.get(agent=person.user), at=at, has_affinity=False)
        for person in load_people([Team.objects.get(slug="payments").pk], at=at)
        if person.availability.is_on_shift(at) and not person.leads
    ]
    asked = 2 * effort_of(Priority.MEDIUM)
    assert not working or any(agent.load + asked <= agent.capacity for agent in working)


def test_every_row_is_as_a_recount_has_it(loaded):
    for ticket in Ticket.objects.all():
        assert broken_link(ticket) is None
    for load in AgentLoad.objects.all():
        assert load.load_eighths == recounted_load(load.agent_id)
    assert not OutboxEntry.objects.filter(position=None).exists()
    assert not Clock.objects.missed(TUESDAY).exists()
    assert not EscalationTimer.objects.exclude(ticket__in=Ticket.objects.unresolved()).exists()


def test_loading_is_deterministic(db):
    assert _written() == _written()


def _written() -> list[tuple[Any, ...]]:
    """What a loading writes, taken back again."""
    with transaction.atomic():
        set_up_desk(as_of=TUESDAY)
        load_scripts(all_scripts()[::4], as_of=TUESDAY)
        tickets = Ticket.objects.order_by("pk").values_list(
            "title", "public_id", "opened_at", "updated_at", "status", "assignee__email", "version", "next_due_at"
        )
        rows = list(tickets)
        transaction.set_rollback(True)
    return rows


def test_loading_again_changes_nothing(db):
    set_up_desk(as_of=TUESDAY)
    load_scripts(all_scripts()[:3], as_of=TUESDAY)
    before = TicketEvent.objects.count()
    assert load_demo(as_of=AWKWARD_MOMENTS[1]) == 0
    assert TicketEvent.objects.count() == before


def test_every_team_has_somebody_on_shift_at_any_minute(db):
    start = datetime(2026, 3, 28, tzinfo=UTC)
    set_up_desk(as_of=start)
    people = list(User.objects.filter(is_staff=True, memberships__isnull=False).select_related("agent_profile"))
    free = load_availability(people, as_of=start)
    for team in Team.objects.all():
        members = [free[pk] for pk in team.members.values_list("pk", flat=True)]
        for minute in range(0, 3 * 24 * 60, 5):
            at = start + timedelta(minutes=minute)
            assert any(availability.is_on_shift(at) for availability in members), (team, at)
            assert on_shift(team.slug, at=at), (team, at)
