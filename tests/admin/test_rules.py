"""Conditions and actions as rows of a form: what is stored comes out as it was, and what is wrong says what to do."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from escalation.actions import AUTOMATION_ACTIONS, LEVEL_ACTIONS
from escalation.conditions import AUTOMATION_FIELDS
from escalation.lengths import DelayField, LengthField, OffsetField
from escalation.models import Automation, Escalation, SlaPolicy
from teams.models import Organisation, Team, User
from tests.admin.forms import filled_form, inline_row
from tests.cast import MONDAY, make_person
from tests.escalation.desk import climb, promise
from tickets.models import Category, Tag


@pytest.fixture
def ada(cast, desk):
    return desk(cast.ada)


@pytest.fixture(autouse=True)
def acme(db):
    Organisation.objects.create(name="Acme, Inc.")
    Tag.objects.create(name="vip")


def address(row):
    return reverse(f"admin:escalation_{row._meta.model_name}_change", args=[row.pk])


def shown(client, row):
    return client.get(address(row)).content.decode()


def save(client, row, changes=()):
    """As a browser sends the page's form; a value of None is a box that is not ticked, or a row that is not there."""
    form = filled_form(shown(client, row)) | dict(changes)
    return client.post(address(row), {name: value for name, value in form.items() if value is not None})


def assert_saved(response):
    assert response.status_code == 302, response.context["errors"]


def assert_refused(response, *words):
    assert response.status_code == 200
    page = response.content.decode()
    for each in words:
        assert each in page


def automation(**fields):
    fields = {"name": "A", "happening": "opened", "actions": [{"do": "close"}]} | fields
    return Automation.objects.create(**fields)


def every_condition(cast):
    return {
        "category": ["billing", "technical"],
        "priority": ["high", "critical"],
        "team": [cast.billing.slug],
        "organisation": ["Acme, Inc."],
        "tag": ["vip"],
        "channel": ["email", "web"],
        "status": ["open", "pending_customer"],
    }


def every_action(cast):
    """Each kind, with each way in which it can be filled in."""
    return [
        {"do": "notify", "who": "assignee"},
        {"do": "notify", "who": f"user:{cast.amir.pk}"},
        {"do": "raise_priority"},
        {"do": "reassign", "to": "next_best"},
        {"do": "reassign", "to": f"team:{cast.technical.slug}"},
        {"do": "add_watcher", "who": "on_call"},
        {"do": "tag", "name": "slow"},
        {"do": "note", "text": "Two lines,\nand <b>marks</b> & “quotes”.\n"},
        {"do": "message", "text": "We are on it."},
    ]


# --- What is stored stays what it is ---


def test_every_condition_and_every_action_of_an_automation_comes_out_as_it_was(cast, ada):
    conditions = every_condition(cast)
    assert set(conditions) == set(AUTOMATION_FIELDS)
    first, second = (
        every_action(cast),
        [{"do": "untag", "name": "slow"}, {"do": "wait"}, {"do": "resolve"}, {"do": "close"}],
    )
    # The endpoint of a webhook is there with the app that sends.
    assert {each["do"] for each in [*first, *second]} | {"webhook"} == set(AUTOMATION_ACTIONS)
    for number, actions in enumerate((first, second)):
        rule = automation(name=f"A{number}", conditions=conditions, actions=actions)
        assert_saved(save(ada, rule))
        rule.refresh_from_db()
        assert {field: set(values) for field, values in rule.conditions.items()} == {
            field: set(values) for field, values in conditions.items()
        }
        assert rule.actions == actions


def test_every_action_of_a_level_comes_out_as_it_was(cast, ada):
    actions = [*every_action(cast), {"do": "tell_customer", "more_seconds": 5400}]
    assert {each["do"] for each in actions} | {"webhook"} == set(LEVEL_ACTIONS)
    policy = climb((75, actions, {"priority": ["high"]}))
    assert_saved(save(ada, policy))
    level = policy.levels.get()
    assert (level.actions, level.conditions) == (actions, {"priority": ["high"]})


