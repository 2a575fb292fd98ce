"""What is asked of the simulated desk: the same tickets for every policy, drawn from one seed.

A ticket takes one to a few touches of about 20 minutes at skill level 3, more when it is urgent; between two of them it
waits for the customer. The first touch ends with the first response; a critical ticket is answered in half the time.
"""

import math
import random
from dataclasses import dataclass, field, replace

from benchmarks.simulation.hours import CLOSES, DAY, OPENS, WEEK, WORKDAYS
from benchmarks.simulation.roster import Roster
from tickets.models import Priority

TOUCH, SPREAD = 20.0, 0.5
TOUCHES = {Priority.LOW: 1.1, Priority.MEDIUM: 1.4, Priority.HIGH: 2.0, Priority.CRITICAL: 3.0}
REQUIRED_LEVEL = 2
_MIX = {Priority.LOW: 0.22, Priority.MEDIUM: 0.52, Priority.HIGH: 0.21, Priority.CRITICAL: 0.05}
# The promises that ship, in working minutes until the first response.
TARGETS = {Priority.LOW: 480, Priority.MEDIUM: 240, Priority.HIGH: 120, Priority.CRITICAL: 30}
_OFF_HOURS = 0.06
PASSED_ON = 0.5
# No two days are alike: how much the number of tickets varies from day to day, relative to its mean.
DAILY = 0.15


@dataclass(frozen=True, slots=True)
class Asked:
    """`touches` are minutes at level 3, `pauses` the minutes until the customer answers each but the last."""

    at: float
    skill: str
    priority: Priority
    touches: list[float]
    pauses: list[float]
    customer: int
    # Whoever lacks the skill finds out that they cannot answer it, and asks a colleague who has it.
    is_passed_on: bool


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What goes otherwise than expected. `slowness` is how much each agent differs from what the score believes."""

    name: str = "as expected"
    slowness: float = 0.0
    absences: float = 0.0
    monday: float = 1.0
    has_incident: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    tickets: list[Asked]
    # Per agent: how long work takes them compared with what is expected; and when they are suddenly away.
    pace: list[float]
    absences: list[list[tuple[float, float]]]
    weeks: int
    circumstances: Circumstances = field(default_factory=Circumstances)


def draw(roster: Roster, *, seed: int, weeks: int, load: float, circumstances: Circumstances) -> Workload:
    rng = random.Random(f"work {seed}")
    capacity = sum(member.minutes_a_week for member in roster.members)
    mean_work = sum(share * (TOUCH * (TOUCHES[priority] - 1) + _first(priority)) for priority, share in _MIX.items())
    a_day = load * capacity / mean_work / WORKDAYS
    tickets = []
    for day in (week * 7 + weekday for week in range(weeks) for weekday in range(WORKDAYS)):
        factor = rng.gammavariate(1 / DAILY**2, DAILY**2) * (circumstances.monday if day % 7 == 0 else 1.0)
        tickets += [_asked(rng, roster, day * DAY + _minute(rng)) for _ in range(_poisson(rng, a_day * factor))]
    if circumstances.has_incident:
        tickets += _incident(random.Random(f"incident {seed}"), roster, a_day)
    chance = random.Random(f"people {seed}")
    return Workload(
        tickets=sorted(tickets, key=lambda ticket: ticket.at),
        pace=[1 + chance.uniform(-circumstances.slowness, circumstances.slowness) for _ in roster.members],
        absences=[_absences(chance, roster, place, weeks, circumstances) for place in range(len(roster.members))],
        weeks=weeks,
        circumstances=circumstances,
    )


def _asked(rng: random.Random, roster: Roster, at: float) -> Asked:
    skills, weights = list(roster.categories), list(roster.categories.values())
    priority = rng.choices(list(_MIX), list(_MIX.values()))[0]
    means = [_first(priority)] + [TOUCH] * _poisson(rng, TOUCHES[priority] - 1)
    return Asked(
        at=at,
        skill=rng.choices(skills, weights)[0],
        priority=priority,
        touches=[rng.lognormvariate(math.log(minutes) - SPREAD**2 / 2, SPREAD) for minutes in means],
        pauses=[rng.lognormvariate(math.log(90), 0.8) for _ in means[1:]],
        customer=rng.randrange(800),
        is_passed_on=rng.random() < PASSED_ON,
    )


def _first(priority: Priority) -> float:
    return TOUCH / 2 if priority is Priority.CRITICAL else TOUCH


def _minute(rng: random.Random) -> float:
    """Most people ask around eleven and three; a few at night."""
    if rng.random() < _OFF_HOURS:
        return rng.uniform(0, DAY)
    peak, width = rng.choice(((11 * 60, 100), (15 * 60, 100)))
    while not OPENS <= (minute := rng.gauss(peak, width)) < CLOSES:
        pass
    return minute


def _incident(rng: random.Random, roster: Roster, a_day: float) -> list[Asked]:
    """In the middle of the first week a fifth of a day's tickets come within half an hour, all about one thing."""
    begins, skill = WEEK * 2 / 7 + 11 * 60, max(roster.categories, key=lambda skill: roster.categories[skill])
    return [
        replace(_asked(rng, roster, begins + rng.uniform(0, 30)), skill=skill, priority=Priority.HIGH)
        for _ in range(round(a_day / 5))
    ]


def _absences(
    rng: random.Random, roster: Roster, place: int, weeks: int, circumstances: Circumstances
) -> list[tuple[float, float]]:
    """Suddenly away in the middle of a shift, until the day is over."""
    member, found = roster.members[place], []
    for day in range(weeks * 7):
        begins = rng.uniform(member.starts, member.ends)
        if day % 7 in member.days and rng.random() < circumstances.absences:
            found.append((day * DAY + begins, float((day + 1) * DAY)))
    return found


def _poisson(rng: random.Random, mean: float) -> int:
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
