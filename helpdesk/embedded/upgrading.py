"""`./run upgrade`: after new code is in place, a backup, then the migrations."""

from datetime import UTC, datetime

from .backing_up import write_backup
from .console import say
from .contents import is_somebodys
from .data_folder import DataFolder
from .database_tools import connect
from .environment import environment_for, given_settings
from .migrating import migrate
from .refusal import Refusal
from .schema import mark_up_to_date
from .servers import running_servers
from .signals import hold_signals
from .start import already_running
from .supervisor import Supervisor


def upgrade(data: DataFolder) -> int:
    """Returns 0, or raises Refusal. The packages of the new code are installed by `./run` itself before."""
    if not data.claim():
        raise Refusal(f"{already_running(data)} Stop it first.")
    hold_signals()
    try:
        with running_servers(data, Supervisor(say), given_settings()) as servers:
            kept = _keep_old(data, servers.addresses["DATABASE_URL"])
            environment = environment_for(
                given_settings(), addresses=servers.addresses, data=data.path, secret_key=data.secret_key()
            )
            if not migrate(environment, verbosity=1):
                way_back = f" To go back: the old code, then ./run restore {kept} --replace." if kept else ""
                raise Refusal(f"The migrations failed; the lines above say why.{way_back}")
            mark_up_to_date(servers.home)
    finally:
        data.release()
    say("The database is up to date. Start again with ./run, or start the web, worker and beat processes.")
    return 0


def _keep_old(data: DataFolder, url: str) -> str:
    """The path of the backup; empty when there is nothing worth one."""
    with connect(url) as connection:
        if not is_somebodys(connection):
            return ""
    folder = data.path / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"before-upgrade-{datetime.now(UTC):%Y%m%d-%H%M%S}.backup"
    write_backup(data, url, file)
    return str(file)
