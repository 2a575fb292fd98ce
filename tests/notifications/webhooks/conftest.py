import pytest

from notifications.models import WebhookEndpoint
from notifications.webhooks.endpoints import give_secret
from tests.notifications.webhooks.receiver import Receiver


@pytest.fixture
def receiver(settings):
    with Receiver() as opened:
        settings.FETCH_PRIVATE_HOSTS = [opened.host]
        yield opened


@pytest.fixture
def endpoint(db, receiver):
    """Where it is called, with its secret as `.secret`."""
    row = WebhookEndpoint.objects.create(name="Pager", key="pager", url=receiver.url)
    row.secret = give_secret(row)
    return row
