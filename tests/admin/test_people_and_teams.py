from datetime import time

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from teams.models import (
    Absence,
    AgentProfile,
    ApiToken,
    Calendar,
    CalendarSpan,
    Holiday,
    OnCallShift,
    Shift,
    Team,
    TeamMembership,
    User,
)
from tests.admin.forms import filled_form, inline_row
from tickets.models import Category, CategorySkill, RoutingRule, Tag

ADMINISTERED = ["user", "team", "calendar", "skill", "organisation", "absence", "apitoken"]


@pytest.fixture
def ada(cast, desk):
    return desk(cast.ada)


def page(app, model, *args):
    return reverse(f"admin:{app}_{model}_{'change' if args else 'changelist'}", args=args)


def save(client, path, changes=(), *, rows=()):
    """Fill in the page's form as a browser has it, with `changes`, and send it."""
    form = filled_form(client.get(path).content.decode()) | dict(changes)
    for row in rows:
        inline_row(form, *row)
    return client.post(path, form)


def assert_saved(response):
    errors = getattr(response, "context", None) and response.context.get("errors")
    assert response.status_code == 302, errors


def assert_refused(response, words):
    assert response.status_code == 200
    assert words in response.content.decode()


@pytest.mark.parametrize("model", ADMINISTERED)
def test_people_teams_and_hours_are_for_administrators(cast, desk, model):
    assert desk(cast.ada).get(page("teams", model)).status_code == 200
    for person in (cast.amir, cast.lena):
        assert desk(person).get(page("teams", model)).status_code == 403


def test_every_page_of_every_model_opens(cast, ada):
    cast.open_ticket()
    for model, model_admin in admin.site._registry.items():
        names = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert ada.get(reverse(f"{names}_changelist")).status_code == 200, model
        first = model_admin.get_queryset(ada.get(reverse("admin:index")).wsgi_request).first()
        if first is not None:
            assert ada.get(reverse(f"{names}_change", args=[first.pk]), follow=True).status_code == 200, model


def test_no_second_source_of_rights_is_offered(cast, ada):
    assert not admin.site.is_registered(Group)
    page_of_amir = ada.get(page("teams", "user", cast.amir.pk)).content.decode()
    assert "user_permissions" not in page_of_amir
    assert "groups" not in filled_form(page_of_amir)


def test_a_person_is_edited_without_their_password_being_shown(cast, ada):
    cast.amir.set_password("correct horse battery")
    cast.amir.save()
    page_of_amir = ada.get(page("teams", "user", cast.amir.pk)).content.decode()
    _algorithm, _iterations, salt, digest = cast.amir.password.split("$")
    assert salt not in page_of_amir
    assert digest not in page_of_amir
    assert_saved(save(ada, page("teams", "user", cast.amir.pk), {"full_name": "Amir A.", "password": "forged"}))
    cast.amir.refresh_from_db()
    assert cast.amir.full_name == "Amir A."
    assert cast.amir.check_password("correct horse battery")


def test_a_password_is_set_on_its_own_page(cast, ada):
    path = page("teams", "user", cast.amir.pk).replace("change/", "password/")
    form = {"password1": "correct horse battery", "password2": "correct horse battery", "usable_password": "true"}
    assert ada.post(path, form).status_code == 302
    cast.amir.refresh_from_db()
    assert cast.amir.check_password("correct horse battery")


def test_a_new_person_may_have_no_password_yet(cast, ada):
    form = {"email": "New@Example.com", "full_name": "New", "usable_password": "false"}
    assert_saved(ada.post(reverse("admin:teams_user_add"), form))
    person = User.objects.get(email="new@example.com")
    assert not person.has_usable_password()
    assert_refused(ada.post(reverse("admin:teams_user_add"), form), "This address is taken.")


def test_an_administrator_is_staff(cast, ada):
    response = save(ada, page("teams", "user", cast.rosa.pk), {"is_superuser": "on"})
    assert_refused(response, "An administrator is staff, too.")


