"""The embedded PostgreSQL: private, and hard to break."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from helpdesk.embedded.refusal import Refusal
from tests.embedded.conftest import Serve, cluster, connect, socket_folder

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can try as another user")


def postmaster(servers) -> int:
    return int((cluster(servers) / "postmaster.pid").read_text().split()[0])


def test_the_product_is_no_superuser_and_owns_its_database(folder: Path, serve: Serve):
    with serve(folder) as servers, connect(servers) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreatedb, pg_get_userbyid(datdba) FROM pg_roles, pg_database"
            " WHERE rolname = current_user AND datname = current_database()"
        ).fetchone()

    assert row == (False, True, "helpdesk")


def test_nothing_listens_on_the_network(folder: Path, serve: Serve):
    with serve(folder) as servers, connect(servers) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@needs_root
def test_no_other_user_of_the_machine_gets_in(folder: Path, serve: Serve):
    attempt = "import sys, psycopg; psycopg.connect(host=sys.argv[1], user='helpdesk', dbname='helpdesk')"
    with serve(folder) as servers:
        # The very user that the server runs as, without the installation's key.
        tried = subprocess.run(
            ["/bin/sh", "-c", 'cd "$0"', socket_folder(servers)], user="nobody", group="nogroup", extra_groups=[]
        )
        entered = subprocess.run(
            ["/bin/sh", "-c", 'cd "$0"', str(cluster(servers))], user="nobody", group="nogroup", extra_groups=[]
        )
        ours = subprocess.run([sys.executable, "-c", attempt, socket_folder(servers)])

    assert tried.returncode != 0
    assert entered.returncode != 0
    assert ours.returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root passes every folder")
def test_the_folders_are_closed_to_others(folder: Path, serve: Serve):
    with serve(folder) as servers:
        for path in (cluster(servers), Path(socket_folder(servers))):
            assert path.stat().st_mode & 0o077 == 0


def test_the_kernel_knows_who_comes_so_another_name_does_not_help(folder: Path, serve: Serve):
    with serve(folder) as servers, connect(servers, user="postgres") as administration:
        administration.execute("CREATE ROLE visitor LOGIN")

        with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
            connect(servers, user="visitor")


def test_what_was_committed_survives_a_kill(folder: Path, serve: Serve):
    with serve(folder) as servers:
        with connect(servers) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        os.kill(postmaster(servers), signal.SIGKILL)

    with serve(folder) as servers, connect(servers) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_pid_file_that_names_a_living_stranger_is_no_obstacle(folder: Path, serve: Serve):
    with serve(folder) as servers:
        pid_file = cluster(servers) / "postmaster.pid"
        lines = pid_file.read_text().splitlines(keepends=True)
    # As after a power cut, with the number given to somebody else since.
    pid_file.write_text("".join(["1\n", *lines[1:]]))

    with serve(folder) as servers, connect(servers) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_an_interrupted_first_start_is_begun_anew(folder: Path, serve: Serve):
    with serve(folder) as servers:
        made = cluster(servers)
    # As if the power had gone before the end.
    made.rename(made.with_name("cluster.new"))

    with serve(folder) as servers, connect(servers) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not made.with_name("cluster.new").exists()


def test_a_folder_however_deep_leaves_room_for_the_socket(folder: Path, serve: Serve):
    deep = folder / ("long" * 30) / ("names " * 10)

    with serve(deep) as servers, connect(servers) as connection:
        assert len(f"{socket_folder(servers)}/.s.PGSQL.5432") <= 107
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_strict_umask_is_no_obstacle(folder: Path, serve: Serve):
    before = os.umask(0o077)
    try:
        with serve(folder / "data") as servers, connect(servers) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert cluster(servers).is_relative_to(folder)
    finally:
        os.umask(before)


@needs_root
def test_a_folder_that_the_server_cannot_enter_keeps_its_database_elsewhere(folder: Path, serve: Serve):
    (folder / "private").mkdir(mode=0o700)
    data = folder / "private" / "data"

    with serve(data) as servers:
        with connect(servers) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        assert servers.home is not None
        assert not cluster(servers).is_relative_to(folder)
        assert (servers.home.path / "belongs-to").read_text() == f"{data}\n"
        home = servers.home
    with serve(data) as servers, connect(servers) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    home.discard()


def test_a_database_of_another_version_is_refused_in_one_sentence(folder: Path, serve: Serve):
    with serve(folder) as servers:
        version = cluster(servers) / "PG_VERSION"
    version.write_text("17\n")

    with pytest.raises(Refusal, match=r"made by PostgreSQL 17, and this is 18"), serve(folder):
        pass
