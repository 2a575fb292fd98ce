from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now
from rest_framework.test import APIClient

from teams.models import ApiToken, User
from tests.api.conftest import assert_problem

ME = "/api/v1/me/"


def with_header(value):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=value)
    return client


@pytest.fixture
def token(cast):
    return ApiToken.objects.issue(cast.amir, name="test")


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "token", "BEARER"])
def test_a_token_speaks_for_its_person(cast, token, scheme):
    assert with_header(f"{scheme} {token}").get(ME).json()["email"] == cast.amir.email


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer hd_nonsense", "Token \x00", "Token ÿ", "Basic YTpi", "Bearer " + "x" * 9999],
)
def test_without_a_good_token_nothing_is_told(cast, token, header):
    response = with_header(header).get(ME)
    assert_problem(response, 401)
    assert response["WWW-Authenticate"] == 'Bearer realm="helpdesk"'


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": now()},
        {"expires_at": now() - timedelta(seconds=1)},
    ],
)
def test_a_revoked_or_expired_token_answers_like_an_unknown_one(cast, token, change):
    ApiToken.objects.update(**change)
    spent, unknown = with_header(f"Token {token}").get(ME), with_header("Token hd_nonsense").get(ME)
    assert (spent.status_code, spent.content) == (401, unknown.content)


def test_the_token_of_somebody_who_has_left_is_worth_nothing(cast, token):
    User.objects.filter(pk=cast.amir.pk).update(is_active=False)
    assert_problem(with_header(f"Token {token}").get(ME), 401)


@pytest.mark.parametrize("is_good", [True, False])
def test_looking_at_a_token_takes_one_query(cast, token, is_good, django_assert_num_queries):
    client = with_header(f"Token {token if is_good else 'hd_nonsense'}")
    client.get("/api/v1/categories/")
    with django_assert_num_queries(2 if is_good else 1):
        client.get("/api/v1/categories/")


def test_its_last_use_is_noted_once_a_minute(cast, token):
    client = with_header(f"Token {token}")
    client.get(ME)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    client.get(ME)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    client.get(ME)
    assert ApiToken.objects.get().last_used_at >= first


def test_only_a_digest_is_kept(token):
    kept = ApiToken.objects.get()
    assert token not in {str(getattr(kept, field.attname)) for field in ApiToken._meta.concrete_fields}


def test_the_command_prints_the_token_and_nothing_else(cast):
    out = StringIO()
    call_command("issue_token", "AMIR@example.com", "--name", "crm", "--trusted", "--days", "30", stdout=out)
    printed = out.getvalue().strip()
    assert with_header(f"Bearer {printed}").get(ME).json()["may_open_for_others"] is True
    token = ApiToken.objects.get()
    assert (token.user, token.name, token.is_trusted) == (cast.amir, "crm", True)
    assert timedelta(days=29) < token.expires_at - now() <= timedelta(days=30)


@pytest.mark.parametrize("arguments", [["nobody@example.com"], ["amir@example.com", "--days", "0"]])
def test_the_command_refuses_what_makes_no_sense(cast, arguments):
    with pytest.raises(CommandError):
        call_command("issue_token", *arguments)
    assert not ApiToken.objects.exists()


def test_me_tells_who_one_is_and_where_one_works(cast, api):
    assert api(cast.lena).get(ME).json() == {
        "id": cast.lena.pk,
        "name": "Lena",
        "email": "lena@example.com",
        "is_staff": True,
        "is_administrator": False,
        "teams": [{"slug": "billing", "name": "Billing", "role": "lead"}],
        "time_zone": "UTC",
        "language": "en",
        "may_open_for_others": True,
    }
    assert api(cast.rosa).get(ME).json()["may_open_for_others"] is False
