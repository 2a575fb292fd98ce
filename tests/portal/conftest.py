from tests.notifications.conftest import smtp as smtp
