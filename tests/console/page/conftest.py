import pytest
from django.test import Client
from django.urls import reverse

from teams.models import User
from tickets.models import Ticket


@pytest.fixture
def desk():
    """`desk(cast.amir)` is a browser in which Amir has signed in."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def ticket(cast) -> Ticket:
    return cast.open_ticket()


@pytest.fixture
def at():
    """`at(ticket)` is the page, `at(ticket, "tags")` a noun below it."""

    def address(ticket: Ticket, noun: str = "page", *rest: object) -> str:
        return reverse(f"admin:tickets_ticket_{noun}", args=[ticket.reference, *rest])

    return address
