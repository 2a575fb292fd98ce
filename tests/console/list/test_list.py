"""What the list shows, to whom, in which order, and what it costs."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from tests.cast import make_person
from tickets.console.list.filters import filtered
from tickets.console.list.tabs import counts, desk_of, said
from tickets.models import Priority, Ticket, TicketEvent
from tickets.services.assigning import assign_ticket, take_back
from tickets.services.conversing import reply
from tickets.services.following import add_tag, add_watcher
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import resolve_ticket

LIST = reverse("admin:tickets_ticket_changelist")


def shown(client, **params):
    """The references in the order of the page."""
    response = client.get(LIST, params)
    assert response.status_code == 200
    return re.findall(r'<tr class="list-row" data-reference="([^"]+)"', response.content.decode())


def link(client, label, **params):
    """The parameters of a link on the page."""
    (href,) = re.findall(rf'href="(\?[^"]*)" rel="{label}"', client.get(LIST, params).content.decode())
    return parse_qs(urlsplit(href.replace("&amp;", "&")).query)


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


def test_each_sees_what_they_work_on(cast, desk, ticket):
    technical = cast.open_ticket(category=cast.technical_category)
    own = cast.open_ticket(requester=cast.noor, by=cast.noor)
    assert shown(desk(cast.amir), tab="all") == [own.reference, ticket.reference]
    assert shown(desk(cast.noor), tab="all") == [technical.reference]
    assert shown(desk(cast.ada), tab="all") == [own.reference, technical.reference, ticket.reference]
    add_watcher(ticket, user=cast.noor, by=cast.amir)
    assert shown(desk(cast.noor), tab="all") == [technical.reference, ticket.reference]


def test_customers_and_strangers_stay_outside(cast, desk, ticket):
    for name in ("changelist", "bulk", "palette", "attention", "new", "new_people", "new_outlook"):
        address = reverse(f"admin:tickets_ticket_{name}")
        for client in (desk(cast.rosa), desk(cast.otto), Client()):
            for method in (client.get, client.post):
                response = method(address)
                assert response.status_code == 302, address
                assert reverse("admin:login") in response.url


def test_the_tabs(cast, desk, ticket):
    waiting, nobodys, resolved = cast.open_ticket(), cast.open_ticket(), cast.open_ticket()
    assign_ticket(ticket, to=cast.amir, by=cast.lena)
    assign_ticket(waiting, to=cast.lena, by=cast.lena)
    wait_for_customer(waiting, by=cast.lena)
    take_back(nobodys, by=cast.lena)
    resolve_ticket(resolved, by=cast.lena)
    late = cast.open_ticket()
    assign_ticket(late, to=cast.lena, by=cast.lena)
    Ticket.objects.filter(pk__in=[ticket.pk, waiting.pk, nobodys.pk]).update(
        breached_at=None, next_due_at=now() + timedelta(hours=1), next_warning_at=now() + timedelta(minutes=30)
    )
    Ticket.objects.filter(pk=late.pk).update(breached_at=now(), next_due_at=now(), next_warning_at=None)
    Ticket.objects.filter(pk=nobodys.pk).update(next_warning_at=now() - timedelta(minutes=1))
    client = desk(cast.amir)
    expected = {
        "mine": {ticket},
        "teams": {ticket, waiting, nobodys, late},
        "unassigned": {nobodys},
        "at_risk": {nobodys},
        "breached": {late},
        "waiting": {waiting},
        "all": {ticket, waiting, nobodys, resolved, late},
    }
    for tab, tickets in expected.items():
        assert set(shown(client, tab=tab)) == {each.reference for each in tickets}, tab
    assert shown(client) == shown(client, tab="mine") == shown(client, tab="nonsense")
    del expected["all"]
    assert counts(cast.amir, at=now()) == {tab: len(tickets) for tab, tickets in expected.items()}


def test_reserved_tickets_are_under_unassigned(cast, desk, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(assignment_starts_at=now() + timedelta(hours=9))
    assert shown(desk(cast.amir), tab="unassigned") == [ticket.reference]


def test_nobody_counts_beyond_a_thousand():
    assert (said(7), said(1000), said(1001)) == ("7", "1,000", "1,000+")


def test_somebody_without_teams_sees_empty_tabs_that_teach(cast, desk):
    page = desk(make_person("Agnes", is_staff=True)).get(LIST, {"tab": "teams"})
    assert "Your teams have nothing open." in page.content.decode()


@pytest.mark.parametrize(
    ("params", "finds"),
    [
        ({"status": ["assigned", "in_progress"]}, "a"),
        ({"status": "resolved"}, "b"),
        ({"priority": ["low", "critical"]}, "b"),
        ({"category": "technical"}, "b"),
        ({"category": ["technical", "none"]}, "b"),
        ({"category": ""}, "ab"),
        ({"team": "billing"}, "a"),
        ({"team": ["billing", "technical"]}, "ab"),
        ({"team": "nowhere"}, ""),
        ({"assignee": "none"}, ""),
        ({"tag": "VIP"}, "a"),
        ({"channel": "phone"}, "b"),
        ({"state": "unresolved"}, "a"),
        ({"kept": "no"}, "b"),
        ({"kept": "yes"}, "a"),
        ({"opened_after": "2026-03-04"}, "b"),
        ({"opened_before": "2026-03-02"}, "a"),
        ({"opened_after": "2026-03-02T09:59:00Z", "opened_before": "2026-03-02T10:00:00Z"}, ""),
        ({"opened_after": "2026-03-02T10:00:00Z", "opened_before": "2026-03-02T10:01:00Z"}, "a"),
        ({"resolved_after": "2026-03-01"}, "b"),
        ({"responded_after": "2026-03-01"}, ""),
        ({"q": "twice"}, "a"),
        ({"q": "printer", "status": "resolved"}, "b"),
    ],
)  # fmt: skip
def test_filters_narrow_together(cast, desk, params, finds):
    a = cast.open_ticket(title="Charged twice")
    add_tag(a, name="vip", by=cast.lena)
    b = cast.open_ticket(
        title="Printer", description="It is out of ink.", category=cast.technical_category, priority=Priority.LOW, channel="phone",
        at=a.opened_at + timedelta(days=3),
    )  # fmt: skip
    resolve_ticket(b, by=cast.noor)
    Ticket.objects.filter(pk=a.pk).update(breached_at=None)
    Ticket.objects.filter(pk=b.pk).update(breached_at=now())
    expected = {{"a": a, "b": b}[letter].reference for letter in finds}
    assert set(shown(desk(cast.ada), tab="all", **params)) == expected
    query = QueryDict(mutable=True)
    for name, value in {"tab": "all", **params}.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    rows = filtered(desk_of(cast.ada), query, user=cast.ada, at=now())
    assert {row.reference for row in rows} == expected


@pytest.mark.parametrize(
    "params",
    [
        {"status": "nonsense", "priority": "x", "state": "x", "kept": "x", "sort": "x", "channel": "\x00"},
        {"assignee": "9" * 30, "opened_after": "2026-13-45", "opened_before": "9999-12-31"},
        {"opened_after": "0001-01-01", "resolved_before": "2026-03-01T25:00"},
        {"after": "0~1~x", "before": "7~7~7"},
        {"after": "1~9999999999999999999999"},
        {"after": "0~1~0001-01-01T00:00:00+00:00"},
        {"assignee__password__startswith": "a", "requester__api_tokens__digest": "a"},
    ],
)
def test_nonsense_narrows_nothing_and_breaks_nothing(cast, desk, ticket, params):
    for tab in ("mine", "all"):
        assert ticket.reference in shown(desk(cast.ada), tab="all", **params)
        assert desk(cast.ada).get(LIST, {"tab": tab, **params}).status_code == 200


def test_nul_characters_break_nothing(cast, desk, ticket):
    for name in ("q", "tag", "team", "category", "assignee", "tab", "after"):
        assert desk(cast.ada).get(LIST, {"tab": "all", name: "a\x00b"}).status_code == 200


def test_chips_name_each_filter_and_lead_to_the_list_without_it(cast, desk, ticket):
    page = desk(cast.ada).get(LIST, {"tab": "all", "status": ["assigned", "open"], "q": "twice", "after": "0~5"})
    chips = re.findall(r'<a class="chip" href="([^"]+)"><span>([^<]+)</span>', page.content.decode())
    without = {label: parse_qs(urlsplit(href.replace("&amp;", "&")).query) for href, label in chips}
    assert without == {
        "Open": {"tab": ["all"], "status": ["assigned"], "q": ["twice"]},
        "Assigned": {"tab": ["all"], "status": ["open"], "q": ["twice"]},
        "“twice”": {"tab": ["all"], "status": ["assigned", "open"]},
    }


def test_a_search_in_the_list_finds_notes_people_and_references(cast, desk, ticket):
    other = cast.open_ticket(title="Else", description="Else", requester=cast.otto, by=cast.otto)
    for words in ("twice", "rosa@example.com", ticket.reference):
        assert shown(desk(cast.amir), tab="all", q=words) == [ticket.reference]
    assert shown(desk(cast.amir), tab="all", q=str(other.number)) == [other.reference]


def test_deadlines_first_then_what_has_none_then_pages_forth_and_back(cast, desk, ticket, monkeypatch):
    monkeypatch.setattr("tickets.console.list.pages.PAGE_SIZE", 2)
    tickets = [ticket, *(cast.open_ticket() for _ in range(6))]
    soon = now() + timedelta(hours=1)
    # Two of them share an instant; three have none.
    for each, due in zip(tickets, (3, 1, None, 2, None, 2, None), strict=True):
        Ticket.objects.filter(pk=each.pk).update(next_due_at=None if due is None else soon + timedelta(hours=due))
    expected = [tickets[index].reference for index in (1, 3, 5, 0, 6, 4, 2)]
    client, params, pages = desk(cast.amir), {"tab": "teams"}, []
    while True:
        pages.append(shown(client, **params))
        if len(pages[-1]) < 2:
            break
        params = link(client, "next", **params)
    assert [reference for page in pages for reference in page] == expected
    for page in reversed(pages[:-1]):
        params = link(client, "prev", **params)
        assert shown(client, **params) == page
    assert 'rel="prev"' not in client.get(LIST, params).content.decode()


def test_pages_stay_as_they_are_while_tickets_arrive(cast, desk, ticket, monkeypatch):
    monkeypatch.setattr("tickets.console.list.pages.PAGE_SIZE", 1)
    newer = cast.open_ticket()
    client = desk(cast.amir)
    assert shown(client, tab="all") == [newer.reference]
    later = link(client, "next", tab="all")
    cast.open_ticket()
    assert shown(client, **later) == [ticket.reference]


def test_a_row_says_when_the_customer_has_written_again(cast, desk, ticket):
    client = desk(cast.amir)
    assert "wrote again" not in client.get(LIST, {"tab": "all"}).content.decode()
    reply(ticket, body="Which card?", by=cast.amir, channel="web")
    assert "wrote again" not in client.get(LIST, {"tab": "all"}).content.decode()
    reply(ticket, body="The blue one.", by=cast.rosa, channel="web")
    assert "wrote again" in client.get(LIST, {"tab": "all"}).content.decode()


def test_the_rows_alone_are_for_pages_that_are_open(cast, desk, ticket):
    page = desk(cast.amir).get(LIST, {"tab": "all", "part": "rows"}).content.decode()
    assert f'data-reference="{ticket.reference}" data-version="{ticket.version}"' in page
    assert "<html" not in page


def test_an_open_page_hears_which_of_its_rows_are_no_longer_for_its_reader(cast, desk, ticket):
    resolved = cast.open_ticket()
    resolve_ticket(resolved, by=cast.amir)
    asked = {"part": "rows", "tab": "mine", "shown": f"{ticket.reference},{resolved.reference},HD-x"}
    before = desk(cast.amir).get(LIST, asked).content.decode()
    assert "data-out-of-sight" not in before

    cast.amir.memberships.all().delete()
    assign_ticket(ticket, to=cast.lena, by=cast.lena)
    after = desk(cast.amir).get(LIST, asked).content.decode()
    assert f'data-out-of-sight="{ticket.reference}"' in after
    assert ticket.title not in after


def test_what_somebody_wrote_is_never_markup(cast, desk):
    cast.open_ticket(title="<script>alert(1)</script>", requester=make_person("<b>Bo"))
    page = desk(cast.amir).get(LIST, {"tab": "all", "q": "<img src=x>"}).content.decode()
    page += desk(cast.amir).get(LIST, {"tab": "all"}).content.decode()
    assert "<script>alert" not in page
    assert "<b>Bo" not in page
    assert "<img" not in page


def test_reading_changes_nothing(cast, desk, ticket):
    before = list(Ticket.objects.values())
    client = desk(cast.amir)
    for params in ({"tab": "all"}, {"part": "rows"}, {"part": "csv"}, {"q": "twice"}):
        client.get(LIST, params)
    for name in ("bulk", "palette", "attention", "new", "new_people", "new_outlook"):
        client.get(reverse(f"admin:tickets_ticket_{name}"), {"find": "rosa", "q": "rosa", "act": "resolve"})
    assert list(Ticket.objects.values()) == before
    assert TicketEvent.objects.filter(ticket=ticket).count() == ticket.version


@pytest.mark.parametrize(
    "params", [{"tab": "mine"}, {"tab": "all"}, {"tab": "teams", "q": "charged", "team": "billing"}]
)
@pytest.mark.parametrize("who", ["amir", "ada"])
def test_the_list_takes_as_many_queries_however_long_it_is(cast, desk, django_assert_max_num_queries, who, params):
    client = desk(getattr(cast, who))

    def count():
        with django_assert_max_num_queries(12) as queries:
            client.get(LIST, params)
        return len(queries)

    def fill():
        for number in range(6):
            person = make_person(f"Person{Ticket.objects.count()}-{number}")
            ticket = cast.open_ticket(requester=person, by=person, priority=Priority.LOW)
            assign_ticket(ticket, to=cast.amir, by=cast.lena)

    fill()
    few = count()
    fill()
    assert count() == few
