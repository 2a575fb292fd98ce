"""By which mail server letters leave, when the environment names none: what an administrator has tried and saved.

It lies in the data folder beside the secret key, not in the database: whoever reads a dump learns no password of another
server. It is read anew for each connection, so a change reaches web and workers without a restart.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from email.utils import quote
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.filebased import EmailBackend as FileBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    sender_name: str
    sender_address: str

    @property
    def sender(self) -> str:
        """As a header wants it."""
        return f'"{quote(self.sender_name)}" <{self.sender_address}>' if self.sender_name else self.sender_address


class SavedServerBackend(SmtpBackend):
    """Mails that name no sender of their own get the saved one."""

    def __init__(self, server: MailServer, **options: Any) -> None:
        self._sender = server.sender
        super().__init__(
            host=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.security == "starttls",
            use_ssl=server.security == "tls",
            **options,
        )

    def send_messages(self, email_messages: Any) -> int:
        for mail in email_messages:
            if mail.from_email == settings.DEFAULT_FROM_EMAIL:
                mail.from_email = self._sender
        return super().send_messages(email_messages) or 0


def connection(**options: Any) -> BaseEmailBackend:
    """What `EMAIL_BACKEND` names: the saved server, else files in the data folder."""
    server = saved_server()
    if server is not None:
        return SavedServerBackend(server, **options)
    return FileBackend(file_path=str(Path(settings.DATA_DIR) / "outbox"), **options)


def saved_server() -> MailServer | None:
    """None when nothing was saved, or when what was saved is damaged: then mails wait as files, and the doctor says so."""
    try:
        return MailServer(**json.loads(_file().read_text()))
    except (OSError, ValueError, TypeError):
        return None


def save_server(server: MailServer) -> None:
    """Readable by ourselves only, and never half written."""
    draft = _file().with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(server), file)
    draft.replace(_file())


def forget_server() -> None:
    _file().unlink(missing_ok=True)


def is_set_outside() -> bool:
    """Whether the environment names a mail server: it wins, and nothing that is saved here counts."""
    return f"{__name__}.connection" != settings.EMAIL_BACKEND


def reaches_nobody() -> bool:
    """Whether mails are only written to files."""
    if is_set_outside():
        return settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    return saved_server() is None


def _file() -> Path:
    return Path(settings.DATA_DIR) / "mail.json"
