"""Whatever comes in: a problem document that says what is wrong, and nothing half-saved."""

import json
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tests.api.conftest import address, assert_problem
from tickets.models import Message, Ticket

TICKETS = "/api/v1/tickets/"
GOOD = {"title": "A", "description": "B"}


@pytest.fixture(autouse=True)
def _nothing_is_saved(cast):
    yield
    assert not Ticket.objects.exclude(title="Charged twice").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   \t"}, "title"),
        ({"title": "\u200b\u200f"}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": None}, "title"),
        ({"title": 5}, "title"),
        ({"title": ["a"]}, "title"),
        ({"title": {"a": "b"}}, "title"),
        ({"description": ""}, "description"),
        ({"description": " \n "}, "description"),
        ({"description": "a\x00b"}, "description"),
        ({"description": True}, "description"),
        ({"category": "nonsense"}, "category"),
        ({"category": "tech\x00nical"}, "category"),
        ({"category": 7}, "category"),
        ({"priority": "urgent"}, "priority"),
        ({"priority": 3}, "priority"),
        ({"priority": "HIGH\x00"}, "priority"),
        ({"customer_email": "nobody"}, "customer_email"),
        ({"customer_email": "a\x00@example.com"}, "customer_email"),
        ({"customer_email": "a@example.com\r\nBcc: b@example.com"}, "customer_email"),
        ({"customer_email": "x" * 250 + "@example.com"}, "customer_email"),
        ({"created_by": "x" * 151}, "created_by"),
        ({"created_by": "a\x00"}, "created_by"),
        ({"tags": "vip"}, "tags"),
        ({"tags": [""]}, "tags.0"),
        ({"tags": ["x" * 51]}, "tags.0"),
        ({"tags": ["a\x00"]}, "tags.0"),
        ({"attachments": ["not a file"]}, "attachments.0"),
        ({"submission_key": "ключ"}, "Idempotency-Key"),
        ({"unknown": 1}, "unknown"),
        ({"un\x00known": 1}, "un\x00known"),
    ],
)
def test_a_bad_field_is_named(cast, api, changes, field):
    problem = assert_problem(api(cast.amir).post(TICKETS, GOOD | changes, format="json"), 400, "invalid")
    assert field in problem["errors"]


@pytest.mark.parametrize("field", ["title", "description", "category", "priority", "customer_email", "created_by"])
def test_half_a_surrogate_pair_is_refused(cast, api, field):
    body = json.dumps(GOOD | {field: "bad \ud800 text"})
    problem = assert_problem(api(cast.amir).post(TICKETS, body, content_type="application/json"), 400, "invalid")
    assert field in problem["errors"]


def test_half_a_surrogate_pair_in_a_name_is_refused_in_words_that_can_be_sent(cast, api):
    body = json.dumps(GOOD | {"\ud800": 1})
    assert_problem(api(cast.amir).post(TICKETS, body, content_type="application/json"), 400, "invalid")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"title": "A", "description": "B"',
        b"[]",
        b'"text"',
        b"null",
        b"5",
        b'{"title": NaN, "description": "B"}',
        b'{"title": "\xff\xfe", "description": "B"}',
        b"[" * 100_000,
        b'{"title": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_object_is_refused(cast, api, body):
    assert_problem(api(cast.amir).post(TICKETS, body, content_type="application/json"), 400)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense", "image/png"],
)
def test_other_kinds_of_body_are_refused(cast, api, content_type):
    assert_problem(api(cast.amir).post(TICKETS, b"title=A&description=B", content_type=content_type), 415)


