"""The first page of the demo: three doors, each one click, and a tour that remembers where one is."""

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from helpdesk.core.own_desk import make_own_desk
from helpdesk.demo.cast import DOOR_CUSTOMER, DOOR_LEAD, on_shift
from helpdesk.demo.desk import set_up_desk
from helpdesk.demo.doors.tour import STEPS
from helpdesk.demo.outbox.models import CaughtMessage
from teams.models import User
from tests.cast import MONDAY
from tickets.models import Category, Channel
from tickets.services.opening import open_ticket
from tickets.services.resolving import resolve_ticket

DOORS = ("customer", "agent", "lead")


@pytest.fixture
def demo(db, settings, tmp_path):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    set_up_desk(as_of=MONDAY)


def person_of(client):
    pk = client.session.get(SESSION_KEY)
    return User.objects.get(pk=pk) if pk else None


def come_in(client, door):
    return client.post(reverse("demo:enter", args=[door]))


def ask():
    rosa = User.objects.get(email=DOOR_CUSTOMER)
    return open_ticket(
        title="Charged twice", description="Twice!", requester=rosa, by=rosa, channel=Channel.WEB,
        category=Category.objects.get(slug="payment"),
    )  # fmt: skip


def test_the_first_page_shows_three_doors_and_the_whole_tour(demo, client):
    page = client.get("/").content.decode()

    for words in ("Customer", "Agent", "Lead", *[str(step.name).replace("'", "&#x27;") for step in STEPS]):
        assert words in page
    assert page.count('name="csrfmiddlewaretoken"') == len(DOORS) + len(STEPS) + 1


def test_without_the_flag_it_is_the_welcome_page(db, client):
    assert "How can we help?" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("door", "lands"), [("customer", "/tickets/"), ("agent", "/admin/tickets/ticket/"), ("lead", "/admin/")]
)
def test_a_door_is_one_click(demo, client, door, lands):
    response = come_in(client, door)

    assert response.url == lands
    assert client.get(lands).status_code == 200
    assert person_of(client).is_staff == (door != "customer")


def test_a_door_opens_to_a_click_only(demo, client):
    assert client.get(reverse("demo:enter", args=["lead"])).status_code == 405
    assert person_of(client) is None


def test_a_forged_click_opens_no_door(demo):
    browser = Client(enforce_csrf_checks=True)

    assert come_in(browser, "lead").status_code == 403


def test_there_is_no_fourth_door(demo, client):
    assert come_in(client, "administrator").url == "/"
    assert person_of(client) is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("post", f"/demo/doors/{door}/") for door in DOORS),
        ("post", "/demo/tour/"),
        ("post", "/demo/tour/charged/"),
        ("get", "/outbox/"),
        ("get", "/outbox/fresh/"),
        ("get", "/outbox/1/"),
        ("get", "/outbox/1/frame/"),
        ("post", "/outbox/sms/"),
    ],
)
def test_elsewhere_none_of_it_exists(demo, client, settings, method, path):
    CaughtMessage.objects.create(pk=1, kind="mail", key="1", raw=b"Subject: x\nContent-Type: text/html\n\n<p>x")
    settings.DEMO = False

    assert getattr(client, method)(path).status_code == 404
    assert person_of(client) is None


def test_a_desk_that_became_somebodys_own_has_no_doors_any_more(demo, client):
    make_own_desk()

    assert come_in(client, "lead").status_code == 404
    assert "How can we help?" in client.get("/").content.decode()


@pytest.mark.parametrize(
    "stranger",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_HOST": "localhost"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
    ],
)
def test_strangers_are_refused_wherever_they_knock(demo, client, settings, stranger):
    settings.PROXY_COUNT = 1
    for path in ("/", "/outbox/", "/admin/login/", "/api/v1/me/"):
        response = client.get(path, **stranger)
        assert response.status_code == 403
        assert "its own machine only" in response.content.decode()
    assert client.post("/demo/doors/lead/", **stranger).status_code == 403
    assert person_of(client) is None


def test_strangers_are_welcome_where_there_is_no_demo(db, client):
    assert client.get("/", REMOTE_ADDR="10.0.0.7").status_code == 200