def test_the_order_of_alternatives_is_no_change(cast, ada):
    policy = promise(conditions={"priority": ["low", "critical"], "category": ["technical", "billing"]})
    assert_saved(save(ada, policy))
    assert SlaPolicy.objects.get(pk=policy.pk).version == 1


def test_another_condition_makes_another_version(cast, ada):
    policy = promise(conditions={"priority": ["low"]})
    assert_saved(save(ada, policy, {"conditions-priority": "high"}))
    policy = SlaPolicy.objects.get(pk=policy.pk)
    assert (policy.version, policy.conditions) == (2, {"priority": ["high"]})


# --- What is typed in ---


def test_conditions_are_ticked_and_written(cast, ada):
    policy = promise()
    typed = {
        "conditions-category": ["billing", "technical"],
        "conditions-organisation": "  Acme, Inc. \r\n\r\nAcme, Inc.\r\n",
        "conditions-tag": "VIP",
    }
    assert_saved(save(ada, policy, typed))
    stored = SlaPolicy.objects.get(pk=policy.pk).conditions
    assert stored == {"category": ["billing", "technical"], "organisation": ["Acme, Inc."], "tag": ["vip"]}


def test_without_a_tick_it_is_for_every_ticket_again(cast, ada):
    policy = promise(conditions={"priority": ["low"], "organisation": ["Acme, Inc."]})
    assert_saved(save(ada, policy, {"conditions-priority": None, "conditions-organisation": ""}))
    assert SlaPolicy.objects.get(pk=policy.pk).conditions == {}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ({"do": "notify", "who": "lead"}, {"do": "notify", "who": "lead"}),
        ({"do": "add_watcher", "who": "person", "person": "AMIR@example.com"}, {"do": "add_watcher", "who": "amir"}),
        ({"do": "notify", "who": "person", "person": "Amir <amir@example.com>"}, {"do": "notify", "who": "amir"}),
        ({"do": "notify", "who": "person", "person": "amir"}, {"do": "notify", "who": "amir"}),
        ({"do": "reassign", "to": "team:technical"}, {"do": "reassign", "to": "team:technical"}),
        ({"do": "tag", "tag": "  Very   Slow "}, {"do": "tag", "name": "very slow"}),
        ({"do": "note", "text": "a\r\nb"}, {"do": "note", "text": "a\nb"}),
        # What another kind would need and was typed before is left behind.
        ({"do": "resolve", "text": "a", "tag": "b", "who": "lead"}, {"do": "resolve"}),
    ],
)
def test_each_kind_of_action_is_filled_in(cast, ada, typed, stored):
    rule = automation()
    assert_saved(save(ada, rule, {f"actions-0-{part}": value for part, value in typed.items()}))
    rule.refresh_from_db()
    assert rule.actions == [
        {name: f"user:{cast.amir.pk}" if value == "amir" else value for name, value in stored.items()}
    ]


def test_a_later_time_for_the_customer_is_written_as_people_say_it(ada):
    policy = climb((75, [{"do": "raise_priority"}]))
    assert_saved(save(ada, policy, {"levels-0-actions-0-do": "tell_customer", "levels-0-actions-0-more": "2 h"}))
    assert policy.levels.get().actions == [{"do": "tell_customer", "more_seconds": 7200}]


def test_actions_keep_the_order_of_their_places_and_what_is_removed_is_gone(ada):
    rule = automation(actions=[{"do": "tag", "name": "a"}, {"do": "tag", "name": "b"}, {"do": "tag", "name": "c"}])
    typed = {
        "actions-0-order": "3",
        "actions-1-remove": "on",
        "actions-2-order": "1",
        "actions-3-do": "close",
        "actions-3-order": "2",
        # A script numbers its rows as it likes.
        "actions-17-do": "wait",
        "actions-17-order": "2",
    }
    assert_saved(save(ada, rule, typed))
    rule.refresh_from_db()
    assert rule.actions == [{"do": "tag", "name": "c"}, {"do": "close"}, {"do": "wait"}, {"do": "tag", "name": "a"}]


