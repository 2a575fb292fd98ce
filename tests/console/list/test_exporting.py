"""The list as CSV is the list."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.urls import reverse
from django.utils.timezone import now

from tests.cast import assemble, make_person
from tickets.models import Ticket

LIST = reverse("admin:tickets_ticket_changelist")


def table(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def test_it_has_the_same_rows_in_the_same_order_beyond_one_page(cast, desk, monkeypatch):
    monkeypatch.setattr("tickets.console.list.exporting.ROWS_AT_ONCE", 2)
    tickets = [cast.open_ticket(title=f"Case {name}") for name in ("ash", "birch", "cedar", "elm", "fir")]
    cast.open_ticket(category=cast.technical_category)
    for each, due in zip(tickets, (3, None, 1, None, 2), strict=True):
        Ticket.objects.filter(pk=each.pk).update(next_due_at=due and now() + timedelta(hours=due))
    heading, *rows = table(desk(cast.amir).get(LIST, {"tab": "teams", "part": "csv", "q": ""}))
    assert heading[:3] == ["Reference", "Subject", "Requester"]
    assert [row[0] for row in rows] == [tickets[index].reference for index in (2, 4, 0, 3, 1)]
    assert rows[0][1:3] == ["Case cedar", "Rosa"]
    filtered = table(desk(cast.amir).get(LIST, {"tab": "all", "part": "csv", "q": "case elm"}))
    assert [row[0] for row in filtered[1:]] == [tickets[3].reference]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")'])
def test_no_cell_is_a_formula(cast, desk, title):
    cast.open_ticket(title=title, requester=make_person("=cmd"))
    (_heading, row) = table(desk(cast.amir).get(LIST, {"tab": "all", "part": "csv"}))
    assert row[1] == f"'{title}"
    assert row[2] == "'=cmd"


@pytest.mark.django_db(transaction=True)
def test_it_streams_under_asgi_too():
    cast = assemble()
    tickets = [cast.open_ticket() for _ in range(2)]

    async def download():
        client = AsyncClient()
        await client.aforce_login(cast.amir)
        response = await client.get(LIST, {"tab": "all", "part": "csv"})
        return b"".join([part async for part in response.streaming_content]).decode("utf-8-sig")

    text = async_to_sync(download)()
    assert [row[0] for row in csv.reader(StringIO(text))][1:] == [ticket.reference for ticket in reversed(tickets)]
