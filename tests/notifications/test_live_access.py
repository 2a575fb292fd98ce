"""Who may open a socket, and how soon it closes when they no longer may."""

import pytest
from django.contrib.sessions.models import Session
from django.utils.timezone import now

from notifications.live import watching
from teams.models import ApiToken, User
from tests.cast import assemble
from tests.notifications.sockets import FOREIGN_PAGE, OWN_PAGE, done, knock, listening, with_cookie, with_token

pytestmark = pytest.mark.django_db(transaction=True)

WELCOME, SIGN_IN = {"kind": "ready"}, 4401


@pytest.fixture
def cast():
    return assemble()


@pytest.fixture
def often(monkeypatch):
    monkeypatch.setattr(watching, "RECHECK_SECONDS", 0.05)


def test_a_token_opens_a_socket_from_anywhere(cast):
    assert knock(with_token(cast.amir)) == WELCOME
    assert knock([*with_token(cast.rosa), (b"origin", FOREIGN_PAGE)]) == WELCOME


def test_a_cookie_opens_one_from_a_page_of_ours(cast):
    assert knock(with_cookie(cast.amir)) == WELCOME
    assert knock(with_cookie(cast.rosa)) == WELCOME


@pytest.mark.parametrize(
    "origin", [FOREIGN_PAGE, b"null", b"http://localhost.evil.example", b"http://evil.example/localhost", None]
)
def test_a_cookie_from_anywhere_else_is_refused(cast, origin):
    assert knock(with_cookie(cast.amir, origin)) == "refused"


@pytest.mark.parametrize(
    "headers",
    [
        [(b"authorization", b"Token hd_nonsense")],
        [(b"authorization", b"Bearer ")],
        [(b"authorization", b"Token \xff\xfe")],
        [(b"origin", OWN_PAGE)],
        [(b"origin", OWN_PAGE), (b"cookie", b"sessionid=nonsense")],
    ],
)
def test_strangers_are_told_to_sign_in(cast, headers):
    assert knock(headers) == SIGN_IN


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_a_token_that_has_ended_opens_nothing(cast, column):
    headers = with_token(cast.amir)
    ApiToken.objects.update(**{column: now()})
    assert knock(headers) == SIGN_IN


@pytest.mark.parametrize(("header", "answer"), [(b"Token ", SIGN_IN), (b"Basic eDp5", "refused"), (b"", "refused")])
def test_a_foreign_page_gains_nothing_by_another_header_beside_the_cookie(cast, header, answer):
    assert knock([*with_cookie(cast.amir, FOREIGN_PAGE), (b"authorization", header)]) == answer


def revoke(_user):
    ApiToken.objects.update(revoked_at=now())


def expire(_user):
    ApiToken.objects.update(expires_at=now())


def sign_out(_user):
    Session.objects.all().delete()


def switch_off(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_password(user):
    user.set_password("something else entirely")
    user.save()


@pytest.mark.parametrize(
    ("headers_of", "end"),
    [
        (with_token, revoke),
        (with_token, expire),
        (with_token, switch_off),
        (with_cookie, sign_out),
        (with_cookie, switch_off),
        (with_cookie, change_password),
    ],
)
def test_a_socket_closes_soon_after_its_permission_has_ended(cast, often, headers_of, end):
    @listening(cast.amir, headers_of=headers_of)
    async def scene(amir):
        await done(end, cast.amir)
        assert await amir.next() == 4403


def test_a_socket_stays_open_while_its_permission_holds(cast, often):
    @listening(cast.amir, cast.lena)
    async def scene(amir, lena):
        await done(ApiToken.objects.filter(user=cast.amir).update, revoked_at=now())
        assert await amir.next() == 4403
        assert await lena.heard() == []
