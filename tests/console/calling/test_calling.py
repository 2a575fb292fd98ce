"""A call becomes a ticket."""

import re

import pytest
from django.urls import reverse

from teams.models import User
from tests.cast import make_person
from tickets.lifecycle import Status
from tickets.models import Message, Priority, Ticket, TicketEvent

NEW = reverse("admin:tickets_ticket_new")
PEOPLE = reverse("admin:tickets_ticket_new_people")
OUTLOOK = reverse("admin:tickets_ticket_new_outlook")
CALL = {
    "email": "Rosa@Example.com", "full_name": "", "channel": "phone", "title": "Charged twice",
    "description": "Two charges in March.", "category": "billing", "priority": "high", "submission_key": "k1",
}  # fmt: skip


def test_it_is_opened_in_the_caller_s_words(cast, desk):
    response = desk(cast.amir).post(NEW, CALL)
    ticket = Ticket.objects.get()
    assert response.url == reverse("admin:tickets_ticket_page", args=[ticket.reference])
    assert (ticket.requester, ticket.channel, ticket.priority) == (cast.rosa, "phone", Priority.HIGH)
    assert (ticket.category, ticket.team) == (cast.billing_category, cast.billing)
    assert ticket.assignee in (cast.amir, cast.lena)
    message = Message.objects.get()
    assert (message.author, message.body, message.is_from_staff) == (cast.rosa, "Two charges in March.", False)
    assert TicketEvent.objects.get(kind="ticket.opened").actor == cast.amir


def test_a_newcomer_becomes_a_person(cast, desk):
    desk(cast.amir).post(NEW, CALL | {"email": "new@example.org", "full_name": "Nia  New"})
    newcomer = User.objects.get(email="new@example.org")
    assert (newcomer.full_name, newcomer.is_staff, newcomer.has_usable_password()) == ("Nia New", False, False)
    assert Ticket.objects.get().requester == newcomer


def test_resolved_at_once_by_whoever_answered(cast, desk):
    page = desk(cast.amir).post(NEW, CALL | {"resolves": "on"}, follow=True).content.decode()
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.assignee) == (Status.RESOLVED, cast.amir)
    assert f"{ticket.reference} is resolved." in page


def test_somebody_of_another_team_may_resolve_what_they_answered(cast, desk):
    desk(cast.noor).post(NEW, CALL | {"resolves": "on"})
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.assignee, ticket.team) == (Status.RESOLVED, cast.noor, cast.technical)


def test_an_administrator_without_a_team_resolves_it_too(cast, desk):
    desk(cast.ada).post(NEW, CALL | {"resolves": "on"})
    assert Ticket.objects.get().status == Status.RESOLVED


def test_taking_it_oneself(cast, desk):
    desk(cast.noor).post(NEW, CALL | {"takes": "on"})
    ticket = Ticket.objects.get()
    assert (ticket.assignee, ticket.status) == (cast.noor, Status.ASSIGNED)


def test_who_cannot_take_it_is_told_and_nothing_is_opened(cast, desk):
    response = desk(cast.ada).post(NEW, CALL | {"takes": "on"})
    assert response.status_code == 422
    assert "not an active agent" in response.content.decode()
    assert not Ticket.objects.exists()


def test_what_goes_to_another_team_leads_back_to_the_list_and_says_who_has_it(cast, desk):
    response = desk(cast.noor).post(NEW, CALL, follow=True)
    ticket = Ticket.objects.get()
    assert response.redirect_chain[-1][0] == reverse("admin:tickets_ticket_changelist")
    assert f"{ticket.reference} is open. {ticket.assignee} from Billing has it" in response.content.decode()


def test_a_second_click_opens_nothing_more(cast, desk):
    client = desk(cast.amir)
    client.post(NEW, CALL | {"resolves": "on"})
    events = TicketEvent.objects.count()
    assert client.post(NEW, CALL | {"resolves": "on"}).status_code == 302
    assert (Ticket.objects.count(), TicketEvent.objects.count()) == (1, events)


@pytest.mark.parametrize(
    "broken",
    [
        {"email": ""}, {"email": "nobody"}, {"title": "  "}, {"description": ""}, {"description": "a\x00b"},
        {"priority": "x"}, {"category": "x"}, {"channel": "web"}, {"title": "x" * 301},
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_what_was_written_stays(cast, desk, broken):
    response = desk(cast.amir).post(NEW, CALL | broken)
    assert response.status_code == 422
    page = response.content.decode()
    assert "field-error" in page or "notice" in page
    if "description" not in broken:
        assert "Two charges in March." in page
    assert not Ticket.objects.exists()


def test_people_are_found_by_name_and_address(cast, desk):
    client = desk(cast.amir)
    for words in ("ros", "rosa@example.com", "ROSA"):
        page = client.get(PEOPLE, {"find": words}).content.decode()
        assert 'data-email="rosa@example.com"' in page
        assert "otto@example.com" not in page
    assert "Nobody by that name" in client.get(PEOPLE, {"find": "zebra"}).content.decode()
    assert client.get(PEOPLE, {"find": "a\x00"}).status_code == 200


def test_a_person_says_how_many_of_their_tickets_are_open(cast, desk):
    cast.open_ticket()
    cast.open_ticket()
    assert "2 open tickets" in desk(cast.amir).get(PEOPLE, {"find": "rosa"}).content.decode()


def test_without_javascript_a_person_is_found_and_chosen_by_links(cast, desk):
    client = desk(cast.amir)
    page = client.get(NEW, {"find": "rosa"}).content.decode()
    (link,) = re.findall(r'class="call-person" href="([^"]+)"', page)
    page = client.get(NEW + link).content.decode()
    assert 'name="email" form="call-form" value="rosa@example.com"' in page
    assert 'value="new@example.org"' in client.get(NEW, {"find": "new@example.org"}).content.decode()
    assert client.get(NEW, {"requester": "9" * 30}).status_code == 200


def test_it_says_who_would_get_it_and_gives_it_to_them(cast, desk):
    said = desk(cast.noor).get(OUTLOOK, {"category": "billing", "email": "rosa@example.com"}).content.decode()
    desk(cast.noor).post(NEW, CALL)
    assert said.strip() == f"Goes to {Ticket.objects.get().assignee} (Billing), who is working now."
    assert "General" in desk(cast.noor).get(OUTLOOK).content.decode()
    for nonsense in ({"category": "x\x00"}, {"priority": "9"}, {"email": "@\x00"}):
        assert desk(cast.noor).get(OUTLOOK, nonsense).status_code == 200


def test_the_page_and_its_questions_take_few_queries(cast, desk, django_assert_max_num_queries):
    for number in range(8):
        person = make_person(f"Rosa{number}")
        cast.open_ticket(requester=person, by=person)
    client = desk(cast.amir)
    with django_assert_max_num_queries(5):
        client.get(PEOPLE, {"find": "rosa"})
    with django_assert_max_num_queries(20):
        client.get(OUTLOOK, {"category": "billing", "email": "rosa@example.com"})
    with django_assert_max_num_queries(12):
        client.get(NEW, {"find": "rosa"})
