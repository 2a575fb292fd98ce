"""`./run bench assignment`: a simulated desk whose tickets the real decision function gives out, against rules of thumb.

Twenty agents, six skills, three shifts, three quarters of their time asked for; a week to warm up, then two that count.
`--seed N` begins with another seed, `--seeds N` takes more of them, `--roster FILE` takes other agents (JSON, see
benchmarks/simulation/roster.py; `--show-roster` prints an example). docs/ASSIGNMENT.md says what is assumed.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.goal import Goal, MissingData
from benchmarks.simulation.engine import Desk, Policy
from benchmarks.simulation.figures import Figures, Ratio, average, figures_of, ratio_of
from benchmarks.simulation.policies import Ours, at_random, fewest_open, round_robin, skilled_then_fewest_open
from benchmarks.simulation.roster import BadRoster, Roster, our_roster, roster_from, to_document
from benchmarks.simulation.workload import Circumstances, draw

WEEKS, LOAD, SEEDS = 3, 0.75, 5
Make = Callable[[Roster, int], Policy]
_BASELINE = "fewest open"
_OURS = "ours"
POLICIES: dict[str, Make] = {
    "random": lambda _roster, seed: at_random(seed),
    "round robin": lambda _roster, _seed: round_robin(),
    _BASELINE: lambda _roster, _seed: fewest_open(),
    "skilled, then fewest open": lambda _roster, _seed: skilled_then_fewest_open(),
    _OURS: lambda roster, _seed: Ours(roster, rebalances=False),
    "ours, rebalanced": lambda roster, _seed: Ours(roster, rebalances=True),
}
EXPECTED = Circumstances()
TROUBLES = (
    Circumstances("handling times wrong by ± 50 %", slowness=0.5),
    Circumstances("10 % sudden absences", absences=0.1),
    Circumstances("a Monday spike", monday=1.8),
    Circumstances("an incident", has_incident=True),
)


def run(argv: Sequence[str]) -> list[Goal]:
    options = _options(argv)
    if options.show_roster:
        print(json.dumps(to_document(our_roster(options.seed)), indent=1))
        return [Goal.exactly("rosters shown", 1, 1, unit="")]
    seeds = range(options.seed, options.seed + options.seeds)
    try:
        given = roster_from(options.roster) if options.roster else None
    except BadRoster as error:
        raise MissingData(str(error)) from error
    found = {name: _played(make, given, seeds, EXPECTED, options.load) for name, make in POLICIES.items()}
    print(_table({name: average(figures) for name, figures in found.items()}))
    ratios = {
        trouble.name: _ratio(
            *(_played(POLICIES[name], given, seeds, trouble, options.load) for name in (_OURS, _BASELINE))
        )
        for trouble in TROUBLES
    }
    expected = _ratio(found[_OURS], found[_BASELINE])
    for name, ratio in {EXPECTED.name: expected, **ratios}.items():
        print(f"ours against {_BASELINE}, {name}: {ratio} (standard error over {len(seeds)} seeds)")
    return _goals(average(found[_OURS]), expected, ratios)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench assignment")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--load", type=float, default=LOAD)
    parser.add_argument("--roster", type=Path)
    parser.add_argument("--show-roster", action="store_true")
    return parser.parse_args(argv)


def _played(
    make: Make, given: Roster | None, seeds: Sequence[int], circumstances: Circumstances, load: float
) -> list[Figures]:
    """One for each seed: another roster, unless one is given, and other tickets each time."""
    results = []
    for seed in seeds:
        roster = given or our_roster(seed)
        desk = Desk(
            roster, draw(roster, seed=seed, weeks=WEEKS, load=load, circumstances=circumstances), make(roster, seed)
        )
        desk.run()
        results.append(figures_of(desk))
    return results


def _ratio(ours: Sequence[Figures], baseline: Sequence[Figures]) -> Ratio:
    return ratio_of([one.mean_response for one in ours], [one.mean_response for one in baseline])


def _goals(ours: Figures, expected: Ratio, ratios: dict[str, Ratio]) -> list[Goal]:
    return [
        Goal.at_most("mean first response against fewest open", expected.value, 0.3, unit="×"),
        Goal.at_most("urgent tickets answered too late", ours.urgent_breached * 100, 2.5, unit="%"),
        Goal.at_least("first handled by somebody with the skill", ours.skill_match * 100, 95, unit="%"),
        Goal.at_most("busiest agent against the mean", ours.evenness, 1.2, unit="×"),
        *(Goal.at_most(f"the first, with {name}", ratio.value, 0.4, unit="×") for name, ratio in ratios.items()),
    ]


def _table(found: dict[str, Figures]) -> str:
    head = (
        f"{'policy':28}{'mean':>7}{'p95':>7}{'late':>8}{'urgent':>8}{'skill':>8}{'busiest':>9}{'used':>7}{'moves':>7}"
    )
    rows = [
        f"{name:28}{f.mean_response:7.1f}{f.p95_response:7.0f}{f.breached:8.1%}{f.urgent_breached:8.1%}"
        f"{f.skill_match:8.1%}{f.evenness:9.2f}{f.utilisation:7.0%}{f.moves:7.2f}"
        for name, f in found.items()
    ]
    return "\n".join(["First response in working minutes.", head, *rows])
