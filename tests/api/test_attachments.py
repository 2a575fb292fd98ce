import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import address, assert_problem
from tickets.models import Attachment
from tickets.services.following import add_watcher

PNG = (
    b"\x89PNG\r\n\x1a\n"
    + b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    + bytes(64)
)


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


def send(client, ticket, *files, **fields):
    body = {"body": "See the file", "attachments": list(files)} | fields
    response = client.post(address(ticket, "messages/"), body, format="multipart")
    assert response.status_code == 201, response.content
    return response.json()["attachments"]


def fetch(client, attachment_id):
    return client.get(f"/api/v1/attachments/{attachment_id}/")


def content(response):
    return b"".join(response.streaming_content)


def test_a_file_comes_back_as_it_was_sent(cast, api, ticket, settings):
    (told,) = send(api(cast.rosa), ticket, SimpleUploadedFile("card.png", PNG, content_type="text/html"))
    assert (told["name"], told["content_type"], told["size"]) == ("card.png", "image/png", len(PNG))
    assert told["url"] == f"{settings.SITE_URL}/api/v1/attachments/{told['id']}/"
    response = fetch(api(cast.amir), told["id"])
    assert content(response) == PNG


@pytest.mark.parametrize(
    "sent_content",
    [b"<script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html>"],
)
def test_a_file_is_only_ever_a_harmless_download(cast, api, ticket, sent_content):
    (told,) = send(api(cast.rosa), ticket, SimpleUploadedFile("page.html", sent_content, content_type="text/html"))
    response = fetch(api(cast.amir), told["id"])
    assert response["Content-Type"].startswith("text/plain")
    assert response["Content-Disposition"] == 'attachment; filename="page.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    assert content(response) == sent_content


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\u200b.php", "a.php"),
        ('q"uo\r\nte.txt', None),
        ("ünïcödé 👋.txt", "ünïcödé 👋.txt"),
        ("x" * 400 + ".txt", None),
    ],
)
def test_names_are_safe_to_show_and_stored_as_uuids(cast, api, ticket, sent, shown, settings):
    (told,) = send(api(cast.rosa), ticket, SimpleUploadedFile(sent, b"text"))
    assert shown is None or told["name"] == shown
    assert len(told["name"]) <= 150
    assert Attachment.objects.get().file.name == f"attachments/{told['id'][:2]}/{told['id'].replace('-', '')}"
    response = fetch(api(cast.amir), told["id"])
    assert not {"\r", "\n"} & set(response["Content-Disposition"])
    assert content(response) == b"text"


def test_a_file_goes_the_way_of_its_message(cast, api, ticket, text_file):
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    (public,) = send(api(cast.amir), ticket, text_file())
    (internal,) = send(api(cast.amir), ticket, text_file(), is_internal=True)
    expected = [
        (cast.rosa, 200, 404), (cast.otto, 200, 404), (cast.noor, 404, 404), (cast.amir, 200, 200),
        (cast.lena, 200, 200), (cast.ada, 200, 200),
    ]  # fmt: skip
    for person, for_public, for_internal in expected:
        for told, status in ((public, for_public), (internal, for_internal)):
            response = fetch(api(person), told["id"])
            assert response.status_code == status, (person, told)
            assert status == 404 or content(response) == b"line 1\nline 2\n"
    assert_problem(fetch(api(), public["id"]), 401)
    assert_problem(fetch(api(cast.ada), uuid.uuid4()), 404)


def test_staff_remove_a_file_and_its_name_stays(cast, api, ticket, text_file):
    (told,) = send(api(cast.rosa), ticket, text_file("secret.txt"))
    assert_problem(api(cast.rosa).delete(f"/api/v1/attachments/{told['id']}/"), 403)
    assert_problem(api(cast.noor).delete(f"/api/v1/attachments/{told['id']}/"), 404)
    assert api(cast.amir).delete(f"/api/v1/attachments/{told['id']}/").status_code == 204
    assert api(cast.amir).delete(f"/api/v1/attachments/{told['id']}/").status_code == 204
    assert_problem(fetch(api(cast.rosa), told["id"]), 410, "file_gone")
    (_description, message) = api(cast.rosa).get(address(ticket, "messages/")).json()["results"]
    assert (message["attachments"][0]["name"], message["attachments"][0]["url"]) == ("secret.txt", None)


def test_a_lost_file_is_said_to_be_lost(cast, api, ticket, text_file):
    (told,) = send(api(cast.rosa), ticket, text_file())
    attachment = Attachment.objects.get()
    attachment.file.storage.delete(attachment.file.name)
    assert_problem(fetch(api(cast.rosa), told["id"]), 410, "file_gone")


def test_ten_files_of_up_to_twenty_megabytes_may_come(cast, api, ticket, text_file):
    assert len(send(api(cast.rosa), ticket, *[text_file(f"{number}.txt") for number in range(10)])) == 10
    limit = 20 * 1024 * 1024
    (told,) = send(api(cast.rosa), ticket, SimpleUploadedFile("large.bin", b"\x00" * limit))
    assert told["size"] == limit
