"""A lead says who is away and for how long, and that they are back."""

from datetime import timedelta

import pytest

from helpdesk.core.errors import NotPermitted
from teams.models import Absence, TeamMembership
from teams.services.absences import AbsenceIsOver, begin_absence, end_absence
from tests.cast import MONDAY

FRIDAY = MONDAY + timedelta(days=4)


def stretches(person):
    return list(Absence.objects.filter(user=person).order_by("pk").values_list("starts_at", "ends_at"))


def test_it_lasts_from_now_until_the_instant(cast):
    begin_absence(cast.amir, until=FRIDAY, by=cast.lena, reason="Ill", at=MONDAY)

    assert stretches(cast.amir) == [(MONDAY, FRIDAY)]


def test_a_second_one_moves_the_end_of_the_first(cast):
    begin_absence(cast.amir, until=FRIDAY, by=cast.lena, at=MONDAY)
    sooner = MONDAY + timedelta(days=1)
    begin_absence(cast.amir, until=sooner, by=cast.lena, at=MONDAY + timedelta(hours=1))

    assert stretches(cast.amir) == [(MONDAY, sooner)]


def test_what_overlaps_ends_as_well_when_the_person_is_back_sooner(cast):
    for days in (2, 9):
        Absence.objects.create(user=cast.amir, starts_at=MONDAY, ends_at=MONDAY + timedelta(days=days))
    at = MONDAY + timedelta(hours=1)
    begin_absence(cast.amir, until=at + timedelta(hours=2), by=cast.lena, at=at)

    assert {end for _start, end in stretches(cast.amir)} == {at + timedelta(hours=2)}


def test_ending_it_leaves_what_is_planned_for_later(cast):
    later = Absence.objects.create(user=cast.amir, starts_at=FRIDAY, ends_at=FRIDAY + timedelta(days=1))
    begin_absence(cast.amir, until=FRIDAY - timedelta(days=1), by=cast.lena, at=MONDAY)
    back = MONDAY + timedelta(hours=2)

    assert end_absence(cast.amir, by=cast.lena, at=back) == 1
    assert stretches(cast.amir) == [(later.starts_at, later.ends_at), (MONDAY, back)]
    assert end_absence(cast.amir, by=cast.lena, at=back) == 0


def test_one_that_began_this_instant_leaves_nothing(cast):
    begin_absence(cast.amir, until=FRIDAY, by=cast.lena, at=MONDAY)

    assert end_absence(cast.amir, by=cast.lena, at=MONDAY) == 1
    assert stretches(cast.amir) == []


def test_only_leads_of_their_teams_and_administrators_may(cast):
    for somebody in (cast.amir, cast.noor, cast.rosa):
        with pytest.raises(NotPermitted):
            begin_absence(cast.amir, until=FRIDAY, by=somebody, at=MONDAY)
        with pytest.raises(NotPermitted):
            end_absence(cast.amir, by=somebody, at=MONDAY)
    begin_absence(cast.amir, until=FRIDAY, by=cast.ada, at=MONDAY)

    assert len(stretches(cast.amir)) == 1


def test_whoever_leads_another_team_may_not(cast):
    TeamMembership.objects.filter(user=cast.noor).update(role=TeamMembership.Role.LEAD)

    with pytest.raises(NotPermitted):
        begin_absence(cast.amir, until=FRIDAY, by=cast.noor, at=MONDAY)


def test_an_absence_that_is_over_is_refused(cast):
    with pytest.raises(AbsenceIsOver):
        begin_absence(cast.amir, until=MONDAY, by=cast.lena, at=MONDAY)