def test_people_are_never_deleted(cast, ada):
    assert ada.post(reverse("admin:teams_user_delete", args=[cast.otto.pk]), {"post": "yes"}).status_code == 403
    ada.post(page("teams", "user"), {"action": "delete_selected", "_selected_action": [cast.otto.pk], "post": "yes"})
    assert User.objects.filter(pk=cast.otto.pk).exists()


def test_an_agent_has_profile_skills_shifts_and_absences_on_one_page(cast, ada):
    rows = [
        ("shifts", {"weekday": "0", "starts": "09:00", "ends": "17:00"}),
        (
            "absences",
            {"starts_at_0": "2026-04-01", "starts_at_1": "00:00", "ends_at_0": "2026-04-08", "ends_at_1": "00:00"},
        ),
    ]
    changes = {"agent_profile-0-capacity": "12", "skills-0-level": "5"}
    assert_saved(save(ada, page("teams", "user", cast.amir.pk), changes, rows=rows))
    assert AgentProfile.objects.get(user=cast.amir).capacity == 12
    assert cast.amir.skills.get().level == 5
    assert Shift.objects.get(user=cast.amir).starts == time(9)
    assert Absence.objects.get(user=cast.amir).ends_at.year == 2026


def test_hours_that_end_before_they_begin_are_refused(cast, ada):
    path = page("teams", "user", cast.amir.pk)
    shift = ("shifts", {"weekday": "0", "starts": "17:00", "ends": "09:00"})
    assert_refused(save(ada, path, rows=[shift]), "must end after it begins")
    absence = (
        "absences",
        {"starts_at_0": "2026-04-08", "starts_at_1": "0:00", "ends_at_0": "2026-04-01", "ends_at_1": "0:00"},
    )
    assert_refused(save(ada, path, rows=[absence]), "must end after it begins")


def test_a_team_has_its_members_and_who_is_on_call(cast, ada):
    rows = [
        ("memberships", {"user": cast.noor.pk, "role": "agent"}),
        ("on_call_shifts", {
            "user": cast.noor.pk, "starts_at_0": "2026-04-01", "starts_at_1": "18:00",
            "ends_at_0": "2026-04-02", "ends_at_1": "08:00",
        }),
    ]  # fmt: skip
    assert_saved(save(ada, page("teams", "team", cast.billing.pk), rows=rows))
    assert TeamMembership.objects.filter(team=cast.billing, user=cast.noor).exists()
    assert OnCallShift.objects.get().team == cast.billing


def test_customers_cannot_belong_to_a_team(cast, ada):
    row = ("memberships", {"user": cast.rosa.pk, "role": "agent"})
    assert_refused(save(ada, page("teams", "team", cast.billing.pk), rows=[row]), "valid choice")


def test_exactly_one_team_is_general(cast, ada):
    path = page("teams", "team")
    ada.post(path, {"action": "make_general", "_selected_action": [cast.billing.pk]})
    assert list(Team.objects.filter(is_general=True)) == [cast.billing]
    Team.objects.filter(pk=cast.technical.pk).update(is_active=False)
    response = ada.post(path, {"action": "make_general", "_selected_action": [cast.technical.pk]}, follow=True)
    assert "Switch it on first" in response.content.decode()
    assert list(Team.objects.filter(is_general=True)) == [cast.billing]


def test_the_general_team_is_neither_switched_off_nor_deleted(cast, ada):
    path = page("teams", "team", cast.general.pk)
    form = filled_form(ada.get(path).content.decode())
    form.pop("is_active")
    assert_refused(ada.post(path, form), "cannot be switched off")
    assert ada.post(reverse("admin:teams_team_delete", args=[cast.general.pk]), {"post": "yes"}).status_code == 403
    ada.post(page("teams", "team"), {"action": "delete_selected", "_selected_action": [cast.general.pk], "post": "yes"})
    assert Team.objects.filter(is_general=True, is_active=True).count() == 1


def test_exactly_one_calendar_is_the_default(cast, ada):
    always = Calendar.objects.get(name="Always")
    ada.post(page("teams", "calendar"), {"action": "make_default", "_selected_action": [always.pk]})
    assert list(Calendar.objects.filter(is_default=True)) == [always]
    assert ada.post(reverse("admin:teams_calendar_delete", args=[always.pk]), {"post": "yes"}).status_code == 403


