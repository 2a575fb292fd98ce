"""`./run bench scale`: the same requests and the same sweep at 1,000 and at 100,000 tickets, in turns."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median

from django.utils.timezone import now

from benchmarks.calling import Caller
from benchmarks.databases import small_copy, use_large, use_small
from benchmarks.filling import fill
from benchmarks.goal import Goal, MissingData, require_rows
from benchmarks.house import House, build_house, new_ticket, token_of
from benchmarks.measuring import Call, milliseconds, seconds_of
from escalation.models import Clock
from escalation.services.sweeping import sweep_clocks
from tickets.models import Ticket

SMALL, LARGE = 1_000, 100_000
# At either size half of the tickets are open, and so many promises are due.
DUE = 10
TURNS = 5
CALLS_A_TURN = 5
MOST = 2.0

Measured = dict[str, list[float]]


def run(_argv: Sequence[str]) -> list[Goal]:
    house = build_house()
    tokens = {"agent": token_of(house.agents[-1]), "administrator": token_of(house.administrator)}
    fill(house, SMALL, unresolved=SMALL // 2)
    with small_copy():
        fill(house, LARGE - SMALL, unresolved=(LARGE - SMALL) // 2)
        calls = _calls(house, tokens)
        small: Measured = defaultdict(list)
        large: Measured = defaultdict(list)
        for _turn in range(TURNS):
            _measure(use_small, SMALL, calls, small)
            _measure(use_large, LARGE, calls, large)
    for name in calls:
        print(f"{name}: {milliseconds(median(small[name])):.1f} ms, then {milliseconds(median(large[name])):.1f} ms")
    return [
        Goal.at_most(f"{name}, {LARGE:,} against {SMALL:,}", median(large[name]) / median(small[name]), MOST, unit="×")
        for name in calls
    ]


def _calls(house: House, tokens: dict[str, str]) -> dict[str, Call]:
    agent, administrator = Caller(tokens["agent"]), Caller(tokens["administrator"])
    return {
        "list, agent": lambda: agent.get("/api/v1/tickets/"),
        "list, administrator": lambda: administrator.get("/api/v1/tickets/"),
        "open": lambda: administrator.post("/api/v1/tickets/", new_ticket(house)),
        f"sweep, {DUE} due": lambda: require_rows("Breached", sweep_clocks(as_of=now()), at_least=DUE),
    }


def _measure(use: Callable[[], None], tickets: int, calls: dict[str, Call], into: Measured) -> None:
    """One turn at one size. The first call of each kind does not count: connections and caches are new."""
    use()
    found = Ticket.objects.count()
    require_rows("Tickets", found, at_least=tickets)
    if found > 2 * tickets:
        raise MissingData(f"The database of {tickets:,} tickets has {found:,}.")
    for name, call in calls.items():
        for number in range(CALLS_A_TURN + 1):
            if name.startswith("sweep"):
                _make_due()
            taken = seconds_of(call)
            if number:
                into[name].append(taken)


def _make_due() -> None:
    chosen = Clock.objects.running().order_by("-id").values_list("pk", flat=True)[:DUE]
    Clock.objects.filter(pk__in=list(chosen)).update(due_at=now() - timedelta(seconds=1), warning_at=None)
