import pytest
from django.test import Client


@pytest.fixture
def desk():
    """A signed-in browser of somebody."""

    def sign_in(person):
        client = Client()
        client.force_login(person)
        return client

    return sign_in
