"""`./run bench opening`: opening over the API, against a view that only stores; both behind production's web workers.

With a triage that reads words, and with one that reads meaning where that is installed. Between the turns the tickets
that came are resolved: no agent ever has a hundred open ones.
"""

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

from django.utils.timezone import now

from benchmarks.calling import Caller, HttpCaller
from benchmarks.filling import fill
from benchmarks.goal import Goal, require_rows
from benchmarks.house import TITLE, House, build_house, new_ticket, token_of
from benchmarks.measuring import Call, milliseconds, statements_of, taking_turns
from benchmarks.serving import web_workers
from benchmarks.triage_own import made_encoder
from tickets.models import ModelVersion, OutboxEntry, Prediction, Ticket
from tickets.services.resolving import resolve_ticket
from tickets.services.training import category_descriptions
from tickets.services.versions import activate_version, keep_version
from tickets.triage.classifier import cold_start
from tickets.triage.encoder import Encoder, encoder

TICKETS = 10_000
CLIENTS = 8
# Short turns: what else the machine does hits both.
OPENINGS_A_TURN = 80
TURNS = 15


def run(_argv: Sequence[str]) -> list[Goal]:
    house = build_house()
    fill(house, TICKETS, unresolved=TICKETS // 20)
    token = token_of(house.administrator)
    goals = []
    with web_workers("benchmarks.application:application") as address, ThreadPoolExecutor(CLIENTS) as clients:
        caller = HttpCaller(address, token)
        for reads_with, throughput, slower in ((encoder("none"), 0.5, 20 / 12), (made_encoder(), 0.3, 40 / 12)):
            _let_read(reads_with)
            goals += _measure(house, caller, clients, reads_with.name, throughput, slower)
    print(f"{_statements(Caller(token), house)} statements.")
    return goals


def _statements(caller: Caller, house: House) -> int:
    """Of an opening in a process that knows the set-up."""

    def ours() -> None:
        caller.post("/api/v1/tickets/", new_ticket(house))

    ours()
    return statements_of(ours)


def _let_read(with_encoder: Encoder) -> None:
    """Make a model of the categories' names the one that is asked."""
    classifier = cold_start(category_descriptions(), encoder=with_encoder)
    version = keep_version(classifier, origin=ModelVersion.Origin.COLD_START, at=now(), verdict={"activates": True})
    activate_version(version, by=None)


def _measure(
    house: House, caller: HttpCaller, clients: Executor, encoder_name: str, throughput: float, slower: float
) -> list[Goal]:
    def ours() -> None:
        caller.post("/api/v1/tickets/", new_ticket(house))

    def bare() -> None:
        caller.post("/bare/", new_ticket(house))

    def turn(call: Call) -> Call:
        return lambda: [done.result() for done in [clients.submit(call) for _ in range(OPENINGS_A_TURN)]]

    # Every worker loads the model with its first tickets.
    turn(ours)()
    alone = taking_turns({"ours": ours, "bare": bare}, rounds=50)
    _resolve(house)
    before = Ticket.objects.count(), OutboxEntry.objects.count(), _read()
    taken = taking_turns({"ours": turn(ours), "bare": turn(bare)}, rounds=TURNS, between=lambda: _resolve(house))
    rates = {name: OPENINGS_A_TURN / seconds for name, seconds in taken.items()}
    opened = TURNS * OPENINGS_A_TURN
    require_rows("Opened tickets", Ticket.objects.count() - before[0], at_least=2 * opened)
    require_rows("Outbox entries", OutboxEntry.objects.count() - before[1], at_least=2 * opened)
    require_rows("Tickets that triage has read", _read() - before[2], at_least=opened // 2)
    print(
        f"{encoder_name}: one client {milliseconds(alone['ours']):.1f} ms, floor {milliseconds(alone['bare']):.1f} ms.",
        end=" ",
    )
    print(f"{CLIENTS} clients {rates['ours']:.0f}/s, floor {rates['bare']:.0f}/s.")
    return [
        Goal.at_least(
            f"{encoder_name}: throughput against the floor", rates["ours"] / rates["bare"], throughput, unit="×"
        ),
        Goal.at_most(
            f"{encoder_name}: one client, p50 against the floor", alone["ours"] / alone["bare"], slower, unit="×"
        ),
    ]


def _resolve(house: House) -> None:
    """What was opened just now; the floor gave its tickets to nobody."""
    for ticket in Ticket.objects.unresolved().filter(title=TITLE, assignee__isnull=False):
        resolve_ticket(ticket, by=house.administrator)


def _read() -> int:
    return Prediction.objects.filter(version=ModelVersion.objects.champion()).count()
