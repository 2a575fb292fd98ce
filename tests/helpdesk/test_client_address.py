"""Limits count by the address of the client, and nobody chooses their own."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from helpdesk.core.client_address import ClientAddressMiddleware


def seen(claimed: str | None) -> str:
    """The address that the product sees when the last proxy, 10.0.0.1, hands on this header."""
    addresses: list[str] = []

    def view(request):
        addresses.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    headers = {} if claimed is None else {"X-Forwarded-For": claimed}
    ClientAddressMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers=headers))
    return addresses[0]


def test_without_a_proxy_the_header_is_nothing(settings):
    settings.PROXY_COUNT = 0

    assert seen("192.0.2.7") == "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "claimed", "expected"),
    [
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "2001:db8::7", "2001:db8::7"),
        # Whoever sends the header themselves gains nothing: the proxy adds what it saw.
        (1, "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        (2, "203.0.113.9, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        # Nonsense, or fewer than there should be: whoever really came.
        (2, "192.0.2.7", "10.0.0.1"),
        (1, "unknown", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, None, "10.0.0.1"),
    ],
)
def test_what_the_outermost_proxy_saw_counts(settings, proxies, claimed, expected):
    settings.PROXY_COUNT = proxies

    assert seen(claimed) == expected
