"""A caller of the API, as an integrator has one: a token in the header, JSON both ways."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from teams.models import ApiToken, User
from tickets.models import Ticket

Caller = Callable[..., APIClient]


@pytest.fixture
def api() -> Caller:
    """`api(cast.amir)` is a client with a token of Amir's; `api()` has none."""

    def client(user: User | None = None, *, is_trusted: bool = False) -> APIClient:
        caller = APIClient()
        if user is not None:
            token = ApiToken.objects.issue(user, name="test", is_trusted=is_trusted)
            caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return caller

    return client


def address(ticket: Ticket, noun: str = "") -> str:
    return f"/api/v1/tickets/{ticket.reference}/{noun}"


def assert_problem(response, status: int, code: str | None = None) -> dict:
    """The answer is a problem document with this status; returns it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    assert code is None or problem["code"] == code
    return problem


@pytest.fixture
def text_file() -> Callable[..., SimpleUploadedFile]:
    def make(name: str = "log.txt", content: bytes = b"line 1\nline 2\n") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, content, content_type="application/x-whatever")

    return make
