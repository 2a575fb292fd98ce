"""A mail server on loopback that keeps every mail for the outbox and hands none on. A process of its own.

Started by its path, not as a module: it loads neither Django nor Celery. Says yes only after the mail is in the database.
"""

import argparse
import asyncio
import logging
import os
import re
import signal
import socket
from email import message_from_bytes, policy
from typing import Any
from uuid import uuid4

import psycopg
from aiosmtpd.smtp import SMTP, Envelope, Session

# As many as `CaughtMessage.objects.trim` keeps.
KEPT = 500
LARGEST_MAIL = 40 * 1024 * 1024

_KEEP = """\
INSERT INTO demo_outbox_caughtmessage (kind, key, recipient, subject, raw)
VALUES ('mail', %(key)s, %(recipient)s, %(subject)s, %(raw)s) ON CONFLICT (key) DO NOTHING
"""
_TRIM = """\
DELETE FROM demo_outbox_caughtmessage WHERE id < (
    SELECT id FROM demo_outbox_caughtmessage ORDER BY id DESC OFFSET %(kept)s - 1 LIMIT 1
)
"""


class Keeper:
    """What the mail server does with a mail. A database that does not answer is a reason to come again."""

    def __init__(self, database: str) -> None:
        self._database = database

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        try:
            await self._keep(envelope)
        except psycopg.Error as error:
            logging.warning("not kept: %s", error)
            return "451 The outbox does not answer, come again"
        return "250 Kept"

    async def _keep(self, envelope: Envelope) -> None:
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        mail = message_from_bytes(raw, policy=policy.default)
        async with await psycopg.AsyncConnection.connect(self._database, connect_timeout=5) as connection:
            for recipient in envelope.rcpt_tos:
                row: dict[str, Any] = {"recipient": recipient[:320], "subject": _storable(mail["Subject"]), "raw": raw}
                # A mail that is sent again, because our answer was lost, is the same mail.
                row["key"] = f"{_storable(mail['Message-ID']) or uuid4()} {recipient}"[:300]
                await connection.execute(_KEEP, row)
            await connection.execute(_TRIM, {"kept": KEPT})


def _storable(header: object) -> str:
    return str(header or "").replace("\x00", "")[:1000]


async def serve(listening: socket.socket, database: str) -> None:
    """Until SIGTERM or SIGINT."""
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    keeper = Keeper(database)

    def conversation() -> SMTP:
        return SMTP(
            keeper, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, hostname="localhost", ident="outbox", loop=loop
        )

    server = await loop.create_server(conversation, sock=listening)
    logging.info("ready")
    await stopping.wait()
    server.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--fd", type=int, help="a socket that listens already")
    arguments.add_argument("--port", type=int, help="else a port of 127.0.0.1")
    given = arguments.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    listening = (
        socket.socket(fileno=given.fd) if given.fd is not None else socket.create_server(("127.0.0.1", given.port or 0))
    )
    # The settings also take `postgres`, `psql` and `pgsql` for its scheme.
    asyncio.run(serve(listening, re.sub(r"^\w+://", "postgresql://", os.environ["DATABASE_URL"])))


if __name__ == "__main__":
    main()