def test_a_level_is_added_with_its_conditions_and_actions(ada):
    policy = climb()
    form = filled_form(shown(ada, policy))
    level = {
        "number": "1", "anchor": "resolution", "offset_percent": "", "offset_seconds": "15 min before",
        "conditions-category": ["billing"], "actions-0-do": "raise_priority", "actions-1-do": "close",
    }  # fmt: skip
    inline_row(form, "levels", level | {"actions-1-do": "tag", "actions-1-tag": "late"})
    assert_saved(ada.post(address(policy), form))
    stored = policy.levels.get()
    assert (stored.offset_seconds, stored.conditions) == (-900, {"category": ["billing"]})
    assert stored.actions == [{"do": "raise_priority"}, {"do": "tag", "name": "late"}]


# --- What makes no sense ---


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"do": "notify"}, "Choose who: a role, or a person who works here."),
        ({"do": "notify", "who": "person"}, "Choose who: a role, or a person who works here."),
        ({"do": "notify", "who": "person", "person": "Bob"}, "Nobody is found by “Bob”"),
        ({"do": "notify", "who": "person", "person": "user:987654321"}, "nobody with the number 987654321"),
        ({"do": "reassign"}, "Choose who gets it."),
        ({"do": "reassign", "to": "team:nowhere"}, "There is no team “nowhere” any more"),
        ({"do": "tag", "tag": " "}, "Write the tag"),
        ({"do": "tag", "tag": "x" * 41}, "40 characters at most"),
        ({"do": "note", "text": " "}, "Write the text"),
        ({"do": "note", "text": "x" * 2001}, "2000 characters at most"),
        ({"do": "webhook", "endpoint": "nowhere"}, "There is no webhook “nowhere” any more"),
        ({"do": "webhook"}, "Choose which webhook."),
        ({"do": "", "text": "a"}, "Choose what is to happen"),
        ({"do": "", "who": "lead"}, "Choose what is to happen"),
        ({"do": "", "to": "next_best"}, "Choose what is to happen"),
        ({"do": "", "endpoint": "pager"}, "Choose what is to happen"),
        ({"do": "unknown", "raw": "[]"}, "This is no action that we know"),
    ],
)
def test_an_action_that_lacks_something_says_so_at_its_row(cast, ada, typed, words):
    rule = automation(actions=[{"do": "close"}, {"do": "wait"}])
    response = save(ada, rule, {f"actions-1-{part}": value for part, value in typed.items()})
    assert_refused(response, words, 'id="id_actions-1-faults"', "see the marked actions")
    assert 'id="id_actions-0-faults"' not in response.content.decode()
    assert Automation.objects.get().actions == [{"do": "close"}, {"do": "wait"}]


@pytest.mark.parametrize("more", ["", "soon", "30 s", "2161 h"])
def test_a_later_time_that_is_none_says_so(ada, more):
    policy = climb((75, [{"do": "raise_priority"}]))
    typed = {"levels-0-actions-0-do": "tell_customer", "levels-0-actions-0-more": more}
    assert_refused(save(ada, policy, typed), "between a minute and 90 days", 'id="id_levels-0-actions-0-faults"')


def test_what_was_typed_is_still_there_when_it_is_refused(ada):
    rule = automation()
    typed = {
        "conditions-organisation": "Nowhere Ltd",
        "conditions-category": ["billing"],
        "actions-0-do": "notify",
        "actions-0-who": "person",
        "actions-0-person": "Bob",
        "actions-1-do": "note",
        "actions-1-text": "Look at it.",
    }
    form = filled_form(save(ada, rule, typed).content.decode())
    kept = {name: form[name].strip() if isinstance(form[name], str) else form[name] for name in typed}
    assert kept == typed | {"conditions-category": "billing"}


def test_more_than_ten_actions_are_refused(ada):
    typed = {f"actions-{number}-do": "wait" for number in range(11)}
    assert_refused(save(ada, automation(), typed), "These are 11 actions; 10 at most.")


def test_the_name_of_an_organisation_is_kept_as_it_is_however_it_is_written(ada):
    Organisation.objects.create(name="Acme  Inc")
    policy = promise(conditions={"organisation": ["Acme  Inc"]})
    assert_saved(save(ada, policy, {"name": "Another"}))
    policy.refresh_from_db()
    assert policy.conditions == {"organisation": ["Acme  Inc"]}


