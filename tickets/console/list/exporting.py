"""The list as CSV: the same rows in the same order, the same columns, streamed."""

import csv
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.console.list.paging import Part, read_page
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.promise import next_promise

ROWS_AT_ONCE = 500
# What a spreadsheet would take for a formula, and run.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """What `csv` writes to: hands each line straight on."""

    def write(self, line: str) -> str:
        return line


def csv_of(request: HttpRequest, tickets: TicketQuerySet, order: Sequence[Part]) -> StreamingHttpResponse:
    lines = _lines(tickets, order)
    # Under ASGI a plain iterator would be read to its end before the first byte goes out.
    content = _without_blocking(lines) if isinstance(request, ASGIRequest) else lines
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tickets-{timezone.localdate().isoformat()}.csv"'
    return response


def _lines(tickets: TicketQuerySet, order: Sequence[Part]) -> Iterator[str]:
    writer = csv.writer(_Line())
    # The mark by which spreadsheets know that this is UTF-8.
    yield "\ufeff" + writer.writerow(
        [
            _("Reference"), _("Subject"), _("Requester"), _("Category"), _("Status"), _("Priority"), _("Deadline"),
            _("Promise"), _("Team"), _("Assignee"), _("Updated"),
        ]
    )  # fmt: skip
    after: str | None = None
    while True:
        page = read_page(tickets, order, size=ROWS_AT_ONCE, after=after)
        for ticket in page.rows:
            yield writer.writerow([plain(cell) for cell in _cells(ticket)])
        if page.after is None:
            return
        after = str(page.after)


def _cells(ticket: Ticket) -> list[str]:
    return [
        ticket.reference,
        ticket.title,
        ticket.requester.get_full_name(),
        ticket.category.name if ticket.category else "",
        ticket.get_status_display(),
        ticket.get_priority_display(),
        _instant(ticket.next_due_at if ticket.is_unresolved else None),
        next_promise(ticket),
        ticket.team.name,
        ticket.assignee.get_full_name() if ticket.assignee else "",
        _instant(ticket.updated_at),
    ]


def plain(cell: str) -> str:
    """Text that no spreadsheet computes."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _instant(instant: datetime | None) -> str:
    return "" if instant is None else timezone.localtime(instant).strftime("%Y-%m-%d %H:%M")


async def _without_blocking(lines: Iterator[str]) -> AsyncIterator[str]:
    def following() -> str | None:
        return next(lines, None)

    while (line := await sync_to_async(following)()) is not None:
        yield line
