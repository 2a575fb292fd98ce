"""Each number of the home equals the list that it leads to."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict

from escalation.services.sweeping import sweep_clocks
from helpdesk.analytics.catalogue import CATALOGUE
from helpdesk.analytics.figures import count, last_day
from helpdesk.analytics.flow import chart, today
from helpdesk.analytics.people import colleagues
from helpdesk.analytics.scope import Scope, scope_of
from helpdesk.analytics.spread import by_priority_category_team
from teams.models import Shift, TeamMembership
from tests.cast import MONDAY, Cast
from tests.escalation.desk import promise
from tickets.console.list.filters import filtered
from tickets.models import Priority, Ticket
from tickets.services.assigning import take_back
from tickets.services.conversing import reply
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import resolve_ticket


def listed(link, user, at):
    """The rows of the list behind a link, for whoever follows it."""
    params = QueryDict(urlsplit(link).query)
    return filtered(Ticket.objects.visible_to(user), params, user=user, at=at)


@pytest.fixture
def at():
    """An afternoon, so that the hours before it are of the same day."""
    return MONDAY + timedelta(hours=6)


@pytest.fixture
def desk(cast: Cast, at) -> Cast:
    """Every kind of ticket in two teams: late, at risk, waiting, given back, reserved, resolved in time and late."""
    promise()
    both = (cast.billing_category, cast.technical_category)
    for category in both:
        lead = cast.lena if category == both[0] else cast.noor
        ages = {"late": 300, "risky": 225, "young": 5, "answered": 60, "slow": 400, "waiting": 50, "given_back": 20}
        tickets = {
            name: cast.open_ticket(category=category, at=at - timedelta(minutes=minutes))
            for name, minutes in ages.items()
        }
        cast.open_ticket(category=None, priority=Priority.HIGH, at=at - timedelta(days=3))
        sweep_clocks(as_of=at)
        answer = {"by": lead, "channel": "web", "body": "Here you are."}
        reply(tickets["answered"], at=at - timedelta(minutes=40), **answer)
        resolve_ticket(tickets["answered"], by=lead, at=at - timedelta(minutes=30))
        reply(tickets["slow"], at=at - timedelta(minutes=10), **answer)
        resolve_ticket(tickets["slow"], by=lead, at=at - timedelta(minutes=9))
        wait_for_customer(tickets["waiting"], by=lead, at=at - timedelta(minutes=5))
        take_back(tickets["given_back"], by=lead, at=at - timedelta(minutes=5))
    reserve(cast, at)
    return cast


def reserve(cast, at):
    """One that waits for the next shift of the only ones who could have it."""
    weekday = (at + timedelta(days=2)).weekday()
    for person in (cast.amir, cast.lena, cast.noor):
        Shift.objects.create(user=person, weekday=weekday, starts="09:00", ends="17:00")
    cast.open_ticket(at=at - timedelta(minutes=1))


def readers(cast):
    return [scope_of(cast.lena), scope_of(cast.ada), Scope(cast.amir, ())]


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.slug)
def test_each_number_equals_its_list(desk, at, metric):
    numbers = []
    for scope in readers(desk):
        (figure,) = count(scope, [metric], at=at)
        numbers.append(figure.value)
        assert figure.value == listed(figure.link, scope.reader, at).count()
    lead, administrator, _own = numbers
    assert lead > 0
    assert lead <= administrator


def test_many_counts_are_one_query(desk, at, django_assert_num_queries):
    scope = scope_of(desk.lena)
    with django_assert_num_queries(1):
        figures = count(scope, CATALOGUE, at=at)

    assert [figure.metric for figure in figures] == list(CATALOGUE)


def test_a_lead_counts_their_team_and_nobody_elses(desk, at):
    (lenas,) = count(scope_of(desk.lena), CATALOGUE[:1], at=at)

    assert lenas.value == Ticket.objects.unresolved().filter(team=desk.billing).count()
    assert set(listed(lenas.link, desk.lena, at).values_list("team", flat=True)) == {desk.billing.pk}


def test_the_last_day_says_median_and_share_with_their_number(cast, at):
    promise()
    for minutes, took in ((300, 10), (290, 30), (400, 50)):
        ticket = cast.open_ticket(at=at - timedelta(minutes=minutes))
        reply(ticket, by=cast.lena, channel="web", body="Yes.", at=at - timedelta(minutes=minutes - took))
    late = cast.open_ticket(at=at - timedelta(minutes=500))
    sweep_clocks(as_of=at)
    for ticket in Ticket.objects.order_by("pk"):
        resolve_ticket(ticket, by=cast.lena, at=at - timedelta(minutes=1))
    day = last_day(scope_of(cast.lena), at=at)

    assert (day.median, day.answered.value) == (timedelta(minutes=30), 3)
    assert (day.percent, day.kept.value, day.broken.value) == (75, 4, 1)
    assert listed(day.broken.link, cast.lena, at).get() == late
    assert listed(day.answered.link, cast.lena, at).count() == 3


def test_a_day_without_anything_has_no_numbers(cast, at):
    day = last_day(scope_of(cast.lena), at=at)

    assert (day.median, day.percent, day.answered.value, day.kept.value) == (None, None, 0, 0)


def test_every_hour_of_today_leads_to_its_tickets(desk, at):
    scope = scope_of(desk.lena)
    hours = today(scope, at=at)
    (arrived,) = count(scope, [metric for metric in CATALOGUE if metric.slug == "arrived"], at=at)

    assert sum(hour.arrived for hour in hours) == arrived.value
    assert [hour.arrived for hour in hours] == [listed(hour.arrived_link, desk.lena, at).count() for hour in hours]
    assert [hour.resolved for hour in hours] == [listed(hour.resolved_link, desk.lena, at).count() for hour in hours]
    assert sum(hour.is_running for hour in hours) == 1


def test_the_spread_adds_up_and_leads_to_its_tickets(desk, at):
    spread = by_priority_category_team(scope_of(desk.ada))

    for slices in spread.values():
        assert sum(each.value for each in slices) == Ticket.objects.unresolved().count()
        assert [each.value for each in slices] == [listed(each.link, desk.ada, at).count() for each in slices]


def test_what_somebody_has_leads_to_it(desk, at):
    scope = scope_of(desk.lena)
    people = colleagues(scope, at=at)

    assert {each.user for each in people} == {desk.amir, desk.lena}
    assert [each.tickets for each in people] == [listed(each.link, desk.lena, at).count() for each in people]


def test_whoever_leads_two_teams_counts_both(desk, at):
    TeamMembership.objects.create(team=desk.technical, user=desk.lena, role=TeamMembership.Role.LEAD)
    (figure,) = count(scope_of(desk.lena), CATALOGUE[:1], at=at)

    assert figure.value == Ticket.objects.unresolved().filter(team__in=[desk.billing, desk.technical]).count()
    assert figure.value == listed(figure.link, desk.lena, at).count()


def test_bars_stand_on_zero_and_never_leave_the_picture(desk, at):
    picture = chart(today(scope_of(desk.ada), at=at))

    assert picture.bars
    assert len({round(bar.y + bar.height) for bar in picture.bars}) == 1
    assert all(bar.x >= 0 and bar.x + bar.width <= picture.width and bar.y >= 0 for bar in picture.bars)
