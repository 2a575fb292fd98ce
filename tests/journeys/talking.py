"""What several journeys tell of: a guest who asks, the ticket that came of it, and a picture to send along."""

import re
import struct
import zlib

from playwright.sync_api import expect

from tests.journeys.browser import Person
from tests.journeys.installation import Installation, eventually
from tests.mail_server import MailServer

LIST = "/admin/tickets/ticket/"
# Ten seconds to take it back, and then some for the processes.
AFTER_UNDO = 25_000


def picture() -> bytes:
    """A small PNG, entirely red."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * 8 for _row in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def ask(person: Person, words: str, email: str, *, topic: str = "payment", with_picture: bool = False) -> None:
    """As somebody without an account would."""
    person.visit("/new/")
    person.page.fill("textarea[name=description]", words)
    person.page.check(f"input[name=category][value={topic}]", force=True)
    if with_picture:
        file = {"name": "receipt.png", "mimeType": "image/png", "buffer": picture()}
        person.page.set_input_files("input[type=file]", files=[file])
    person.page.fill("input[name=full_name]", "Greta Guest")
    person.page.fill("input[name=email]", email)
    person.page.get_by_role("button", name="Send request").click()
    expect(person.page.get_by_role("heading", name="Your request has arrived")).to_be_visible()


def link_in_mail(mail: MailServer, email: str) -> str:
    """The address on the button of the newest mail."""

    def found() -> re.Match[str] | None:
        mails = mail.to(email)
        return re.search(r"https?://\S+/t/\S+/", mails[-1].get_body(("plain",)).get_content()) if mails else None

    return eventually(found, within=40).group()


def ticket_about(installation: Installation, words: str) -> tuple[str, str]:
    """Reference and assignee's address of the ticket that starts with these words."""
    code = (
        f"from tickets.models import Ticket; t = Ticket.objects.get(messages__body__startswith={words!r});"
        "print(t.reference, t.assignee.email)"
    )
    reference, assignee = installation.shell(code).splitlines()[-1].split()
    return reference, assignee
