"""Policies in the back office: editing what is promised makes a version, nonsense is refused, the log is read-only."""

import pytest
from django.urls import reverse

from escalation.models import Clock, Escalation, EscalationPolicy, SlaPolicy
from escalation.services.firing import fire_due_levels
from tests.admin.forms import filled_form, inline_row
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, climb, clock_of, promise


@pytest.fixture
def ada(cast, desk):
    return desk(cast.ada)


def address(row):
    return reverse(f"admin:escalation_{row._meta.model_name}_change", args=[row.pk])


def save(client, row, changes=(), *, new_rows=()):
    form = filled_form(client.get(address(row)).content.decode()) | dict(changes)
    for prefix, values in new_rows:
        inline_row(form, prefix, values)
    return client.post(address(row), form)


def test_another_target_makes_another_version_and_running_clocks_keep_theirs(cast, ada):
    policy = promise()
    before = cast.open_ticket()
    number = list(policy.targets.values_list("priority", "metric")).index((2, "first_response"))
    assert save(ada, policy, {f"targets-{number}-target_seconds": "60"}).status_code == 302
    after = cast.open_ticket()
    assert [clock_of(t, "first_response").policy_version for t in (before, after)] == [1, 2]
    assert [clock_of(t, "first_response").target_seconds for t in (before, after)] == [4 * 3600, 60]


def test_saving_without_a_change_makes_no_version(ada):
    policy = promise()
    assert save(ada, policy).status_code == 302
    assert SlaPolicy.objects.get(pk=policy.pk).version == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"conditions-kept": '{"colour": ["red"]}'}, "is no condition"),
        ({"conditions-priority": "urgent"}, "is no priority"),
        ({"warning_percent": "100"}, "99"),
        ({"targets-0-target_seconds": "0"}, "at least a second"),
        ({"targets-0-target_seconds": "999999999"}, "at most ten years"),
    ],
)
def test_a_promise_that_makes_no_sense_is_refused_with_a_reason(ada, changes, words):
    policy = promise()
    response = save(ada, policy, changes)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert SlaPolicy.objects.get(pk=policy.pk).version == 1


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ({"actions-0-do": ""}, "Add at least one action"),
        ({"actions-0-do": "dance"}, "Action 1: “do” must be one of"),
        ({"actions-0-do": "notify", "actions-0-who": "everybody"}, "Choose who"),
        ({"offset_percent": ""}, "Give either"),
        ({"number": "4"}, "3"),
        ({"anchor": "opened"}, "Only a clock has a target"),
    ],
)
def test_a_level_that_makes_no_sense_is_refused_with_a_reason(ada, level, words):
    policy = climb()
    sound = {
        "number": "1",
        "anchor": "resolution",
        "offset_percent": "50",
        "offset_seconds": "",
        "actions-0-do": "raise_priority",
    }
    response = save(ada, policy, new_rows=[("levels", sound | level)])
    assert response.status_code == 200
    assert words in response.content.decode()
    assert save(ada, policy, new_rows=[("levels", sound)]).status_code == 302
    assert EscalationPolicy.objects.get(pk=policy.pk).levels.count() == 1


def test_clocks_and_what_fired_can_be_seen_and_not_changed(cast, ada):
    promise()
    climb((75, [{"do": "notify", "who": "lead"}]))
    cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    for row in (Clock.objects.earliest("pk"), Escalation.objects.get()):
        assert ada.get(address(row)).status_code == 200
        assert ada.post(address(row), {}).status_code == 403
        assert ada.post(address(row).replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_policies_are_for_administrators(cast, desk):
    assert desk(cast.lena).get(reverse("admin:escalation_slapolicy_changelist")).status_code == 403
