import json

import pytest
from rest_framework.test import APIClient

from teams.models import Organisation, User
from tests.api.conftest import address, assert_problem
from tests.cast import make_agent
from tickets.models import Message, Priority, Submission, Ticket

TICKETS = "/api/v1/tickets/"
BYTE_FOR_BYTE = (
    b'{"title": "Login Issue", "description": "Unable to login to portal", "category": "technical", '
    b'"priority": "high", "createdBy": "user123", "customerEmail": "user@example.com"}'
)
SNAKE = {
    "title": "Login Issue",
    "description": "Unable to login to portal",
    "category": "technical",
    "priority": "high",
    "created_by": "user123",
    "customer_email": "user@example.com",
}


def test_the_body_from_another_system_works_byte_for_byte(cast, api):
    response = api(cast.amir).post(TICKETS, BYTE_FOR_BYTE, content_type="application/json")
    assert response.status_code == 201, response.content
    ticket = Ticket.objects.get()
    answer = response.json()
    assert response["Location"] == address(ticket)
    assert response["ETag"] == f'"{ticket.version}"'
    assert answer["reference"] == ticket.reference
    assert answer["public_id"] == str(ticket.public_id)
    assert answer["team"] == {"slug": "technical", "name": "Technical"}
    assert answer["assignee"]["name"] == "Noor"
    assert (answer["title"], answer["description"]) == ("Login Issue", "Unable to login to portal")
    assert (answer["category"], answer["priority"], answer["status"]) == ("technical", "high", "assigned")
    assert (answer["channel"], answer["created_by"]) == ("api", "user123")
    assert {"first_response_due_at", "resolution_due_at"} <= answer.keys()


def test_snake_case_names_say_the_same(cast, api):
    answer = api(cast.amir).post(TICKETS, SNAKE).json()
    assert (answer["created_by"], answer["requester"]["email"]) == ("user123", "user@example.com")


def test_both_spellings_may_agree_and_must_not_differ(cast, api):
    client = api(cast.amir)
    assert client.post(TICKETS, SNAKE | {"customerEmail": "user@example.com"}).status_code == 201
    problem = assert_problem(client.post(TICKETS, SNAKE | {"customerEmail": "other@example.com"}), 400)
    assert "customer_email" in problem["errors"]
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("who", ["amir", "lena", "rosa"])
@pytest.mark.parametrize("priority", ["medium", "critical"])
def test_the_answer_is_what_reading_tells_at_once(cast, api, who, priority):
    person = getattr(cast, who)
    client = api(person)
    body = SNAKE | {"customer_email": cast.rosa.email, "priority": priority, "category": "billing"}
    answer = client.post(TICKETS, body | ({"tags": ["vip"]} if person.is_staff else {})).json()
    assert client.get(address(Ticket.objects.get())).json() == answer


def test_opening_takes_few_queries_however_many_work_here(cast, api, django_assert_max_num_queries):
    client = api(cast.amir)
    client.post(TICKETS, SNAKE)
    for number in range(20):
        make_agent(f"Extra{number}", cast.technical)
    client.post(TICKETS, SNAKE)
    with django_assert_max_num_queries(25):
        client.post(TICKETS, SNAKE)


def test_a_new_address_becomes_a_requester_without_a_password(cast, api):
    api(cast.amir).post(TICKETS, SNAKE | {"customer_name": "Uma User"})
    person = User.objects.get(email="user@example.com")
    assert (person.full_name, person.is_staff, person.has_usable_password()) == ("Uma User", False, False)
    assert Ticket.objects.get().requester == person


def test_a_known_address_keeps_its_person(cast, api):
    api(cast.amir).post(TICKETS, SNAKE | {"customer_email": "ROSA@example.com", "customer_name": "Somebody Else"})
    assert Ticket.objects.get().requester == cast.rosa
    cast.rosa.refresh_from_db()
    assert cast.rosa.full_name == "Rosa"


def test_requesters_open_for_themselves(cast, api):
    client, body = api(cast.rosa), {"title": "A", "description": "B"}
    for changes in ({}, {"customer_email": "Rosa@Example.com"}):
        assert client.post(TICKETS, body | changes).status_code == 201
    assert {ticket.requester for ticket in Ticket.objects.all()} == {cast.rosa}


@pytest.mark.parametrize("email", ["otto@example.com", "nobody@example.com"])
def test_requesters_do_not_open_for_others_whether_they_exist_or_not(cast, api, email):
    problem = assert_problem(api(cast.rosa).post(TICKETS, SNAKE | {"customer_email": email}), 403, "not_permitted")
    assert email not in str(problem)
    assert not Ticket.objects.exists()


