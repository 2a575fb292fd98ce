import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.cast import MONDAY
from tickets.models import Attachment
from tickets.services.attaching import check_uploads, remove_attachment
from tickets.services.conversing import reply
from tickets.services.previews import LONGEST_SIDE, preview_of


@pytest.fixture
def attached(cast):
    ticket = cast.open_ticket()

    def attach(name, content):
        files = check_uploads([SimpleUploadedFile(name, content)])
        message = reply(ticket, body="See", by=cast.rosa, channel="web", files=files, at=MONDAY)
        return message.attachments.get()

    return attach


def picture(kind="PNG", size=(2000, 1000), mode="RGB", **options):
    buffer = io.BytesIO()
    Image.new(mode, size, "red").save(buffer, kind, **options)
    return buffer.getvalue()


def bomb(width=60_000, height=60_000):
    """A valid header that promises 3.6 thousand million pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.gif", "GIF"), ("a.webp", "WEBP")])
def test_a_picture_has_a_small_one_beside_it(attached, name, kind):
    attachment = attached(name, picture(kind))
    preview = preview_of(attachment)
    with Image.open(preview) as small:
        assert (small.format, small.size) == ("WEBP", (LONGEST_SIDE, LONGEST_SIDE // 2))
    assert preview.parent == type(preview)(attachment.file.path).parent
    made_at = preview.stat().st_mtime_ns
    assert preview_of(attachment).stat().st_mtime_ns == made_at


def test_only_pixels_get_through_the_right_way_up(attached):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    attachment = attached("a.jpg", picture("JPEG", (400, 200), exif=exif, comment=b"<script>"))
    preview = preview_of(attachment)
    content = preview.read_bytes()
    assert b"taken at home" not in content and b"<script>" not in content
    with Image.open(preview) as small:
        assert small.size == (200, 400)
        assert not small.getexif()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"words"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("a.html", b"<html><script>alert(1)</script>"),
        ("a.pdf", b"%PDF-1.4 ..."),
        ("cut.png", picture()[:300]),
        ("bomb.png", bomb()),
        ("large.png", bomb(6_000, 5_000)),
    ],
)
def test_everything_else_is_a_download_only(attached, name, content):
    attachment = attached(name, content)
    assert preview_of(attachment) is None
    assert preview_of(attachment) is None


def test_a_removed_picture_takes_its_preview_along(cast, attached, django_capture_on_commit_callbacks):
    attachment = attached("a.png", picture())
    preview = preview_of(attachment)
    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(attachment, by=cast.amir)
    assert not preview.exists()
    assert preview_of(Attachment.objects.get()) is None


def test_a_lost_file_has_none(attached):
    attachment = attached("a.png", picture())
    attachment.file.storage.delete(attachment.file.name)
    assert preview_of(attachment) is None
