"""What one wants to hear, and one's profile: the defaults shown, only what differs kept, nonsense refused."""

from datetime import time

import pytest
from django.urls import reverse

from notifications.choices import STAFF_KINDS, choices_of
from notifications.models import ChannelPreference, MobileNumber, QuietHours
from teams.models import User

PREFERENCES, PROFILE = reverse("admin:preferences"), reverse("admin:profile")
DEFAULTS = {f"{kind.slug}:popup" for kind in STAFF_KINDS} | {
    f"{kind.slug}:email" for kind in STAFF_KINDS if kind.is_mailed_to_staff
}


@pytest.fixture
def amir(cast, desk):
    return desk(cast.amir)


def test_without_a_word_the_defaults_are_ticked(cast, amir):
    ticked = {
        f"{choice.kind.slug}:{choice.channel}"
        for row in amir.get(PREFERENCES).context["kinds"]
        for choice in row
        if choice.is_enabled
    }
    assert ticked == DEFAULTS
    assert {"noted:email", "opened:email"}.isdisjoint(ticked)


def test_only_what_differs_from_the_default_is_kept(cast, amir):
    wanted = DEFAULTS - {"replied:email"} | {"noted:email"}
    assert amir.post(PREFERENCES, {"wanted": sorted(wanted)}).status_code == 302
    kept = set(ChannelPreference.objects.values_list("user", "kind", "channel", "is_enabled"))
    assert kept == {(cast.amir.pk, "replied", "email", False), (cast.amir.pk, "noted", "email", True)}
    own = {(each.kind.slug, each.channel) for row in choices_of(cast.amir) for each in row if not each.is_default}
    assert own == {("replied", "email"), ("noted", "email")}
    amir.post(PREFERENCES, {"wanted": sorted(DEFAULTS)})
    assert not ChannelPreference.objects.exists()


def test_nobody_is_given_a_channel_or_kind_that_does_not_exist(amir):
    amir.post(PREFERENCES, {"wanted": [*sorted(DEFAULTS), "pigeon:post", "contacted:email", "x"]})
    assert not ChannelPreference.objects.exists()


def test_quiet_hours_are_kept_and_taken_away(cast, amir):
    hours = {"is_on": "on", "starts": "22:00", "ends": "07:00", "is_weekend_quiet": "on"}
    amir.post(PREFERENCES, {"wanted": sorted(DEFAULTS)} | hours)
    kept = QuietHours.objects.get(user=cast.amir)
    assert (kept.starts, kept.ends, kept.is_weekend_quiet) == (time(22), time(7), True)
    amir.post(PREFERENCES, {"wanted": sorted(DEFAULTS)} | hours | {"starts": "21:30"})
    assert QuietHours.objects.get(user=cast.amir).starts == time(21, 30)
    amir.post(PREFERENCES, {"wanted": sorted(DEFAULTS), "starts": "", "ends": ""})
    assert not QuietHours.objects.exists()


@pytest.mark.parametrize(
    "hours", [{"starts": "22:00", "ends": "22:00"}, {"starts": "", "ends": "07:00"}, {"starts": "25:00", "ends": "x"}]
)
def test_quiet_hours_that_make_no_sense_change_nothing(amir, hours):
    response = amir.post(PREFERENCES, {"wanted": ["noted:email"], "is_on": "on"} | hours)
    assert response.status_code == 200
    # What was ticked is still ticked.
    ticked = [
        f"{each.kind.slug}:{each.channel}" for row in response.context["kinds"] for each in row if each.is_enabled
    ]
    assert ticked == ["noted:email"]
    assert "field-error" in response.content.decode()
    assert not QuietHours.objects.exists()
    assert not ChannelPreference.objects.exists()


def test_a_profile_is_ones_own_and_holds_nothing_else(cast, amir):
    given = {"full_name": "Amir Haddad", "time_zone": "America/Sao_Paulo", "language": "de", "is_superuser": "on"}
    amir.post(PROFILE, given | {"email": "x@example.com", "pk": cast.lena.pk})
    person = User.objects.get(pk=cast.amir.pk)
    assert (person.full_name, person.time_zone, person.language) == ("Amir Haddad", "America/Sao_Paulo", "de")
    assert not person.is_superuser
    assert person.email == cast.amir.email
    assert User.objects.get(pk=cast.lena.pk).full_name == cast.lena.full_name


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"language": "xx"}, {"full_name": ""}, {"full_name": "a\x00b"}]
)
def test_a_profile_that_makes_no_sense_is_refused(cast, amir, wrong):
    given = {"full_name": "Amir", "time_zone": "Europe/Berlin", "language": "en"}
    response = amir.post(PROFILE, given | wrong)
    assert response.status_code == 200
    assert "field-error" in response.content.decode()
    assert User.objects.get(pk=cast.amir.pk).full_name == cast.amir.full_name


@pytest.fixture
def texting(settings):
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:1/messages"


def test_a_mobile_number_is_kept_as_machines_write_it_and_taken_away(cast, amir, texting):
    amir.post(PREFERENCES, {"wanted": [*sorted(DEFAULTS), "escalated:sms"], "number": "0049 170 / 123-4567"})
    assert MobileNumber.objects.get(user=cast.amir).number == "+491701234567"
    assert ChannelPreference.objects.get().channel == "sms"
    assert "+491701234567" in amir.get(PREFERENCES).content.decode()
    amir.post(PREFERENCES, {"wanted": sorted(DEFAULTS), "number": ""})
    assert not MobileNumber.objects.exists()


def test_a_number_without_a_country_code_changes_nothing(amir, texting):
    response = amir.post(PREFERENCES, {"wanted": ["noted:email"], "number": "0170 1234567"})
    assert "country code" in response.content.decode()
    assert not MobileNumber.objects.exists()
    assert not ChannelPreference.objects.exists()


def test_where_no_text_messages_are_sent_nobody_is_asked_for_a_number(cast, amir):
    assert "Mobile number" not in amir.get(PREFERENCES).content.decode()
    MobileNumber.objects.create(user=cast.amir, number="+491701234567")
    amir.post(PREFERENCES, {"wanted": sorted(DEFAULTS)})
    assert MobileNumber.objects.exists()