def test_a_trusted_token_opens_for_others_and_gets_a_receipt_without_the_inner_side(cast, api):
    response = api(cast.otto, is_trusted=True).post(TICKETS, SNAKE | {"tags": ["vip"]})
    assert response.status_code == 201
    answer = response.json()
    assert (answer["requester"]["email"], answer["tags"], answer["next_due_at"]) == (None, [], None)
    assert answer["assignee"]["name"] == "Noor"
    assert_problem(api(cast.otto).get(f"{TICKETS}{answer['reference']}/"), 404)


def test_tags_are_for_staff_and_trusted_tokens(cast, api):
    body = {"title": "A", "description": "B", "tags": [" VIP ", "vip", "beta"]}
    assert api(cast.amir).post(TICKETS, body).status_code == 201
    assert sorted(tag.name for tag in Ticket.objects.get().tags.all()) == ["beta", "vip"]
    assert_problem(api(cast.rosa).post(TICKETS, body), 403)


@pytest.mark.parametrize(
    ("who", "trusted", "given"),
    [("rosa", False, "high"), ("rosa", True, "critical"), ("amir", False, "critical")],
)
def test_who_may_not_ask_for_critical_gets_high_and_the_wish_is_kept(cast, api, who, trusted, given):
    body = {"title": "Down", "description": "All of it", "priority": "critical"}
    answer = api(getattr(cast, who), is_trusted=trusted).post(TICKETS, body).json()
    assert (answer["priority"], answer["requested_priority"]) == (given, "critical")


def test_an_organisation_may_have_the_right_to_critical(cast, api):
    cast.rosa.organisation = Organisation.objects.create(name="Acme", may_request_critical=True)
    cast.rosa.save()
    body = {"title": "Down", "description": "All of it", "priority": "critical"}
    assert api(cast.rosa).post(TICKETS, body).json()["priority"] == "critical"


@pytest.mark.parametrize("slug", ["feature-request", "feature_request", "Feature Request", "FEATURE-REQUEST"])
def test_a_category_is_understood_in_every_usual_spelling(cast, api, slug):
    body = {"title": "A", "description": "B", "category": slug}
    assert api(cast.rosa).post(TICKETS, body).json()["category"] == "feature-request"


def test_text_is_stored_intact(cast, api):
    description = "  \r\nשלום עולם ‮abc‬ 👩‍👩‍👧‍👦 e\u0301\ttab\u2028end\n\n"
    response = api(cast.rosa).post(TICKETS, {"title": "مرحبا 👋🏽", "description": description})
    assert response.status_code == 201
    assert Message.objects.get().body == description
    assert response.json()["description"] == description
    assert response.json()["title"] == "مرحبا 👋🏽"


def test_a_description_may_be_two_hundred_thousand_characters_long(cast, api):
    client = api(cast.rosa)
    assert client.post(TICKETS, {"title": "A", "description": "ä" * 200_000}).status_code == 201
    problem = assert_problem(client.post(TICKETS, {"title": "A", "description": "ä" * 200_001}), 400)
    assert list(problem["errors"]) == ["description"]
    assert Ticket.objects.count() == 1


def test_privileged_fields_are_refused_by_name(cast, api):
    forged = {"status": "closed", "assignee": cast.amir.pk, "version": 9, "number": 1, "is_staff": True}
    problem = assert_problem(api(cast.rosa).post(TICKETS, {"title": "A", "description": "B"} | forged), 400)
    assert problem["errors"].keys() == forged.keys()
    assert not Ticket.objects.exists()


def test_files_come_with_a_multipart_body(cast, api, text_file):
    body = {"title": "A", "description": "B", "createdBy": "x", "attachments": [text_file("a.txt"), text_file("b.txt")]}
    response = api(cast.rosa).post(TICKETS, body, format="multipart")
    assert response.status_code == 201, response.content
    assert sorted(file.name for file in Message.objects.get().attachments.all()) == ["a.txt", "b.txt"]
    assert response.json()["created_by"] == "x"


def test_nothing_is_left_of_a_request_that_is_refused(cast, api, text_file):
    people = User.objects.count()
    for changes in ({"priority": "urgent"}, {"category": "nonsense"}, {"attachments": [text_file("a.txt", b"")]}):
        body = {"title": "A", "description": "B", "customer_email": "new@example.com"} | changes
        assert_problem(api(cast.amir).post(TICKETS, body, format="multipart"), 400)
    assert (Ticket.objects.count(), Message.objects.count(), Submission.objects.count()) == (0, 0, 0)
    assert User.objects.count() == people


def test_a_session_without_its_csrf_token_opens_nothing(cast):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.amir)
    assert_problem(client.post(TICKETS, json.dumps(SNAKE), content_type="application/json"), 403)


def test_priority_left_out_is_medium(cast, api):
    api(cast.rosa).post(TICKETS, {"title": "A", "description": "B"})
    ticket = Ticket.objects.get()
    assert (ticket.priority, ticket.requested_priority) == (Priority.MEDIUM, None)
