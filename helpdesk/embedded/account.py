"""Who runs PostgreSQL: ourselves, or, because PostgreSQL refuses root, the user `nobody` behind a locked door."""

import os
import pwd
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .refusal import Refusal

# Debian keeps these group numbers for nobody's use.
_UNUSED_GROUPS = range(65_000, 65_500)


@dataclass(frozen=True)
class Account:
    """`key` is a group that only this installation's database has: other processes of `nobody` don't get in."""

    uid: int
    gid: int
    key: int

    @property
    def popen(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": [self.key]}

    def can_enter(self, folder: Path) -> bool:
        probe = ["/bin/sh", "-c", 'cd "$0"', str(folder)]
        return subprocess.run(probe, cwd="/", stderr=subprocess.DEVNULL, **self.popen).returncode == 0

    def can_run(self, program: Path) -> bool:
        try:
            tried = subprocess.run([program, "--version"], cwd="/", capture_output=True, **self.popen)
        except OSError:
            return False
        return tried.returncode == 0

    def own(self, folder: Path) -> None:
        """Make a folder that only the account enters."""
        folder.mkdir(mode=0o700)
        os.chown(folder, self.uid, self.gid)


def database_account(home: Path | None = None) -> Account | None:
    """None when we run PostgreSQL ourselves. With a `home` that exists, the account that it was made for."""
    if home is not None and home.stat().st_uid != os.geteuid():
        raise Refusal(f"{home} belongs to another user: start as that user, or choose another folder with --data.")
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise Refusal("PostgreSQL refuses to run as root, and this machine has no user `nobody`.") from None
    key = home.stat().st_gid if home is not None else secrets.choice(_UNUSED_GROUPS)
    return Account(nobody.pw_uid, nobody.pw_gid, key)


def our_name() -> str:
    """The name by which PostgreSQL knows whoever connects from our processes."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise Refusal(
            f"The user number {os.geteuid()} has no name on this machine, and PostgreSQL needs one:"
            " add the user to /etc/passwd, or set DATABASE_URL to a server."
        ) from None


def lock_up(folder: Path, account: Account | None) -> None:
    """Only we enter; the account may pass through on its way to its own folder inside."""
    if account is not None:
        os.chown(folder, 0, account.key)
    folder.chmod(0o700 if account is None else 0o710)


def make_passage(folder: Path) -> None:
    """Whoever knows a name inside passes through; nobody else can list it. Whatever the umask says."""
    folder.mkdir(parents=True)
    folder.chmod(0o711)