@pytest.fixture
def office(cast):
    calendar = Calendar.objects.create(name="Office", time_zone="Europe/Berlin")
    CalendarSpan.objects.create(calendar=calendar, weekday=0, opens=time(9), closes=time(12))
    return calendar


def test_a_calendar_takes_several_spans_a_day_and_partial_holidays(ada, office):
    rows = [
        ("spans", {"weekday": "0", "opens": "13:00", "closes": "00:00"}),
        ("holidays", {"date": "2026-12-24", "name": "Christmas Eve", "closed_from": "14:00", "closed_until": "00:00"}),
        ("holidays", {"date": "2026-12-25", "name": "Christmas"}),
    ]
    assert_saved(save(ada, page("teams", "calendar", office.pk), rows=rows))
    assert office.definition()["week"][0] == [
        {"opens": 9 * 3600, "closes": 12 * 3600},
        {"opens": 13 * 3600, "closes": 86400},
    ]
    assert Holiday.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("spans", {"weekday": "0", "opens": "11:00", "closes": "15:00"}), "overlap"),
        (("spans", {"weekday": "1", "opens": "15:00", "closes": "11:00"}), "must end after it begins"),
        (("holidays", {"date": "2026-12-24", "closed_from": "14:00"}), "both times"),
        (("holidays", {"date": "2026-12-24", "closed_from": "14:00", "closed_until": "13:00"}), "must end after"),
    ],
)
def test_hours_that_make_no_sense_together_are_refused(ada, office, row, words):
    before = office.definition()
    assert_refused(save(ada, page("teams", "calendar", office.pk), rows=[row]), words)
    assert Calendar.objects.get(pk=office.pk).definition() == before


def test_a_calendar_needs_hours_unless_it_is_always_open(ada, office):
    path = page("teams", "calendar", office.pk)
    assert_refused(save(ada, path, {"spans-0-DELETE": "on"}), "needs working hours")
    assert_saved(save(ada, path, {"spans-0-DELETE": "on", "is_always_open": "on"}))
    assert_refused(save(ada, path, {"time_zone": "Mars/Olympus"}), "is no time zone")


def test_tokens_are_revoked_and_never_shown(cast, ada, api_token):
    kept = ApiToken.objects.get()
    for path in (page("teams", "apitoken"), page("teams", "apitoken", kept.pk)):
        shown = ada.get(path).content.decode()
        assert kept.digest not in shown
        assert api_token not in shown
    assert ada.get(reverse("admin:teams_apitoken_add")).status_code == 403
    ada.post(page("teams", "apitoken"), {"action": "revoke", "_selected_action": [kept.pk]})
    kept.refresh_from_db()
    assert kept.revoked_at is not None


@pytest.fixture
def api_token(cast):
    return ApiToken.objects.issue(cast.amir, name="crm")


def test_categories_their_needs_rules_and_tags_are_edited(cast, ada):
    row = ("needs", {"skill": cast.payments.pk, "min_level": "3", "is_required": "on"})
    payment = Category.objects.get(slug="payment")
    assert_saved(save(ada, page("tickets", "category", payment.pk), {"name": "Payments"}, rows=[row]))
    assert CategorySkill.objects.get(category=payment).min_level == 3
    rule = {"position": "5", "category": payment.pk, "priority": "4", "organisation": "", "team": cast.technical.pk}
    assert_saved(ada.post(reverse("admin:tickets_routingrule_add"), rule))
    assert RoutingRule.objects.get(position=5).priority == 4
    assert_refused(ada.post(reverse("admin:tickets_routingrule_add"), rule | {"priority": "9"}), "valid choice")
    assert_saved(ada.post(reverse("admin:tickets_tag_add"), {"name": "  VIP  customer "}))
    assert Tag.objects.get().name == "vip customer"
    assert (
        ada.post(reverse("admin:tickets_tag_delete", args=[Tag.objects.get().pk]), {"post": "yes"}).status_code == 403
    )


@pytest.mark.parametrize("model", ["category", "routingrule", "tag"])
def test_they_are_for_administrators(cast, desk, model):
    assert desk(cast.lena).get(page("tickets", model)).status_code == 403
