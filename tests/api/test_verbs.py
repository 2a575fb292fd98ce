import pytest
from django.utils.timezone import now

from teams.models import TeamMembership
from tests.api.conftest import address, assert_problem
from tests.cast import make_agent
from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.links import link_to, opened
from tickets.models import Message, Ticket
from tickets.services.assigning import assign_ticket
from tickets.services.resolving import close_ticket, resolve_ticket


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


def status_after(response):
    assert response.status_code == 200, response.content
    told = response.json()
    ticket = Ticket.objects.get()
    assert (told["status"], response["ETag"]) == (ticket.status, f'"{ticket.version}"')
    return ticket.status


def test_the_lifecycle_is_walked_by_nouns(cast, api, ticket):
    client = api(cast.amir)
    assert status_after(client.post(address(ticket, "work/"))) == Status.IN_PROGRESS
    assert status_after(client.post(address(ticket, "waiting/"), {"reason": "Which card?"})) == Status.PENDING_CUSTOMER
    assert Message.objects.get(is_internal=True).body == "Which card?"
    assert status_after(client.delete(address(ticket, "waiting/"))) == Status.IN_PROGRESS
    assert status_after(client.post(address(ticket, "resolution/"))) == Status.RESOLVED
    assert status_after(client.delete(address(ticket, "resolution/"))) == Status.IN_PROGRESS
    assert status_after(client.post(address(ticket, "resolution/"))) == Status.RESOLVED
    assert status_after(client.post(address(ticket, "closure/"))) == Status.CLOSED


@pytest.mark.parametrize(
    ("method", "noun", "body"),
    [
        ("post", "work/", None),
        ("post", "waiting/", None),
        ("post", "resolution/", None),
        ("delete", "resolution/", None),
        ("put", "priority/", {"priority": "high"}),
        ("put", "category/", {"category": "technical"}),
        ("post", "assignment/", {"automatic": True}),
        ("post", "assignment/", {"assignee": "lena@example.com"}),
        ("delete", "assignment/", None),
    ],
)
def test_a_closed_ticket_is_final(cast, api, ticket, method, noun, body):
    resolve_ticket(ticket, by=cast.amir)
    version = close_ticket(ticket, by=cast.amir).version
    problem = assert_problem(getattr(api(cast.amir), method)(address(ticket, noun), body), 409, "illegal_move")
    assert (problem["status_now"], problem["allowed"]) == ("closed", [])
    ticket.refresh_from_db()
    assert ticket.version == version


def test_an_illegal_move_says_what_is_possible(cast, api, ticket):
    problem = assert_problem(api(cast.amir).post(address(ticket, "closure/")), 409, "illegal_move")
    assert problem["status_now"] == "assigned"
    assert "resolved" in problem["allowed"]


def test_saying_it_twice_records_it_once(cast, api, ticket):
    client = api(cast.amir)
    for method, noun, body, kind in [
        ("put", "priority/", {"priority": "high"}, EventKind.PRIORITY_CHANGED),
        ("put", "category/", {"category": "payment"}, EventKind.CATEGORY_CHANGED),
        ("put", "tags/vip/", None, EventKind.TAGGED),
        ("delete", "tags/vip/", None, EventKind.UNTAGGED),
        ("put", "watchers/otto@example.com/", None, EventKind.WATCHER_ADDED),
        ("delete", "watchers/otto@example.com/", None, EventKind.WATCHER_REMOVED),
        ("post", "resolution/", None, EventKind.RESOLVED),
    ]:
        for _time in range(2):
            response = getattr(client, method)(address(ticket, noun), body)
            assert response.status_code == 200, response.content
        assert ticket.events.filter(kind=kind).count() == 1


def test_priority_and_category_are_changed_by_staff(cast, api, ticket):
    assert api(cast.lena).put(address(ticket, "priority/"), {"priority": "low"}).json()["priority"] == "low"
    answer = api(cast.lena).put(address(ticket, "category/"), {"category": None})
    assert (answer.status_code, answer.json()["category"]) == (200, None)
    for noun, body in (("priority/", {"priority": None}), ("priority/", {}), ("category/", {})):
        assert_problem(api(cast.ada).put(address(ticket, noun), body), 400, "invalid")


def test_another_category_may_take_it_out_of_sight_and_the_answer_says_where_it_went(cast, api, ticket):
    answer = api(cast.amir).put(address(ticket, "category/"), {"category": "technical"})
    assert (answer.status_code, answer.json()["team"]["slug"]) == (200, "technical")
    assert (answer.json()["tags"], answer.json()["watchers"]) == ([], [])
    assert_problem(api(cast.amir).get(address(ticket)), 404)


def test_a_ticket_is_given_by_id_or_address_and_taken_back(cast, api, ticket):
    client = api(cast.amir)
    assert client.post(address(ticket, "assignment/"), {"assignee": cast.lena.pk}).json()["assignee"]["name"] == "Lena"
    assert (
        client.post(address(ticket, "assignment/"), {"assignee": "AMIR@example.com"}).json()["assignee"]["name"]
        == "Amir"
    )
    answer = client.delete(address(ticket, "assignment/")).json()
    assert (answer["assignee"], answer["status"]) == (None, "open")
    assert client.post(address(ticket, "assignment/"), {"automatic": True}).json()["assignee"]["name"] == "Amir"