def test_two_people_of_one_name_are_told_apart_by_their_address(cast, ada):
    make_person("amir2", is_staff=True)
    User.objects.filter(email="amir2@example.com").update(full_name="Amir")
    typed = {"actions-0-do": "notify", "actions-0-who": "person", "actions-0-person": "Amir"}
    assert_refused(save(ada, automation(), typed), "Nobody is found by “Amir”: write an e-mail address.")


def test_a_customer_is_never_meant_by_a_name_nor_by_an_address(cast, ada):
    User.objects.filter(pk=cast.rosa.pk).update(full_name="On call")
    rule = automation()
    typed = {"actions-0-do": "add_watcher", "actions-0-who": "person", "actions-0-person": "On call"}
    assert_refused(save(ada, rule, typed), "Nobody is found by “On call”")
    typed["actions-0-person"] = cast.rosa.email
    assert_refused(save(ada, rule, typed), "On call does not work here")


def test_a_customer_who_has_the_name_of_a_colleague_changes_nothing(cast, ada):
    User.objects.filter(pk=cast.rosa.pk).update(full_name=cast.amir.full_name)
    rule = automation()
    typed = {"actions-0-do": "notify", "actions-0-who": "person", "actions-0-person": cast.amir.full_name}
    assert_saved(save(ada, rule, typed))
    rule.refresh_from_db()
    assert rule.actions[0] == {"do": "notify", "who": f"user:{cast.amir.pk}"}


def test_the_history_puts_rules_in_words_too(cast, ada):
    rule = automation(conditions={"category": ["billing"]}, actions=[{"do": "notify", "who": f"user:{cast.amir.pk}"}])
    assert_saved(save(ada, rule, {"conditions-category": None, "actions-0-do": "raise_priority"}))
    history = ada.get(reverse("admin:escalation_automation_history", args=[rule.pk])).content.decode()
    for each in ("Billing", "every ticket", "Tell Amir", "Raise the priority"):
        assert each in history


# --- What is gone ---


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("category", "There is no category “gone” any more"),
        ("team", "There is no team “gone” any more"),
        ("organisation", "There is no organisation “gone”"),
        ("tag", "There is no tag “gone”"),
        ("channel", "There is no channel “gone” any more"),
    ],
)
def test_what_a_condition_names_and_is_gone_is_shown_and_refused_until_it_is_taken_out(ada, field, words):
    policy = promise(conditions={field: ["gone"], "priority": ["high"]})
    page = shown(ada, policy)
    assert words in page
    assert filled_form(page)[f"conditions-{field}"].strip() == "gone"
    assert_refused(save(ada, policy, {"name": "Another"}), words)
    assert_saved(save(ada, policy, {f"conditions-{field}": ""}))
    assert SlaPolicy.objects.get(pk=policy.pk).conditions == {"priority": ["high"]}


def test_a_category_or_team_that_is_switched_off_may_stay_in_a_condition(cast, ada):
    policy = promise(conditions={"category": ["billing"], "team": ["technical"]})
    Category.objects.filter(slug="billing").update(is_active=False)
    Team.objects.filter(slug="technical").update(is_active=False)
    assert_saved(save(ada, policy))
    assert SlaPolicy.objects.get(pk=policy.pk).conditions == {"category": ["billing"], "team": ["technical"]}


