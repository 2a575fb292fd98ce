"""Typed reading of the environment that refuses nonsense loudly, naming the variable and what it wants."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import environ
from django.core.exceptions import ImproperlyConfigured

# Inside the class `str` is a method.
Text = str


class Env:
    """Reads `os.environ`, after filling it from `dotenv` for variables that are not set."""

    def __init__(self, dotenv: Path) -> None:
        self._environ = environ.Env()
        if dotenv.is_file():
            environ.Env.read_env(dotenv)

    def str(self, name: Text, *, default: Text) -> Text:
        return self._environ.str(name, default=default)

    def list(self, name: Text, *, default: list[Text]) -> list[Text]:
        return [item.strip() for item in self._environ.list(name, default=default) if item.strip()]

    def bool(self, name: Text, *, default: bool) -> bool:
        value = self._environ.str(name, default="").strip().lower()
        if not value:
            return default
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false.")

    def int(self, name: Text, *, default: int, minimum: int = 1) -> int:
        value = self._environ.str(name, default="").strip()
        if not value:
            return default
        if not value.isdigit() or int(value) < minimum:
            raise ImproperlyConfigured(f"{name}={value!r} is not a whole number of at least {minimum}.")
        return int(value)

    def choice(self, name: Text, *, choices: Sequence[Text], default: Text) -> Text:
        value = self._environ.str(name, default="") or default
        if value not in choices:
            raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(choices)}.")
        return value

    def database(self, name: Text) -> dict[Text, Any]:
        """Only PostgreSQL: history is guarded by its triggers, claims by its row locks."""
        value = self._environ.str(name, default="")
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. Set it to postgres://…, or start with ./run.")
        config = environ.Env.db_url_config(value)
        if config.get("ENGINE") != "django.db.backends.postgresql":
            raise ImproperlyConfigured(f"{name} must be a postgres:// address; the product runs on PostgreSQL only.")
        options = config.setdefault("OPTIONS", {})
        # `?host=/folder` names a socket folder; Django wants it as HOST, not as an option.
        config["HOST"] = options.pop("host", None) or config.get("HOST", "")
        return dict(config)

    def email(self, name: Text, *, default: Text) -> dict[Text, Any]:
        """`smtp://user:password@host:port`, `smtp+tls://…`, `smtp+ssl://…`, or `file:///folder` to write mails as files."""
        value = self._environ.str(name, default="") or default
        if value.startswith("file:"):
            return {
                "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
                "EMAIL_FILE_PATH": urlparse(value).path,
            }
        if not value.startswith("smtp"):
            raise ImproperlyConfigured(f"{name} must begin with smtp://, smtp+tls://, smtp+ssl:// or file://.")
        return {
            key: setting
            for key, setting in environ.Env.email_url_config(value).items()
            if key.startswith("EMAIL_") and key != "EMAIL_FILE_PATH"
        }
