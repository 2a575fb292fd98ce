"""The pages around promises: who may see them, and what they show and do."""

import pytest
from django.urls import reverse

from escalation.models import Automation, Escalation, EscalationPolicy, SlaPolicy, Snooze
from escalation.services.sweeping import sweep_clocks
from helpdesk.core.jobs import run_due_jobs
from helpdesk.core.models import Job
from teams.models import Calendar, ConfigurationChange
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, climb, promise
from tickets.models import Ticket
from tickets.services.conversing import reply


@pytest.fixture
def page(client):
    """Open an address of the console as somebody."""

    def open_as(person, name, *arguments, query="", data=None, **options):
        client.force_login(person)
        address = reverse(f"admin:{name}", args=arguments) + query
        return client.post(address, data) if data is not None else client.get(address, **options)

    return open_as


@pytest.fixture
def ticket(cast):
    promise(next_hours=2)
    climb((75, [{"do": "notify", "who": "lead"}]), (100, [{"do": "notify", "who": "lead"}]))
    return cast.open_ticket()


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("name", ["promises_kept", "promises_what_if", "promises_reapplying"])
def test_the_pages_are_for_those_who_lead_or_set_up(cast, page, client, name):
    assert page(cast.ada, name).status_code == 200
    assert page(cast.lena, name).status_code == (200 if name == "promises_kept" else 403)
    assert page(cast.amir, name).status_code == 403
    assert page(cast.rosa, name).status_code == 302
    client.logout()
    assert client.get(reverse(f"admin:{name}")).status_code == 302


def test_what_was_kept_and_that_nothing_was_missed(cast, page, ticket):
    reply(ticket, body="Hi", by=cast.amir, channel="web", at=MONDAY + HOUR)
    late = cast.open_ticket()
    found = text(page(cast.ada, "promises_kept", query="?days=90"))
    # Both tickets are from another season: one ran out long ago and nobody came by.
    assert "Something is late" in found
    sweep_clocks(as_of=MONDAY + 10_000 * HOUR)
    Escalation.objects.all().delete()
    late.escalation_timers.all().delete()
    ticket.escalation_timers.all().delete()
    assert "No promise was missed" in text(page(cast.ada, "promises_kept", query="?days=90"))