@pytest.mark.parametrize("charset", ["utf-7", "rot13", "idna", "zlib", "utf-16", "nonsense"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strange_charsets_are_refused(cast, api, charset, method):
    content_type = f"application/json; charset={charset}"
    response = api(cast.amir).generic(method.upper(), TICKETS, json.dumps(GOOD), content_type=content_type)
    assert_problem(response, 415, "unsupported_charset")


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=ü"]
)
def test_a_multipart_body_without_its_boundary_is_refused(cast, api, content_type):
    assert_problem(api(cast.amir).post(TICKETS, b"--x\r\n\r\n--x--", content_type=content_type), 400)


def test_a_body_over_the_limit_is_refused_unread(cast, api):
    body = json.dumps(GOOD | {"description": "x" * (5 * 1024 * 1024)})
    assert_problem(api(cast.amir).post(TICKETS, body, content_type="application/json"), 413, "too_large")


def test_a_body_of_unknown_length_is_not_taken_for_none(cast, api):
    client = api(cast.amir)
    response = client.post(TICKETS, GOOD, HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="")
    assert_problem(response, 411, "length_required")


def test_form_fields_over_the_limit_are_refused(cast, api):
    body = GOOD | {"description": "x" * (5 * 1024 * 1024)}
    assert_problem(api(cast.amir).post(TICKETS, body, format="multipart"), 413, "too_large")


def test_many_thousand_fields_are_refused_briefly(cast, api):
    body = GOOD | {f"field{number}": "x" for number in range(3000)}
    client = api(cast.amir)
    assert_problem(client.post(TICKETS, body, format="multipart"), 400)
    assert len(client.post(TICKETS, body, format="json").content) < 5000


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("empty.txt", b"", 400),
        ("cat.png", b"GIF89a" + bytes(64), 400),
        ("invoice.pdf", b"MZ" + bytes(512), 400),
        ("photo.jpg", b"<script>alert(1)</script>", 400),
        ("large.bin", os.urandom(1024) * 1024 * 30, 413),
    ],
)
def test_bad_files_are_refused(cast, api, name, content, status):
    ticket = cast.open_ticket()
    body = {"body": "See the file", "attachments": [SimpleUploadedFile(name, content)]}
    problem = assert_problem(api(cast.rosa).post(address(ticket, "messages/"), body, format="multipart"), status)
    assert name in problem["detail"]
    assert Message.objects.count() == 1


def test_more_than_ten_files_are_refused(cast, api):
    files = [SimpleUploadedFile(f"{number}.txt", b"text") for number in range(11)]
    problem = assert_problem(api(cast.rosa).post(TICKETS, GOOD | {"attachments": files}, format="multipart"), 400)
    assert "10" in problem["detail"]


@pytest.mark.parametrize("key", ["x" * 101, "a\x07b", "schlüssel"])
def test_a_key_that_is_none_is_refused(cast, api, key):
    assert_problem(api(cast.rosa).post(TICKETS, GOOD, HTTP_IDEMPOTENCY_KEY=key), 400)


def test_two_different_keys_are_refused(cast, api):
    body = GOOD | {"submission_key": "one"}
    assert_problem(api(cast.rosa).post(TICKETS, body, HTTP_IDEMPOTENCY_KEY="two"), 400)


@pytest.mark.parametrize("reference", ["HD-0", "HD-", "nonsense", "1e3", "-1", "HD-99999999999999999999", "%00", "١٢"])
def test_a_reference_that_is_none_is_not_found(cast, api, reference):
    assert_problem(api(cast.ada).get(f"/api/v1/tickets/{reference}/"), 404, "not_found")


def test_a_reference_is_understood_in_either_case_and_without_its_letters(cast, api):
    ticket = cast.open_ticket()
    for reference in (ticket.reference.lower(), str(ticket.number)):
        assert api(cast.rosa).get(f"/api/v1/tickets/{reference}/").json()["reference"] == ticket.reference


@pytest.mark.parametrize("path", ["/api/v1/nonsense/", "/api/v2/tickets/", "/api/v1/tickets", "/api/"])
def test_an_address_that_leads_nowhere_is_a_problem_document_too(cast, api, path):
    client = APIClient(enforce_csrf_checks=True)
    for call in (client.get, client.post, client.delete, api(cast.amir).get):
        assert_problem(call(path), 404, "not_found")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_a_method_that_an_address_does_not_know_is_refused(cast, api, method):
    assert_problem(getattr(api(cast.amir), method)(TICKETS), 405)


def test_verbs_take_no_fields_that_they_do_not_know(cast, api):
    ticket = cast.open_ticket()
    client = api(cast.amir)
    for method, noun in [
        ("post", "work/"), ("post", "resolution/"), ("delete", "resolution/"), ("delete", "assignment/"),
        ("post", "closure/"), ("delete", "waiting/"), ("put", "tags/vip/"), ("put", "watchers/me/"),
    ]:  # fmt: skip
        assert_problem(getattr(client, method)(address(ticket, noun), {"status": "closed"}), 400, "invalid")
    ticket.refresh_from_db()
    assert ticket.status == "assigned"


def test_refusals_are_in_the_language_that_was_asked_for_each_time(cast, api):
    client, body = api(cast.rosa), GOOD | {"title": "x" * 301}

    def said(language):
        answer = client.post(TICKETS, body, headers={"Accept-Language": language})
        return assert_problem(answer, 400)["errors"]["title"]

    english, german = said("en"), said("de")
    assert english != german
    assert (said("en"), said("de")) == (english, german)


def test_no_body_is_refused(cast, api):
    assert_problem(api(cast.rosa).post(TICKETS, b"null", content_type="application/json"), 400, "invalid")
