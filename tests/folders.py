"""Data folders for real installations, gone afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# What a developer's shell or the suite carries that would lead an installation to other servers than its own.
_FOREIGN = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "SITE_URL", "EMAIL_URL", "DEBUG", "MEDIA_ROOT", "SECRET_KEY")


def environment_of_its_own(**more: str) -> dict[str, str]:
    """For the processes of another installation."""
    return {name: value for name, value in os.environ.items() if name not in _FOREIGN} | more


@contextmanager
def data_folder(like: Path | None = None) -> Iterator[Path]:
    """A folder that another user may pass through, unlike pytest's own: started by root, PostgreSQL is another user.

    Empty, or a copy.
    """
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-test-"))
    folder.chmod(0o711)
    try:
        if like is not None:
            # With the owners: the database belongs to that other user.
            subprocess.run(["cp", "-a", f"{like}/.", folder], check=True)
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def demo_folder() -> Iterator[Path]:
    """As a first start leaves it: migrated, with the demo loaded."""
    with data_folder() as folder:
        command = [sys.executable, str(ROOT / "run"), "manage", "load_demo", "--data", str(folder)]
        loaded = subprocess.run(command, env=environment_of_its_own(), capture_output=True, text=True)
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        yield folder
