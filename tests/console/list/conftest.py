import pytest
from django.test import Client

from teams.models import User


@pytest.fixture
def desk():
    """`desk(cast.amir)` is a browser in which Amir has signed in."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser
