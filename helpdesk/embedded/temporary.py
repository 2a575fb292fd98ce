"""Servers on a folder of their own that is gone afterwards: for tests, checks and benchmarks."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .console import say
from .data_folder import DataFolder
from .database_home import DatabaseHome
from .environment import environment_for, given_settings
from .servers import running_servers
from .signals import hold_signals
from .supervisor import Supervisor

_OURS = {"DATABASE_URL", "REDIS_URL", "DEBUG", "SECRET_KEY", "DATA_DIR"}


@contextmanager
def temporary_installation(*, is_durable: bool) -> Iterator[dict[str, str]]:
    """Yields the environment for a command. Nothing of the person's own installation is used or touched."""
    hold_signals()
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-data-"))
    # So that the database's account may pass through.
    folder.chmod(0o711)
    data = DataFolder(folder)
    data.claim()
    settings = {name: value for name, value in given_settings().items() if name not in _OURS}
    settings |= {
        "MEDIA_ROOT": str(folder / "media"),
        "EMAIL_URL": f"file://{folder / 'outbox'}",
        "SITE_URL": "http://localhost:8000",
        "EMBEDDED_SERVERS": "1",
    }
    home: DatabaseHome | None = None
    try:
        with running_servers(data, Supervisor(say), settings, is_durable=is_durable) as servers:
            home = servers.home
            key = secrets.token_urlsafe(50)
            yield environment_for(settings, addresses=servers.addresses, data=data.path, secret_key=key)
    finally:
        if home is not None:
            home.discard()
        data.release()
        shutil.rmtree(folder, ignore_errors=True)