def test_what_if_plays_a_policy_and_says_what_differs(cast, page, ticket):
    policy = SlaPolicy.objects.get(name="Plain")
    form = page(cast.ada, "promises_what_if", query=f"?policy={policy.pk}")
    assert "4 h" in text(form)
    data = {"days": 400, "warning_percent": 75, "calendar": "", "first_response_medium": "1 min"}
    answer = page(cast.ada, "promises_what_if", query=f"?policy={policy.pk}", data=data)
    assert answer.status_code == 302
    job = Job.objects.get()
    assert "about to begin" in text(page(cast.ada, "promises_job", job.pk))
    run_due_jobs()
    assert "Would have been" in text(page(cast.ada, "promises_job", job.pk))
    assert page(cast.lena, "promises_job", job.pk).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_response_medium", "soon"),
        ("first_response_medium", "0 min"),
        ("first_response_medium", "99999 h"),
        ("days", "0"),
        ("days", "401"),
        ("warning_percent", "100"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_with_a_sentence(cast, page, ticket, field, value):
    policy = SlaPolicy.objects.get(name="Plain")
    data = {"days": 30, "warning_percent": 75, "calendar": ""} | {field: value}
    answer = page(cast.ada, "promises_what_if", query=f"?policy={policy.pk}", data=data)
    assert (answer.status_code, Job.objects.count()) == (422, 0)
    assert 'class="field-error"' in text(answer)


@pytest.mark.parametrize("hours", ["09:00–12:00, 11:00–17:00", "nine to five", "17:00–09:00"])
def test_hours_that_make_no_sense_are_refused(cast, page, ticket, hours):
    calendar = Calendar.objects.create(name="Office", time_zone="UTC")
    calendar.spans.create(weekday=0, opens="09:00", closes="17:00")
    data = {"days": 30, "day_0": hours, "closed": ""}
    answer = page(cast.ada, "promises_what_if", query=f"?calendar={calendar.pk}", data=data)
    assert (answer.status_code, Job.objects.count()) == (422, 0)


def test_levels_and_hours_can_be_played_as_well(cast, page, ticket):
    policy = EscalationPolicy.objects.get(name="Climbing")
    data = {"days": 30, "distance": 15} | {f"percent_{level.pk}": 50 for level in policy.levels.all()}
    assert page(cast.ada, "promises_what_if", query=f"?levels={policy.pk}", data=data).status_code == 302
    calendar = cast.billing.calendar
    data = {"days": 30, "day_0": "09:00–12:00, 13:00–17:00", "closed": "2026-12-24"}
    assert page(cast.ada, "promises_what_if", query=f"?calendar={calendar.pk}", data=data).status_code == 302
    run_due_jobs()
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_re_applying_is_looked_at_before_it_is_done(cast, page, ticket):
    SlaPolicy.objects.filter(name="Plain").update(version=2)
    page(cast.ada, "promises_reapplying", data={})
    preview = Job.objects.get()
    assert page(cast.ada, "promises_reapply", preview.pk, data={}).status_code == 404
    run_due_jobs()
    assert "Do it" in text(page(cast.ada, "promises_job", preview.pk))
    page(cast.ada, "promises_reapply", preview.pk, data={})
    run_due_jobs()
    assert "1 ticket runs" in text(page(cast.ada, "promises_job", Job.objects.latest("pk").pk))


def test_the_ticket_page_says_why_and_lets_levels_wait(cast, page, ticket):
    shown = text(page(cast.amir, "tickets_ticket_side", ticket.reference))
    assert "It is for every ticket." in shown
    data = {"hours": "4", "reason": "Waiting for a part"}
    assert page(cast.amir, "promises_snooze", ticket.reference, data=data).status_code == 302
    assert Snooze.objects.get(ticket=ticket).reason == "Waiting for a part"
    assert "lets it wait: Waiting for a part" in text(page(cast.amir, "promises_levels", ticket.reference))
    assert page(cast.noor, "promises_levels", ticket.reference).status_code == 404
    assert page(cast.noor, "promises_snooze", ticket.reference, data=data).status_code == 404
    page(cast.amir, "promises_snooze", ticket.reference, data={"hours": "4", "reason": ""})
    assert Ticket.objects.get(pk=ticket.pk).events.filter(kind="escalation.snoozed").count() == 1


def test_the_year_shows_days_off_and_a_click_works_on_one(cast, page):
    calendar = Calendar.objects.create(name="Munich", time_zone="Europe/Berlin", country="DE", region="BY")
    calendar.spans.create(weekday=1, opens="09:00", closes="17:00")
    holiday = calendar.holidays.create(date="2026-01-06", name="Epiphany", source="national")
    shown = page(cast.ada, "teams_calendar_year", calendar.pk, query="?year=2026")
    assert "Epiphany" in text(shown)
    page(cast.ada, "teams_calendar_working", calendar.pk, holiday.pk, data={"is_worked": "1"})
    holiday.refresh_from_db()
    assert holiday.is_worked
    assert ConfigurationChange.objects.filter(table="teams_holiday", by=cast.ada).exists()
    assert page(cast.amir, "teams_calendar_year", calendar.pk).status_code == 403


def test_history_shows_who_changed_a_policy_from_what_to_what(cast, page, ticket):
    policy = EscalationPolicy.objects.get(name="Climbing")
    level = policy.levels.get(number=1)
    prefix = {
        "levels-TOTAL_FORMS": "0",
        "levels-INITIAL_FORMS": "0",
        "levels-MIN_NUM_FORMS": "0",
        "levels-MAX_NUM_FORMS": "3",
    }
    data = {"name": "Climbing", "is_active": "on", "level_distance_seconds": "20 min"} | prefix
    assert page(cast.ada, "escalation_escalationpolicy_change", policy.pk, data=data).status_code == 302
    shown = text(page(cast.ada, "escalation_escalationpolicy_history", policy.pk))
    assert "working seconds between levels" in shown
    assert "1200" in shown
    assert "Ada" in shown
    assert level.pk


def test_a_dry_run_names_tickets_and_changes_nothing(cast, page, ticket, monkeypatch):
    automation = Automation.objects.create(name="A", happening="opened", actions=[{"do": "tag", "name": "new"}])
    monkeypatch.setattr("escalation.admin.automations.now", lambda: MONDAY + HOUR)
    assert ticket.reference in text(page(cast.ada, "escalation_automation_dry_run", automation.pk))
    assert not ticket.tags.exists()
    assert page(cast.amir, "escalation_automation_dry_run", automation.pk).status_code == 403


@pytest.mark.parametrize(
    "rule",
    [
        {"actions-0-do": "explode"},
        {},
        {"actions-0-do": "unknown", "actions-0-raw": "{"},
        {"actions-0-do": "close", "conditions-kept": '{"mood": ["bad"]}'},
    ],
)
def test_an_automation_that_makes_no_sense_is_refused(cast, page, rule):
    data = {"name": "A", "position": 1, "happening": "opened", "after_seconds": 0}
    answer = page(cast.ada, "escalation_automation_add", data=data | rule)
    assert (answer.status_code, Automation.objects.count()) == (200, 0)


@pytest.mark.parametrize("target", ["0", "-5", str(11 * 366 * 24 * 3600), "soon"])
def test_a_target_of_nothing_or_of_more_than_ten_years_is_refused(cast, page, target):
    data = {
        "name": "A", "position": 1, "warning_percent": 75, "reopen_rule": "continue",
        "targets-TOTAL_FORMS": "1", "targets-INITIAL_FORMS": "0", "targets-MIN_NUM_FORMS": "0",
        "targets-MAX_NUM_FORMS": "100", "targets-0-metric": "resolution", "targets-0-priority": "2",
        "targets-0-target_seconds": target,
    }  # fmt: skip
    answer = page(cast.ada, "escalation_slapolicy_add", data=data)
    assert (answer.status_code, SlaPolicy.objects.filter(name="A").exists()) == (200, False)
