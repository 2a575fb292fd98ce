import pytest

from tests.journeys.installation import Installation, MailServer


@pytest.fixture(scope="module")
def mail():
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def installation(tmp_path_factory, mail):
    """`./run` on a folder of its own, with the demo desk."""
    running = Installation(tmp_path_factory.mktemp("journey"), mail)
    running.start()
    yield running
    running.stop()
