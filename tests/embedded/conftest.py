"""Servers of our own for the tests of the one-command start, beside those that the suite runs on."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest

from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.database_home import DatabaseHome
from helpdesk.embedded.servers import Servers, running_servers
from helpdesk.embedded.supervisor import Supervisor
from tests.folders import data_folder

Serve = Callable[[Path], AbstractContextManager[Servers]]


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as path:
        yield path


@pytest.fixture
def serve() -> Serve:
    """PostgreSQL and Valkey on a folder, for as long as the block lasts."""

    @contextmanager
    def serving(path: Path) -> Iterator[Servers]:
        data = DataFolder(path)
        assert data.claim()
        try:
            with running_servers(data, Supervisor(print), {}, is_durable=False) as servers:
                yield servers
        finally:
            data.release()

    return serving


def connect(servers: Servers, **changes: str) -> psycopg.Connection:
    options = {"host": socket_folder(servers), "user": "helpdesk", "dbname": "helpdesk"} | changes
    return psycopg.connect(**options, autocommit=True, connect_timeout=5)


def socket_folder(servers: Servers) -> str:
    return servers.addresses["DATABASE_URL"].split("host=")[1]


def cluster(servers: Servers) -> Path:
    assert isinstance(servers.home, DatabaseHome)
    return servers.home.cluster
