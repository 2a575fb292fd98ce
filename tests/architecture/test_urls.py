"""Every address has an access policy, and keeps it: the table is tried out row by row."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from notifications.models import Notification
from teams.models import ApiToken, User
from tests.architecture.access import ACCESS, Who
from tests.cast import Cast
from tickets.models import Attachment

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Visit = Callable[..., int]

ROWS = [(route, method, who) for route, methods in ACCESS.items() for method, who in methods.items()]


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every address with the methods that its view has."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and pattern.namespace != "admin":
            yield from routes(pattern.url_patterns, route)
        else:
            view = getattr(getattr(pattern, "callback", None), "cls", None)
            yield route, {method for method in METHODS if view is None or hasattr(view, method.lower())}


def test_every_address_has_a_policy_and_no_policy_lacks_its_address():
    assert {route for route, _methods in routes(get_resolver().url_patterns)} == set(ACCESS)


def test_every_method_of_a_view_has_a_policy():
    without = [
        f"{method} {route}"
        for route, methods in routes(get_resolver().url_patterns)
        if route.startswith("api/v1/")
        for method in sorted(methods ^ set(ACCESS.get(route, {})))
    ]

    assert without == []


@pytest.fixture
def visit(cast: Cast) -> Visit:
    """The status that a person (or nobody) gets from an address of Rosa's ticket, her file, or her notification."""
    ticket = cast.open_ticket()
    file = Attachment.objects.create(
        message=ticket.messages.get(), name="a.txt", content_type="text/plain", size=1, file=ContentFile(b"a", name="a")
    )
    told = Notification.objects.create(
        event=ticket.events.first(), ticket=ticket, kind="opened", recipient=cast.rosa, reason="requester"
    )
    values = {"str:reference": ticket.reference, "uuid:pk": file.pk, "int:pk": told.pk}
    values |= {"str:name": "urgent", "str:person": cast.lena.pk, "str:key": "no-key"}

    def visiting(route: str, method: str, person: User | None) -> int:
        client = APIClient()
        if person is not None:
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {ApiToken.objects.issue(person, name='test')}")
        address = re.sub(r"<(\w+:\w+)>", lambda match: str(values[match[1]]), route.removeprefix("^"))
        return client.generic(method, f"/{address}").status_code

    return visiting


@pytest.mark.parametrize(
    ("route", "method"), [row[:2] for row in ROWS if row[2] not in (Who.ANYONE, Who.MONITORING, Who.VISITOR, Who.DEMO)]
)
def test_nobody_comes_in_without_signing_in(visit: Visit, route: str, method: str):
    assert visit(route, method, None) == (401 if route.startswith("api/") else 302)


@pytest.mark.parametrize(("route", "method"), [row[:2] for row in ROWS if row[2] is Who.VISITOR])
@pytest.mark.parametrize("name", [None, "otto", "noor"])
def test_a_customer_page_of_a_ticket_exists_for_its_visitors_only(
    client, cast: Cast, route: str, method: str, name: str | None
):
    ticket = cast.open_ticket()
    file = Attachment.objects.create(
        message=ticket.messages.get(), name="a.txt", content_type="text/plain", size=1, file=ContentFile(b"a", name="a")
    )
    if name is not None:
        client.force_login(getattr(cast, name))
    values = {"uuid:public_id": ticket.public_id, "uuid:pk": file.pk}
    address = re.sub(r"<(\w+:\w+)>", lambda match: str(values[match[1]]), route)

    assert client.generic(method, f"/{address}").status_code == 404


@pytest.mark.parametrize(("route", "method"), [row[:2] for row in ROWS if row[2] in (Who.WHO_SEES, Who.STAFF)])
def test_to_an_outsider_the_ticket_does_not_exist(visit: Visit, cast: Cast, route: str, method: str):
    assert visit(route, method, cast.otto) == 404


@pytest.mark.parametrize(("route", "method"), [row[:2] for row in ROWS if row[2] is Who.STAFF])
def test_the_requester_is_refused_what_is_for_staff(visit: Visit, cast: Cast, route: str, method: str):
    assert visit(route, method, cast.rosa) == 403


@pytest.mark.parametrize(("route", "method"), [row[:2] for row in ROWS if row[2] is Who.STAFF])
def test_staff_of_another_team_do_not_come_in_either(visit: Visit, cast: Cast, route: str, method: str):
    assert visit(route, method, cast.noor) == 404


@pytest.mark.parametrize(("route", "method"), [row[:2] for row in ROWS if row[2] is Who.OWN])
def test_what_is_one_persons_own_does_not_exist_for_others(visit: Visit, cast: Cast, route: str, method: str):
    others = [cast.otto, cast.amir, cast.lena, cast.ada]

    assert [visit(route, method, other) for other in others] == [404] * len(others)
    assert visit(route, method, cast.rosa) == 200


def test_a_requester_is_no_staff_of_the_back_office(client, cast: Cast):
    client.force_login(cast.rosa)

    assert client.get("/admin/").status_code == 302