def test_a_team_may_be_named_with_the_person(cast, api, ticket):
    TeamMembership.objects.create(team=cast.technical, user=cast.lena)
    body = {"assignee": cast.lena.pk, "team": "technical"}
    answer = api(cast.amir).post(address(ticket, "assignment/"), body).json()
    assert (answer["team"]["slug"], answer["assignee"]["name"]) == ("technical", "Lena")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"),
        ({"assignee": "nobody@example.com"}, "invalid"),
        ({"assignee": 10**30}, "invalid"),
        ({"assignee": "rosa@example.com"}, "invalid"),
        ({"assignee": "a\x00"}, "invalid"),
        ({"assignee": True}, "invalid"),
        ({"assignee": None}, "invalid"),
        ({"assignee": ""}, "invalid"),
        ({"assignee": [1]}, "invalid"),
        ({"assignee": {"password": "x"}}, "invalid"),
        ({"assignee": "ada@example.com"}, "not_an_agent"),
        ({"assignee": "amir@example.com", "team": "technical"}, "not_an_agent"),
        ({"assignee": "amir@example.com", "team": "nonsense"}, "invalid"),
        ({"assignee": "amir@example.com", "automatic": True}, "invalid"),
        ({"automatic": True, "team": "billing"}, "invalid"),
        ({"automatic": "perhaps"}, "invalid"),
    ],
)
def test_an_assignment_to_nobody_is_refused(cast, api, ticket, body, code):
    assert_problem(api(cast.lena).post(address(ticket, "assignment/"), body, format="json"), 400, code)
    assert Ticket.objects.get().assignee == cast.amir


def test_tags_are_folded_and_checked(cast, api, ticket):
    client = api(cast.amir)
    assert client.put(address(ticket, "tags/%20VIP%20%20Customer/")).json()["tags"] == ["vip customer"]
    assert client.delete(address(ticket, "tags/vip customer/")).json()["tags"] == []
    for name in ("x" * 51, "%00", "%20"):
        assert_problem(client.put(address(ticket, f"tags/{name}/")), 400, "invalid")


def test_followers_come_and_go(cast, api, ticket):
    assert [p["name"] for p in api(cast.amir).put(address(ticket, "watchers/me/")).json()["watchers"]] == ["Amir"]
    api(cast.amir).put(address(ticket, f"watchers/{cast.otto.pk}/"))
    assert api(cast.otto).get(address(ticket)).status_code == 200
    assert api(cast.otto).delete(address(ticket, "watchers/me/")).status_code == 200
    assert_problem(api(cast.otto).get(address(ticket)), 404)
    for person in ("nobody@example.com", "99999999999999999999999", "%00"):
        assert_problem(api(cast.amir).put(address(ticket, f"watchers/{person}/")), 404)


def test_customers_cannot_find_out_who_exists(cast, api, ticket):
    answers = {
        api(cast.rosa).delete(address(ticket, f"watchers/{person}/")).content
        for person in ("otto@example.com", "nobody@example.com", cast.otto.pk, 987654)
    }
    assert len(answers) == 1
    assert_problem(api(cast.rosa).delete(address(ticket, "watchers/otto@example.com/")), 403)


def test_the_routing_is_explained_in_a_sentence_and_in_full(cast, api, ticket):
    told = api(cast.lena).get(address(ticket, "routing/")).json()
    assert told["is_current"] is True
    assert told["sentence"].startswith("Knows payments (4/5)")
    assert (told["winner"], told["rung"]) == ("Amir", "required_skills")
    assert {candidate["name"] for candidate in told["candidates"]} >= {"Amir", "Lena"}
    amir = next(candidate for candidate in told["candidates"] if candidate["name"] == "Amir")
    assert (amir["skills"], amir["capacity"]) == ({"payments": 4}, 8)
    assert told["event"] == ticket.events.get(kind=EventKind.ASSIGNED).seq


def test_an_assignment_by_hand_makes_the_explanation_history(cast, api, ticket):
    assign_ticket(ticket, to=cast.lena, by=cast.lena)
    assert api(cast.lena).get(address(ticket, "routing/")).json()["is_current"] is False


def test_a_ticket_that_nobody_decided_about_is_told_as_such(cast, api, ticket):
    unexplained = Ticket.objects.create(
        title="Imported", channel="api", requester=cast.rosa, team=cast.billing, opened_at=ticket.opened_at,
        updated_at=ticket.opened_at,
    )  # fmt: skip
    told = api(cast.lena).get(address(unexplained, "routing/")).json()
    assert (told["sentence"], told["winner"], told["candidates"]) == ("", None, [])


def test_the_next_agent_is_found_when_rules_decide_again(cast, api, ticket):
    make_agent("Bea", cast.technical)
    Ticket.objects.filter(pk=ticket.pk).update(category=cast.technical_category)
    answer = api(cast.lena).post(address(ticket, "assignment/"), {"automatic": True}).json()
    assert answer["team"]["slug"] == "technical"
    assert answer["assignee"]["name"] in ("Noor", "Bea")


def test_links_in_mails_are_revoked_by_staff_only(cast, api, ticket):
    token = link_to(ticket, cast.rosa, at=now()).rstrip("/").rpartition("/")[2]
    assert_problem(api(cast.rosa).delete(address(ticket, "links/")), 403, "not_permitted")
    assert opened(token, at=now()) is not None
    assert api(cast.amir).delete(address(ticket, "links/")).status_code == 200
    assert opened(token, at=now()) is None
