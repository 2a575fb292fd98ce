"""The inbox page: one's own news, page by page; read stays read; what is fresh pops up as one likes it."""

import pytest
from django.urls import reverse

from notifications.choices import POPUP
from notifications.models import ChannelPreference, Notification
from teams.models import TeamMembership
from tests.cast import MONDAY
from tickets.relay import relay
from tickets.services.conversing import add_note, reply

INBOX, FRESH, READ_ALL = reverse("admin:inbox"), reverse("admin:inbox_fresh"), reverse("admin:inbox_read_all")


@pytest.fixture
def ticket(cast):
    ticket = cast.open_ticket()
    relay()
    return ticket


def unread(person):
    return Notification.objects.unread().filter(recipient=person)


def test_it_shows_ones_own_news_with_why_and_where(cast, desk, ticket):
    page = desk(cast.amir).get(INBOX).content.decode()
    assert f"{ticket.reference} is yours" in page
    assert "because the ticket is yours" in page
    assert ticket.title not in desk(cast.noor).get(INBOX).content.decode()


def test_what_one_may_not_see_any_more_is_not_shown(cast, desk, ticket):
    TeamMembership.objects.filter(user=cast.lena).delete()
    assert ticket.reference not in desk(cast.lena).get(INBOX).content.decode()
    assert desk(cast.lena).get(FRESH).json()["news"] == []


def test_pages_follow_each_other_without_gaps(cast, desk, ticket, monkeypatch):
    monkeypatch.setattr("notifications.console.inbox.PAGE_SIZE", 2)
    for number in range(3):
        reply(ticket, body=f"Hello {number}", by=cast.rosa, channel="web", at=MONDAY)
    relay()
    client, seen, address = desk(cast.amir), [], INBOX
    for _page in range(4):
        context = client.get(address).context
        seen += [row.pk for row in context["rows"]]
        if context["older"] is None:
            break
        address = f"{INBOX}?before={context['older']}"
    assert seen == sorted(Notification.objects.filter(recipient=cast.amir).values_list("pk", flat=True), reverse=True)
    assert client.get(f"{INBOX}?before=nonsense").status_code == 200


def test_reading_takes_a_post_and_stays(cast, desk, ticket):
    row = unread(cast.amir).get()
    client = desk(cast.amir)
    address = reverse("admin:inbox_read", args=[row.pk])
    client.get(INBOX)
    assert client.get(address).status_code == 405
    assert unread(cast.amir).exists()
    assert client.post(address, {"next": INBOX}).url == INBOX
    assert not unread(cast.amir).exists()
    assert client.get(f"{INBOX}?show=unread").context["rows"] == []


def test_anothers_news_cannot_be_marked(cast, desk, ticket):
    row = unread(cast.amir).get()
    assert desk(cast.lena).post(reverse("admin:inbox_read", args=[row.pk])).status_code == 404
    desk(cast.lena).post(READ_ALL)
    assert unread(cast.amir).exists()


def test_all_of_one_ticket_or_all_at_once(cast, desk, ticket):
    other = cast.open_ticket(requester=cast.otto, by=cast.otto)
    relay()
    client = desk(cast.amir)
    assert (
        client.post(READ_ALL, {"ticket": ticket.reference}, headers={"Accept": "application/json"}).status_code == 204
    )
    assert set(unread(cast.amir).values_list("ticket", flat=True)) == {other.pk}
    client.post(READ_ALL, {"ticket": "nonsense"})
    assert unread(cast.amir).exists()
    assert client.post(READ_ALL, {"next": "https://evil.example/"}).url == INBOX
    assert not unread(cast.amir).exists()


def test_fresh_is_what_came_since_and_is_wanted(cast, desk, ticket):
    client = desk(cast.amir)
    before = client.get(FRESH).json()["latest"]
    reply(ticket, body="Hello?", by=cast.rosa, channel="web", at=MONDAY)
    add_note(ticket, body="psst", by=cast.lena, at=MONDAY)
    reply(ticket, body="My own words", by=cast.amir, channel="web", at=MONDAY)
    ChannelPreference.objects.create(user=cast.amir, kind="noted", channel=POPUP, is_enabled=False)
    relay()
    fresh = client.get(f"{FRESH}?after={before}").json()
    assert [each["text"] for each in fresh["news"]] == [f"Rosa wrote on {ticket.reference}: {ticket.title}"]
    assert client.get(f"{FRESH}?after={fresh['latest']}").json()["news"] == []


def test_a_burst_is_a_few_and_a_number(cast, desk, ticket):
    for number in range(8):
        reply(ticket, body=f"Hello {number}", by=cast.rosa, channel="web", at=MONDAY)
    relay()
    fresh = desk(cast.amir).get(FRESH).json()
    assert (len(fresh["news"]), fresh["more"]) == (4, 5)


def test_the_page_takes_as_many_queries_however_long_it_is(cast, desk, ticket, django_assert_max_num_queries):
    client = desk(cast.amir)

    def count():
        with django_assert_max_num_queries(12) as queries:
            client.get(INBOX)
        return len(queries)

    few = count()
    for number in range(8):
        reply(ticket, body=f"Hello {number}", by=cast.rosa, channel="web", at=MONDAY)
    relay()
    assert count() == few
