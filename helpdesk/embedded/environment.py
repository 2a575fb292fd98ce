"""The environment of our own processes: what the person has set, what `.env` adds, and what we know ourselves."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_LINE = re.compile(r"""\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^#\n]*))""")


def given_settings() -> dict[str, str]:
    """The process environment, over `.env`. Empty values count as not set."""
    environment = {name: value for name, value in os.environ.items() if value}
    return read_dotenv(ROOT / ".env") | environment


def read_dotenv(file: Path) -> dict[str, str]:
    """The simple part of the format, which is all that .env.example shows."""
    if not file.is_file():
        return {}
    found = (_LINE.match(line) for line in file.read_text().splitlines())
    values = {match[1]: (match[2] or match[3] or match[4] or "").strip() for match in found if match}
    return {name: value for name, value in values.items() if value}


def environment_for(
    settings: Mapping[str, str], *, addresses: Mapping[str, str], data: Path, secret_key: str, **more: str
) -> dict[str, str]:
    """What one of our processes gets. `more` are defaults, too: a setting that the person made wins."""
    defaults = {"SECRET_KEY": secret_key, "DEBUG": "0", "MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"} | more
    known = {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "helpdesk.settings", **addresses}
    environment = defaults | dict(settings) | known
    # Ours come first and from the tree itself.
    environment["PYTHONPATH"] = str(ROOT)
    return environment
