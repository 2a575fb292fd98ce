"""`./run bench opening`: opening over the API, against a view that only stores; in one process, over eight threads."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

from django.test import override_settings

from benchmarks.bare import urls_for
from benchmarks.calling import Caller
from benchmarks.filling import fill
from benchmarks.goal import Goal, require_rows
from benchmarks.house import House, build_house, new_ticket, token_of
from benchmarks.measuring import Call, milliseconds, statements_of, taking_turns
from tickets.models import OutboxEntry, Ticket

TICKETS = 10_000
CLIENTS = 8
# Short turns: what else the machine does hits both.
OPENINGS_A_TURN = 80
TURNS = 7


def run(_argv: Sequence[str]) -> list[Goal]:
    house = build_house()
    fill(house, TICKETS, unresolved=TICKETS // 20)
    urls = ModuleType("benchmark_urls")
    urls.urlpatterns = urls_for(house.teams[0])  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=urls):
        return _measure(house)


def _measure(house: House) -> list[Goal]:
    caller = Caller(token_of(house.administrator))

    def ours() -> None:
        caller.post("/api/v1/tickets/", new_ticket(house))

    def bare() -> None:
        caller.post("/bare/", new_ticket(house))

    alone = taking_turns({"ours": ours, "bare": bare}, rounds=50)
    statements = statements_of(ours)
    before = Ticket.objects.count(), OutboxEntry.objects.count()
    rates = _rates({"ours": ours, "bare": bare})
    opened = Ticket.objects.count() - before[0]
    require_rows("Opened tickets", opened, at_least=2 * TURNS * OPENINGS_A_TURN)
    require_rows("Outbox entries", OutboxEntry.objects.count() - before[1], at_least=2 * TURNS * OPENINGS_A_TURN)
    print(f"One client: {milliseconds(alone['ours']):.1f} ms, floor {milliseconds(alone['bare']):.1f} ms.", end=" ")
    print(f"{CLIENTS} clients: {rates['ours']:.0f}/s, floor {rates['bare']:.0f}/s. {statements} statements.")
    return [
        Goal.at_least("throughput against the floor", rates["ours"] / rates["bare"], 0.5, unit="×"),
        Goal.at_most("one client, p50 against the floor", alone["ours"] / alone["bare"], 20 / 12, unit="×"),
    ]


def _rates(calls: dict[str, Call]) -> dict[str, float]:
    """Calls a second, as the median of turns."""
    with ThreadPoolExecutor(CLIENTS) as clients:

        def turn(call: Call) -> Call:
            return lambda: [done.result() for done in [clients.submit(call) for _ in range(OPENINGS_A_TURN)]]

        seconds = taking_turns({name: turn(call) for name, call in calls.items()}, rounds=TURNS)
    return {name: OPENINGS_A_TURN / taken for name, taken in seconds.items()}
