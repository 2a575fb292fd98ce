"""Whether the embedded database has seen the migrations of this very code: then nothing is to be waited for."""

import hashlib

from .database_home import DatabaseHome
from .environment import ROOT


def is_up_to_date(home: DatabaseHome | None) -> bool:
    """Of somebody else's database nothing is known."""
    return home is not None and home.schema_stamp.exists() and home.schema_stamp.read_text() == _schema()


def mark_up_to_date(home: DatabaseHome | None) -> None:
    if home is not None:
        home.schema_stamp.write_text(_schema())


def _schema() -> str:
    """Changes with every migration, ours or (through the lock) a library's."""
    digest = hashlib.sha256((ROOT / "requirements" / "run.txt").read_bytes())
    for migration in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py")]):
        digest.update(str(migration.relative_to(ROOT)).encode() + migration.read_bytes())
    return digest.hexdigest()
