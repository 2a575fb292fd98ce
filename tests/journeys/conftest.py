from pathlib import Path

import pytest

from tests.folders import data_folder
from tests.journeys.browser import started_browser
from tests.journeys.installation import Installation, running
from tests.mail_server import MailServer


@pytest.fixture(scope="module")
def mail():
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def installation(mail, demo: Path):
    """`./run` on a folder of its own, with the demo desk."""
    with data_folder(like=demo) as folder, running(Installation(folder, mail)) as started:
        yield started


@pytest.fixture(scope="module")
def browser():
    """Ends with its module: while Playwright runs, Django takes the thread for an asynchronous one."""
    with started_browser() as started:
        yield started