def test_whom_or_what_an_action_names_and_is_gone_is_shown_and_refused(cast, ada):
    rule = automation(
        actions=[
            {"do": "notify", "who": f"user:{cast.amir.pk}"},
            {"do": "notify", "who": "user:987654321"},
            {"do": "reassign", "to": "team:technical"},
            {"do": "reassign", "to": "team:nowhere"},
            {"do": "webhook", "endpoint": "nowhere"},
        ]
    )
    User.objects.filter(pk=cast.amir.pk).update(is_active=False)
    Team.objects.filter(slug="technical").update(is_active=False)
    words = (
        "Amir is switched off",
        "nobody with the number 987654321 any more",
        "The team “Technical” is switched off",
        "no team “nowhere” any more",
        "no webhook “nowhere” any more",
    )
    page = shown(ada, rule)
    form = filled_form(page)
    assert all(each in page for each in words)
    assert (form["actions-0-person"], form["actions-1-person"]) == ("Amir <amir@example.com>", "user:987654321")
    assert [form[f"actions-{n}-{part}"] for n, part in ((2, "to"), (3, "to"), (4, "endpoint"))] == [
        "team:technical", "team:nowhere", "nowhere",
    ]  # fmt: skip
    assert_refused(save(ada, rule, {"name": "Another"}), *words)
    mended = {f"actions-{number}-remove": "on" for number in range(1, 5)}
    assert_saved(save(ada, rule, mended | {"actions-0-who": "lead"}))
    rule.refresh_from_db()
    assert rule.actions == [{"do": "notify", "who": "lead"}]


def test_what_is_stored_and_not_known_is_shown_and_leaves_only_when_somebody_takes_it_out(ada):
    strange = {"do": "note", "text": "a", "loud": True}
    rule = automation(
        conditions={"colour": ["red"], "tag": "vip"}, actions=[strange, {"do": "explode"}, {"do": "wait"}]
    )
    page = shown(ada, rule)
    form = filled_form(page)
    assert "colour: red" in page
    assert [json.loads(each) for each in form["conditions-kept"]] == [{"tag": "vip"}, {"colour": ["red"]}]
    assert json.loads(form["actions-0-raw"]) == strange
    assert_refused(save(ada, rule), "“colour” is no condition", "This is no action that we know")
    out = {"conditions-kept": None, "actions-0-remove": "on", "actions-1-do": "close"}
    assert_saved(save(ada, rule, out))
    rule.refresh_from_db()
    assert (rule.conditions, rule.actions) == ({}, [{"do": "close"}, {"do": "wait"}])


# --- However much there is ---


def test_the_page_takes_as_many_queries_for_many_rules_as_for_one(cast, ada, django_assert_max_num_queries):
    names = [f"Company {number}" for number in range(30)]
    Organisation.objects.bulk_create(Organisation(name=name) for name in names)
    people = [make_person(f"agent{number}", is_staff=True) for number in range(9)]
    climb((75, [{"do": "raise_priority"}]), name="Small")
    actions = [{"do": "notify", "who": f"user:{person.pk}"} for person in people]
    large = climb(
        *((percent, actions, {"organisation": names, "tag": ["vip"], "team": ["billing"]}) for percent in (50, 75, 99)),
        name="Large",
        conditions={"organisation": names[:5], "category": ["billing"]},
    )
    shown(ada, large)
    with django_assert_max_num_queries(12):
        page = shown(ada, large)
    assert "Company 29" in page
    with django_assert_max_num_queries(12):
        listed = ada.get(reverse("admin:escalation_escalationpolicy_changelist")).content.decode()
    assert "agent8" in listed


# --- In words ---


def listed(client, model):
    return client.get(reverse(f"admin:escalation_{model}_changelist")).content.decode()


def test_lists_say_in_a_sentence_what_a_rule_does(cast, ada):
    conditions = {"category": ["billing", "technical"], "priority": ["high"], "organisation": ["Acme, Inc."]}
    promise(conditions=conditions)
    climb(
        (75, [{"do": "notify", "who": "assignee"}, {"do": "raise_priority"}]),
        (100, [{"do": "notify", "who": f"user:{cast.lena.pk}"}], {"tag": ["vip"]}),
        conditions=conditions,
    )
    automation(
        happening="resolved", after_seconds=7200, conditions={"status": ["resolved"]},
        actions=[{"do": "reassign", "to": "team:technical"}, {"do": "tag", "name": "old"}],
    )  # fmt: skip
    assert "Billing or Technical, high priority and from Acme, Inc." in listed(ada, "slapolicy")
    levels = listed(ada, "escalationpolicy")
    assert "When Billing or Technical, high priority and from Acme, Inc." in levels
    assert "At 75 % of the time for the first response: tell whoever has it, then raise the priority." in levels
    assert "At the deadline of the first response, when tagged vip: tell Lena." in levels
    said = listed(ada, "automation")
    assert "It is resolved, 2 h of working time pass, and it is in status Resolved: give it to Technical" in said
    assert "then tag it “old”." in said


