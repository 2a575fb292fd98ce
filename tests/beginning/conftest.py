import pytest
from django.test import Client

from helpdesk.beginning.models import DoneStep
from teams.models import User
from tests.mail_server import MailServer

PASSWORD = "a few words in a row"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.EMAIL_BACKEND = "helpdesk.core.mail_out.connection"
    return tmp_path


@pytest.fixture
def ida(db) -> User:
    """The administrator who sets the desk up, past the first step."""
    ida = User.objects.create_superuser("ida@berg.example", PASSWORD, full_name="Ida Berg", time_zone="Europe/Madrid")
    DoneStep.objects.note("administrator")
    return ida


@pytest.fixture
def founder(ida) -> Client:
    client = Client()
    client.force_login(ida)
    return client


@pytest.fixture
def mail():
    with MailServer() as server:
        yield server
