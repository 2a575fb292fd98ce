"""The data folder: database, files, logs, the secret key, and the lock that keeps a second start out."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .refusal import Refusal
from .signals import wait_for


class DataFolder:
    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        self.logs = self.path / "logs"
        self._state = self.path / "running.json"
        # The product reads and writes the same file: `helpdesk.core.own_desk`.
        self._own_desk = self.path / "own-desk"
        self._lock: int | None = None
        try:
            if not self.path.exists():
                self.path.mkdir(parents=True)
                # The account of the database passes through; see `database_home`.
                self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for private in (self.logs, self.path / "media", self.path / "outbox"):
                private.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Refusal(
                f"The data folder {self.path} can't be used ({error.strerror}): choose another one with --data FOLDER."
            ) from None

    def claim(self) -> bool:
        """Take the folder until this process ends. False: somebody else has it."""
        self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if not _try_lock(self._lock):
            os.close(self._lock)
            self._lock = None
            return False
        # Left behind by a kill -9: the lock tells that nobody runs.
        sockets = self.running().get("sockets")
        if sockets:
            shutil.rmtree(sockets, ignore_errors=True)
        self._state.unlink(missing_ok=True)
        return True

    @property
    def is_own_desk(self) -> bool:
        """Somebody's own: never filled with invented people and tickets."""
        return self._own_desk.exists()

    def make_own_desk(self) -> None:
        self._own_desk.touch(mode=0o600)

    @property
    def has_database(self) -> bool:
        return (self.path / "database" / "cluster").exists() or (self.path / "database.path").exists()

    def announce(self, running: Mapping[str, Any]) -> None:
        """Tell other commands where the servers are."""
        draft = self._state.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(running))
        draft.replace(self._state)

    def running(self) -> dict[str, Any]:
        """What the holder of the lock has announced; empty while it is still starting."""
        try:
            return dict(json.loads(self._state.read_text()))
        except (OSError, ValueError):
            return {}

    @contextmanager
    def used(self) -> Iterator[None]:
        """While somebody else's servers are used here; see `wait_for_users`."""
        with open(os.open(self.path / "users", os.O_RDWR | os.O_CREAT, 0o600)) as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            yield

    def wait_for_users(self) -> None:
        """Before the holder of the lock takes its servers away. Raises StopRequested."""
        with open(os.open(self.path / "users", os.O_RDWR | os.O_CREAT, 0o600)) as users:
            wait_for(lambda: _try_lock(users.fileno()), seconds=float("inf"))

    def release(self) -> None:
        self._state.unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def secret_key(self) -> str:
        """Made at the first start, kept for ever: sessions and signed addresses depend on it."""
        file = self.path / "secret_key"
        try:
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
                new.write(secrets.token_urlsafe(50))
        except FileExistsError:
            pass
        key = file.read_text().strip()
        if len(key) < 50:
            raise Refusal(f"{file} is damaged: restore it, or remove it (everybody has to sign in again).")
        return key


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