def test_a_list_also_says_what_is_gone_or_not_known(ada):
    automation(
        actions=[{"do": "explode"}, {"do": "notify", "who": "user:987654321"}, {"do": "tag"}],
        conditions={"team": ["x"]},
    )
    assert "with team x: explode, then tell somebody who is gone, then tag." in listed(ada, "automation")


def test_a_list_leads_to_a_new_rule_and_a_log_to_none(ada):
    for model in ("slapolicy", "escalationpolicy", "automation"):
        assert reverse(f"admin:escalation_{model}_add") in listed(ada, model)
    assert reverse("admin:escalation_escalation_add") not in listed(ada, "escalation")


def test_the_log_says_what_was_done_what_failed_and_what_was_skipped(cast, ada):
    ticket = cast.open_ticket()
    level = climb((75, [{"do": "close"}])).levels.get()
    fields = {"ticket": ticket, "level": level, "due_at": MONDAY, "fired_at": MONDAY}
    results = [
        {"do": "raise_priority", "ok": True},
        {"do": "reassign", "ok": False, "error": "x", "said": "Nobody is in."},
    ]
    Escalation.objects.create(episode="a", outcome="fired", results=results, **fields)
    Escalation.objects.create(episode="b", outcome="skipped", failed_condition="tag", **fields)
    log = listed(ada, "escalation")
    assert reverse("admin:tickets_ticket_page", args=[ticket.reference]) in log
    assert "<li>Raise the priority one step</li><li>Give it to – failed: Nobody is in.</li>" in log
    assert "Nothing: the condition “Tag” did not hold." in log


# --- Names to choose from ---


def names(client, kind, typed=""):
    return client.get(reverse("admin:promises_names", args=[kind]), {"q": typed})


def test_names_are_found_by_what_is_typed_and_never_all_of_them(cast, ada):
    Organisation.objects.bulk_create(Organisation(name=f"Company {number:02}") for number in range(30))
    assert names(ada, "organisation", "acme").json()["names"] == ["Acme, Inc."]
    assert len(names(ada, "organisation").json()["names"]) == 20
    assert names(ada, "tag", "V").json()["names"] == ["vip"]
    assert names(ada, "person", "le").json()["names"] == ["Lena <lena@example.com>"]
    # Customers are told of nothing inside.
    assert names(ada, "person", "rosa").json()["names"] == []
    assert names(ada, "person", "\x00").json()["names"]
    assert names(ada, "colour").status_code == 404


def test_names_are_for_whoever_may_change_promises(cast, desk):
    for person in (cast.amir, cast.lena):
        assert names(desk(person), "person").status_code == 403


# --- Lengths of time ---


@pytest.mark.parametrize(
    ("field", "text", "seconds"),
    [
        (LengthField, "4 h 30 min", 16_200),
        (LengthField, "90", 90),
        (DelayField, "0", 0),
        (DelayField, "2 h", 7200),
        (OffsetField, "0", 0),
        (OffsetField, "15 min before", -900),
        (OffsetField, "-15 min", -900),
        (OffsetField, "−1 h", -3600),
        (OffsetField, "30 min", 1800),
    ],
)
def test_a_length_is_read_and_written_the_same_way(field, text, seconds):
    assert field().clean(text) == seconds
    assert field().clean(field().prepare_value(seconds)) == seconds
    assert not field().has_changed(seconds, text)
    assert field().has_changed(seconds, "1 h 1 s")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (LengthField, "0"), (LengthField, "soon"), (LengthField, "15 min before"), (LengthField, "99999 h"),
        (DelayField, "-5 min"), (DelayField, "h"), (OffsetField, "before"), (OffsetField, "99999 h before"),
    ],
)  # fmt: skip
def test_what_is_no_length_is_refused(field, text):
    with pytest.raises(ValidationError):
        field().clean(text)
