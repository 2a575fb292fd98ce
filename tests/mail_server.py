"""A real mail server on loopback that can say no in the ways mail servers do."""

import asyncio
import socket
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class MailServer:
    """`answer` is what it says to the next mails: "250 OK", "451 Later", "550 Unknown", or "" to hang up.

    `first_answers` come before it, and `meanwhile` is called before each. `refuses_sender` and `refuses_recipient` are
    said earlier in the conversation. `peers` holds one entry a connection.
    """

    def __init__(self):
        self.mails, self.peers, self.first_answers, self.meanwhile = [], set(), [], None
        self.answer, self.refuses_sender, self.refuses_recipient = "250 OK", "", ""
        self.controller = Controller(
            self, hostname="127.0.0.1", port=_free_port(), authenticator=_knows_nobody, auth_require_tls=False
        )

    async def handle_MAIL(self, _server, session, envelope, address, _options):
        self.peers.add(session.peer)
        if self.refuses_sender:
            return self.refuses_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.refuses_recipient:
            return self.refuses_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session, envelope):
        if self.meanwhile is not None:
            await asyncio.to_thread(self.meanwhile)
        answer = self.first_answers.pop(0) if self.first_answers else self.answer
        if not answer:
            server.transport.abort()
            return "421 gone"
        if answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.controller.port}"

    def to(self, address):
        return [mail for mail in list(self.mails) if address in str(mail["To"])]

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_error):
        self.controller.stop()


def _knows_nobody(_server, _session, _envelope, _mechanism, _data):
    return AuthResult(success=False, handled=False)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