def test_the_agent_is_whoever_has_the_customers_newest_request(demo, client):
    ticket = ask()
    come_in(client, "agent")
    assert person_of(client) == ticket.assignee

    come_in(client, "lead")
    assert person_of(client).email == DOOR_LEAD
    assert person_of(client).memberships.filter(team=ticket.team, role="lead").exists()


def test_else_the_agent_is_somebody_who_would_get_a_payment_ticket_now(demo, client, at_night):
    resolve_ticket(ask(), by=None)
    come_in(client, "agent")

    assert person_of(client).email == on_shift("payments", at=at_night)[0].email


@pytest.fixture
def at_night():
    with time_machine.travel(MONDAY.replace(hour=2), tick=False):
        yield MONDAY.replace(hour=2)


def test_a_step_leads_where_it_says_signed_in_as_whom_it_needs(demo, client):
    response = client.post("/demo/tour/charged/")
    assert response.url == "/new/?topic=payment"
    assert person_of(client).email == DOOR_CUSTOMER

    ticket = ask()
    assert client.post("/demo/tour/promise/").url == f"/tickets/{ticket.public_id}/"
    response = client.post("/demo/tour/answer/")
    assert response.url == f"/admin/tickets/ticket/{ticket.reference}/"
    assert person_of(client) == ticket.assignee
    page = client.get(response.url).content.decode()
    assert "Back to the tour" in page


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_every_step_opens_a_page_with_and_without_a_request(demo, client, step):
    for _again in range(2):
        response = client.post(reverse("demo:step", args=[step.slug]), follow=True)
        assert response.status_code == 200
        ask()


def test_the_tour_remembers_where_one_is_also_as_somebody_else(demo, client):
    client.post("/demo/tour/charged/")
    client.post("/demo/tour/numbers/")
    come_in(client, "agent")
    stops = client.get("/").context["tour"].stops

    assert [stop.step.slug for stop in stops if stop.is_done] == ["charged", "numbers"]
    assert [stop.step.slug for stop in stops if stop.is_next] == ["promise"]


def test_the_tour_can_be_put_away_and_begun_again(demo, client):
    client.post("/demo/tour/charged/")
    assert client.post("/demo/tour/").url == "/"
    assert client.get("/").context["tour"].is_hidden
    assert "A ticket by curl" not in client.get("/").content.decode()

    client.post("/demo/tour/", {"again": "1"})
    tour = client.get("/").context["tour"]
    assert (tour.is_hidden, tour.done) == (False, 0)


def test_a_step_that_does_not_exist_leads_nowhere(demo, client):
    assert client.post("/demo/tour/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("host", "twin"),
    [
        ("localhost:8000", "http://127.0.0.1:8000/"),
        ("127.0.0.1:8000", "http://localhost:8000/"),
        ("localhost", "http://127.0.0.1/"),
        ("[::1]:8000", ""),
    ],
)
def test_the_desk_has_a_second_name_for_a_second_person(demo, client, host, twin):
    assert client.get("/", HTTP_HOST=host).context["twin"] == twin


def test_before_the_demo_is_loaded_the_page_says_so(db, client, settings, tmp_path):
    settings.DEMO, settings.DATA_DIR = True, tmp_path

    assert "Nobody is here yet" in client.get("/").content.decode()
    for path in ("/demo/doors/lead/", "/demo/tour/charged/"):
        assert "load_demo" in client.post(path, follow=True).content.decode()


def test_the_page_asks_little_of_the_database(demo, client, django_assert_max_num_queries):
    ask()
    come_in(client, "agent")
    with django_assert_max_num_queries(12):
        client.get("/")


@pytest.mark.parametrize("door", DOORS)
def test_every_page_leads_back_to_the_doors_and_to_the_outbox(demo, client, door):
    page = client.get(come_in(client, door).url).content.decode()

    assert "To the doors" in page
    assert reverse("demo:outbox") in page


def test_no_page_of_ones_own_desk_does(demo, client):
    come_in(client, "lead")
    make_own_desk()

    for address in (reverse("admin:index"), reverse("portal:new")):
        page = client.get(address).content.decode()
        assert "To the doors" not in page
        assert reverse("demo:outbox") not in page
