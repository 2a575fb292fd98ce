"""Whether this data folder holds somebody's own desk: said once, for ever, so that no demo is ever loaded into it."""

from pathlib import Path

from django.conf import settings

# The one-command start reads and writes the same file: `helpdesk.embedded.data_folder`.
_NAME = "own-desk"


def is_own_desk() -> bool:
    return _file().exists()


def make_own_desk() -> None:
    """Calling twice is harmless."""
    _file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _file().touch(mode=0o600)


def _file() -> Path:
    return Path(settings.DATA_DIR) / _NAME
