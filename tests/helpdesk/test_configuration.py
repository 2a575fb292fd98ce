"""What is set up is remembered by each process until it is changed, whatever the way in; and never longer."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from escalation.models import EscalationLevel, EscalationPolicy
from helpdesk.core.configuration import Remembered, held_versions, look_again
from teams.everybody import set_up
from teams.models import (
    Absence,
    AgentProfile,
    AgentSkill,
    Calendar,
    CalendarVersion,
    OnCallRota,
    OnCallShift,
    Shift,
    Skill,
    Team,
    TeamMembership,
    User,
)
from teams.periods import absences_of, shifts_at
from tests.cast import MONDAY, assemble, make_agent, make_person
from tickets.models import Category, CategorySkill, ModelVersion, RoutingRule, Target, TriageSwitch
from tickets.services.routing import route_for


class Counted:
    """How often it was loaded."""

    def __init__(self, area="people"):
        self.times = 0
        self.read = Remembered(area, self._load)

    def _load(self):
        self.times += 1
        return self.times


@pytest.fixture
def counted():
    return Counted()


def elsewhere(act):
    """On a connection of another thread, committed."""

    def run():
        try:
            act()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(timeout=30)


def test_it_is_loaded_once_while_nothing_changes(cast, counted, django_assert_num_queries):
    assert counted.read() == 1
    with django_assert_num_queries(1):
        assert counted.read() == 1


def test_held_versions_ask_once_for_everything(cast, counted, django_assert_num_queries):
    routing = Counted("routing")
    counted.read(), routing.read()
    with django_assert_num_queries(1), held_versions():
        counted.read(), routing.read(), counted.read()
        with held_versions():
            counted.read()


def test_what_is_rolled_back_while_versions_are_held_is_not_remembered(cast):
    read = Remembered("people", lambda: Team.objects.filter(is_active=True).count())
    before = Team.objects.filter(is_active=True).count()
    with held_versions():
        with pytest.raises(RuntimeError), transaction.atomic():
            Team.objects.filter(pk=cast.billing.pk).update(is_active=False)
            assert read() == before - 1
            raise RuntimeError
        assert read() == before

    assert read() == before


def test_whoever_tries_again_looks_again(cast, counted):
    with held_versions():
        assert counted.read() == 1
        Team.objects.filter(pk=cast.billing.pk).update(is_active=False)
        assert counted.read() == 1
        look_again()
        assert counted.read() == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda cast: Team.objects.filter(pk=cast.billing.pk).update(is_active=False),
        lambda cast: TeamMembership.objects.filter(user=cast.amir).delete(),
        lambda cast: AgentProfile.objects.filter(user=cast.amir).update(capacity=3),
        lambda cast: AgentSkill.objects.bulk_create([AgentSkill(user=cast.lena, skill=cast.payments, level=2)]),
        lambda cast: Shift.objects.create(user=cast.amir, weekday=1, starts="09:00", ends="10:00"),
        lambda cast: Calendar.objects.get(name="Always").holidays.create(date=MONDAY.date()),
        lambda cast: Calendar.objects.filter(name="Always").update(is_always_open=False),
        lambda cast: User.objects.filter(pk=cast.amir.pk).update(is_active=False),
        lambda cast: User.objects.filter(pk=cast.amir.pk).update(time_zone="Asia/Tokyo"),
        lambda cast: User.objects.filter(pk=cast.amir.pk).update(email="amir@example.org"),
        lambda cast: OnCallRota.objects.create(team=cast.billing, begins_on=MONDAY.date()),
        lambda cast: Skill.objects.create(name="x", slug="x"),
        lambda _cast: connection.cursor().execute("UPDATE teams_team SET name = name || '!'"),
        lambda _cast: connection.cursor().execute("TRUNCATE teams_shift"),
    ],
)
def test_whatever_changes_it_is_loaded_anew(cast, counted, change):
    counted.read()
    change(cast)
    assert counted.read() == 2
    assert counted.read() == 2


def test_customers_who_come_change_nothing(cast, counted):
    counted.read()
    make_person("Nina")
    User.objects.filter(pk=cast.rosa.pk).update(is_active=False, full_name="R.")
    User.objects.filter(pk=cast.amir.pk).update(last_login=MONDAY)
    assert counted.read() == 1


def test_an_absence_or_an_on_call_shift_that_is_booked_or_moved_is_seen_at_once(cast):
    team, hour = {cast.billing.pk}, timedelta(hours=1)
    assert absences_of([cast.amir.pk], as_of=MONDAY) == {}
    away = Absence.objects.create(user=cast.amir, starts_at=MONDAY, ends_at=MONDAY + hour)
    woken = OnCallShift.objects.create(user=cast.amir, team=cast.billing, starts_at=MONDAY, ends_at=MONDAY + hour)
    assert absences_of([cast.amir.pk, cast.lena.pk], as_of=MONDAY) == {cast.amir.pk: ((MONDAY, MONDAY + hour),)}
    assert shifts_at(team, as_of=MONDAY) == [(cast.amir.pk, cast.billing.pk)]
    Absence.objects.filter(pk=away.pk).update(ends_at=MONDAY + 2 * hour)
    assert absences_of([cast.amir.pk], as_of=MONDAY + hour) == {cast.amir.pk: ((MONDAY, MONDAY + 2 * hour),)}
    assert shifts_at(team, as_of=MONDAY + hour) == []
    User.objects.filter(pk=cast.amir.pk).update(is_active=False)
    assert shifts_at(team, as_of=MONDAY) == []
    woken.delete()
    away.delete()
    assert absences_of([cast.amir.pk], as_of=MONDAY) == {}


@pytest.mark.parametrize("back", [0, 1, 40, 400])
def test_what_lasts_over_the_turn_of_a_month_is_seen_on_both_sides(cast, back):
    turn = datetime(2026, 3, 1, tzinfo=UTC) - timedelta(days=back)
    turn = turn.replace(day=1)
    before, after = turn - timedelta(seconds=1), turn
    Absence.objects.create(user=cast.amir, starts_at=turn - timedelta(days=2), ends_at=turn + timedelta(days=1))
    for as_of in (before, after):
        assert list(absences_of([cast.amir.pk], as_of=as_of)) == [cast.amir.pk]
    assert absences_of([cast.amir.pk], as_of=turn + timedelta(days=1)) == {}


def test_another_area_is_not_loaded_anew(cast):
    people, routing = Counted("people"), Counted("routing")
    people.read(), routing.read()
    RoutingRule.objects.all().delete()
    assert (people.read(), routing.read()) == (1, 2)
    CategorySkill.objects.all().delete()
    assert (people.read(), routing.read()) == (1, 3)


@pytest.mark.parametrize(
    ("area", "change"),
    [
        ("routing", lambda: Category.objects.update(description="Anew")),
        ("promises", lambda: EscalationPolicy.objects.create(name="x")),
        ("promises", lambda: EscalationLevel.objects.all().delete()),
        ("triage", lambda: TriageSwitch.objects.create(target=Target.CATEGORY, is_on=False)),
        ("triage", lambda: ModelVersion.objects.create(origin="trained", encoder="none", made_at=MONDAY)),
    ],
)
def test_so_is_what_is_decided_by_rules_and_models(cast, area, change):
    counted = Counted(area)
    assert counted.read() == 1
    change()
    assert (counted.read(), counted.read()) == (2, 2)


def test_hours_whose_version_was_rolled_back_get_another_one(cast):
    calendar = set_up().calendar(None)
    with transaction.atomic():
        made = set_up().version_of(calendar)
        transaction.set_rollback(True)
    found = set_up().version_of(calendar)
    assert found.digest == made.digest
    assert CalendarVersion.objects.get(pk=found.pk) == found


def test_hours_that_change_are_another_version(cast):
    before = set_up().version_of(set_up().calendar(None))
    set_up().calendar(None).holidays.create(date=MONDAY.date())
    assert set_up().version_of(set_up().calendar(None)) != before


def test_what_was_seen_before_a_rollback_is_never_taken_for_what_comes_after(cast, counted):
    counted.read()
    for expected in (2, 4):
        with transaction.atomic():
            Team.objects.filter(pk=cast.billing.pk).update(name=f"Billing {expected}")
            assert counted.read() == expected
            transaction.set_rollback(True)
        assert counted.read() == expected + 1


def test_an_area_that_nobody_watches_is_loaded_each_time(db):
    counted = Counted("nonsense")
    assert (counted.read(), counted.read()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_a_change_on_another_connection_counts_when_it_is_committed():
    cast = assemble()
    assert cast.billing.pk in set_up().teams
    elsewhere(lambda: Team.objects.filter(pk=cast.billing.pk).update(is_active=False))
    assert not set_up().teams[cast.billing.pk].is_active
    assert route_for(category=cast.billing_category, priority=2, organisation=None).why == "inactive_team"


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_not_committed_is_seen_by_its_own_transaction_only():
    cast = assemble()
    set_up()
    with transaction.atomic():
        berta = make_agent("Berta", cast.billing)
        assert berta.pk in set_up().people
        seen = []
        elsewhere(lambda: seen.append(berta.pk in set_up().people))
        assert seen == [False]
        assert berta.pk in set_up().people
    elsewhere(lambda: seen.append(berta.pk in set_up().people))
    assert seen == [False, True]


def test_a_decision_asks_as_often_for_many_agents_as_for_few(cast, django_assert_max_num_queries):
    cast.open_ticket()
    with django_assert_max_num_queries(60) as few:
        cast.open_ticket(title="One more")
    for number in range(12):
        make_agent(f"Agent{number}", cast.billing)
    cast.open_ticket(title="They have loads now")
    with django_assert_max_num_queries(len(few)):
        cast.open_ticket(title="And another")
