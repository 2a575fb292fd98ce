"""The tools of leads: who sees them, what they show, and that an act does what it says."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils.timezone import now

from teams.models import Absence, AgentSkill, AssignmentPolicy, Shift, Skill, Team
from tests.cast import make_agent
from tickets.models import Ticket
from tickets.services.leaving import hand_over

TOOLS = ("load_board", "rebalancing", "skills_matrix", "absence_calendar")


@pytest.fixture
def berta(cast):
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=3)
    return berta


@pytest.fixture
def desk(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def at(name, *arguments):
    return reverse(f"admin:{name}", args=arguments)


def text(answer):
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


@pytest.mark.parametrize("tool", TOOLS)
def test_leads_and_administrators_see_the_tools_and_nobody_else(cast, client, tool):
    for person, status in ((cast.lena, 200), (cast.ada, 200), (cast.amir, 403), (cast.noor, 403), (cast.otto, 302)):
        client.force_login(person)
        assert client.get(at(tool)).status_code == status
    client.logout()
    assert client.get(at(tool)).status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tools_ask_as_often_for_a_large_team_as_for_a_small_one(
    cast, desk, tool, django_assert_max_num_queries, berta
):
    for number in range(6):
        cast.open_ticket(title=f"Ticket {number}", at=now())
    lena = desk(cast.lena)
    with django_assert_max_num_queries(22) as few:
        lena.get(at(tool))
    for number in range(6):
        make_agent(f"Agent{number}", cast.billing)
        cast.open_ticket(title=f"More {number}", at=now())
    with django_assert_max_num_queries(len(few)):
        lena.get(at(tool))


def test_a_lead_sees_their_teams_only(cast, desk):
    cast.open_ticket(title="Modem blinks", category=cast.technical_category, at=now())
    page = text(desk(cast.lena).get(at("load_board"), {"team": "technical"}))
    assert "Modem blinks" not in page
    assert "Modem blinks" in text(desk(cast.ada).get(at("load_board"), {"team": "technical"}))


def test_the_board_shows_who_has_what_and_moves_it(cast, desk, berta):
    ticket = cast.open_ticket(at=now())
    page = text(desk(cast.lena).get(at("load_board")))
    assert "Charged twice" in page
    assert "1 of 8 units" in page
    answer = desk(cast.lena).post(at("load_board"), {"team": "billing", "ticket": ticket.reference, "to": berta.pk})
    assert answer.status_code == HTTPStatus.FOUND
    assert Ticket.objects.get(pk=ticket.pk).assignee == berta


def test_a_script_is_answered_in_its_own_way(cast, desk, berta):
    ticket = cast.open_ticket(at=now())
    fields = {"team": "billing", "ticket": ticket.reference, "to": berta.pk}
    answer = desk(cast.lena).post(at("load_board"), fields, headers={"Accept": "application/json"})
    assert answer.json()["done"]["message"] == f"Berta has {ticket.reference} now."


@pytest.mark.parametrize("fields", [{"ticket": "HD-0"}, {"to": "x"}, {"ticket": "'"}, {"to": "0"}])
def test_a_move_that_makes_no_sense_moves_nothing(cast, desk, berta, fields):
    ticket = cast.open_ticket(at=now())
    sent = {"team": "billing", "ticket": ticket.reference, "to": berta.pk} | fields
    assert desk(cast.lena).post(at("load_board"), sent).status_code == HTTPStatus.NOT_FOUND
    assert Ticket.objects.get(pk=ticket.pk).assignee == cast.amir


def test_a_ticket_of_another_team_cannot_be_moved_here(cast, desk):
    other = cast.open_ticket(category=cast.technical_category, at=now())
    fields = {"team": "billing", "ticket": other.reference, "to": cast.amir.pk}
    assert desk(cast.lena).post(at("load_board"), fields).status_code == HTTPStatus.NOT_FOUND


def test_a_cell_of_the_matrix_is_saved(cast, desk):
    fields = {"team": "billing", "person": cast.lena.pk, f"skill-{cast.payments.pk}": "5"}
    desk(cast.lena).post(at("skills_matrix"), fields)
    assert AgentSkill.objects.get(user=cast.lena, skill=cast.payments).level == 5
    desk(cast.lena).post(at("skills_matrix"), fields | {f"skill-{cast.payments.pk}": "0"})
    assert not AgentSkill.objects.filter(user=cast.lena).exists()


@pytest.mark.parametrize("level", ["6", "-1", "x", "٣٣"])
def test_a_level_that_there_is_not_changes_nothing(cast, desk, level):
    fields = {"team": "billing", "person": cast.amir.pk, f"skill-{cast.payments.pk}": level}
    answer = desk(cast.lena).post(at("skills_matrix"), fields, headers={"Accept": "application/json"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert AgentSkill.objects.get(user=cast.amir, skill=cast.payments).level == 4


def test_nobody_of_another_team_is_edited(cast, desk):
    fields = {"team": "billing", "person": cast.noor.pk, f"skill-{cast.payments.pk}": "5"}
    desk(cast.lena).post(at("skills_matrix"), fields)
    assert not AgentSkill.objects.filter(user=cast.noor).exists()


def test_a_needed_skill_that_nobody_has_shows(cast, desk):
    AgentSkill.objects.all().delete()
    assert "needed here" in text(desk(cast.lena).get(at("skills_matrix")))
    Skill.objects.create(name="juggling", slug="juggling")
    assert text(desk(cast.lena).get(at("skills_matrix"))).count("needed here") == 1


def test_the_calendar_shows_who_is_away_and_when_nobody_is_there(cast, desk):
    for person in (cast.amir, cast.lena):
        Absence.objects.create(user=person, starts_at=now(), ends_at=now() + timedelta(days=3), reason="Conference")
    page = text(desk(cast.lena).get(at("absence_calendar")))
    assert 'data-state="away"' in page
    assert "Conference" in page
    assert "open, and nobody works" in page


def test_an_absence_is_planned_for_whole_days(cast, desk):
    begins = (now() + timedelta(days=30)).date()
    fields = {"team": "billing", "person": cast.amir.pk, "begins": begins, "ends": begins, "reason": "Wedding"}
    desk(cast.lena).post(at("absence_calendar"), fields)
    absence = Absence.objects.get(user=cast.amir)
    assert (absence.ends_at - absence.starts_at, absence.reason) == (timedelta(days=1), "Wedding")
    desk(cast.lena).post(at("absence_calendar"), fields | {"person": cast.noor.pk})
    desk(cast.lena).post(at("absence_calendar"), fields | {"begins": "2026-02-31"})
    assert Absence.objects.count() == 1


@pytest.mark.parametrize("query", [{"from": "x"}, {"from": "0001-01-01"}, {"from": "9999-12-31"}, {"weeks": "900"}])
def test_a_strange_address_shows_the_usual_weeks(cast, desk, query):
    text(desk(cast.lena).get(at("absence_calendar"), query))


def test_rebalancing_moves_what_was_chosen(cast, desk):
    for number in range(6):
        cast.open_ticket(title=f"Ticket {number}", at=now())
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=4)
    page = desk(cast.lena).get(at("rebalancing"))
    chosen = [move.ticket.pk for move, _why in page.context["moves"]][:1]
    assert chosen
    desk(cast.lena).post(at("rebalancing"), {"team": "billing", "move": chosen})
    assert list(Ticket.objects.filter(assignee=berta).values_list("pk", flat=True)) == chosen


def test_when_all_is_well_rebalancing_says_so(cast, desk):
    cast.open_ticket(at=now())
    assert "Nothing to move" in text(desk(cast.lena).get(at("rebalancing")))


def test_an_agent_takes_the_next_and_is_led_to_it(cast, desk):
    Team.objects.filter(pk=cast.billing.pk).update(policy=AssignmentPolicy.TAKE_NEXT)
    ticket = cast.open_ticket(at=now())
    assert "Take the next" in text(desk(cast.amir).get(at("shift")))
    answer = desk(cast.amir).post(at("taking"))
    assert answer.url == at("tickets_ticket_page", ticket.reference)
    assert desk(cast.amir).post(at("taking")).url == at("shift")


def test_before_the_shift_ends_the_agent_decides(cast, desk, berta):
    ticket = cast.open_ticket(at=now())
    soon = now() + timedelta(minutes=20)
    if soon.date() != now().date():
        pytest.skip("It is nearly midnight in UTC: the shift would end tomorrow.")
    Shift.objects.create(user=cast.amir, weekday=soon.weekday(), starts="00:00", ends=soon.time())
    assert "Hand over" in text(desk(cast.amir).get(at("shift")))
    desk(cast.amir).post(at("leaving", ticket.reference), {"act": "keep"})
    assert Ticket.objects.get(pk=ticket.pk).kept_until is not None
    desk(cast.amir).post(at("leaving", ticket.reference), {"act": "hand_over", "note": "She called twice."})
    assert Ticket.objects.get(pk=ticket.pk).assignee == berta
    assert "She called twice." in text(desk(berta).get(at("tickets_ticket_page", ticket.reference)))
    assert desk(cast.noor).post(at("leaving", ticket.reference), {"act": "keep"}).status_code == HTTPStatus.NOT_FOUND


def test_the_note_stands_before_the_conversation(cast, desk, berta):
    ticket = cast.open_ticket(at=now())
    hand_over(ticket, by=cast.amir, note="She called twice.", at=now())
    page = text(desk(berta).get(at("tickets_ticket_page", ticket.reference)))
    assert page.index("left-note") < page.index("You charged my card")
