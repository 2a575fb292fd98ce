import pytest

from tests.folders import data_folder
from tests.journeys.installation import Installation, MailServer, running


@pytest.fixture(scope="module")
def mail():
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def installation(mail):
    """`./run` on a folder of its own, with the demo desk."""
    with data_folder() as folder, running(Installation(folder, mail)) as started:
        yield started
