"""When each ticket of the demo was opened and how long everybody took: as people do, and the same at every loading."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk.demo.cast import BERLIN
from helpdesk.demo.script import Script, Turn

DAYS = 90
# Whatever is not told otherwise is over by then: today belongs to what is open.
QUIET_BEFORE = timedelta(hours=20)
# How many write in each hour of Berlin's day, from midnight on.
_RHYTHM = (1, 0, 0, 0, 0, 1, 2, 4, 8, 10, 10, 9, 7, 8, 9, 9, 8, 7, 6, 5, 5, 4, 3, 2)
# Minutes until staff answer first, at the least and at the most; and what of the promised time is used at the most.
_FIRST_ANSWER = {"low": (15, 240), "medium": (6, 120), "high": (3, 45), "critical": (2, 12)}
_USED_AT_MOST = 0.6
_LATE = 1.13
# A ticket that is over was over for a while.
_OVER_BY = 0.85


def unit(*key: object) -> float:
    """A number from 0 to 1 that looks random and is always the same for the same key."""
    digest = hashlib.sha256("\x1f".join(map(str, key)).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def openings(scripts: Sequence[Script], *, as_of: datetime) -> list[datetime]:
    """In the order of the scripts. The term has begun: the nearer to now, the more is written."""
    ageless = sorted((script for script in scripts if script.age is None), key=lambda script: unit(script.title, "day"))
    instants = {
        script.title: _opening(script, (position + 0.5) / len(ageless), as_of)
        for position, script in enumerate(ageless)
    }
    return [as_of - script.age if script.age is not None else instants[script.title] for script in scripts]


def delays(script: Script, *, available: timedelta, first_target: float, resolution_target: float) -> list[timedelta]:
    """How long each turn waits for the one before it; what the script leaves open fits what was promised.

    `late` scripts miss their first promise.
    """
    spans = [turn.after or _usual(script, position, turn) for position, turn in enumerate(script.turns)]
    first = next((position for position, turn in enumerate(script.turns) if turn.kind == "agent"), None)
    if first is not None and script.turns[first].after is None:
        most = timedelta(seconds=first_target * _USED_AT_MOST)
        spans[first] = timedelta(seconds=first_target * _LATE) if "late" in script.flags else min(spans[first], most)
    if "late" not in script.flags:
        _shorten(
            spans, [turn.after is None for turn in script.turns], timedelta(seconds=resolution_target * _USED_AT_MOST)
        )
    if not script.is_open:
        _shorten(spans, [True] * len(spans), available * _OVER_BY)
    return [timedelta(seconds=round(each.total_seconds())) for each in spans]


def _shorten(spans: list[timedelta], is_free: Sequence[bool], most: timedelta) -> None:
    """Bring what is free down to `most` altogether, each by the same share."""
    total = sum((each for each, free in zip(spans, is_free, strict=True) if free), timedelta())
    if total > most:
        spans[:] = [each * (most / total) if free else each for each, free in zip(spans, is_free, strict=True)]


def _opening(script: Script, share: float, as_of: datetime) -> datetime:
    latest = as_of - QUIET_BEFORE
    around = latest - timedelta(days=DAYS - 1) * (1 - share**0.65)
    local = around.astimezone(ZoneInfo(BERLIN))
    if local.weekday() >= 5 and unit(script.title, "weekend") < 0.6:
        local -= timedelta(days=local.weekday() - 4)
    hour = _hour(unit(script.title, "hour"))
    seconds = int(unit(script.title, "second") * 3600)
    # Through UTC, so that an hour that does not exist becomes one that does.
    opened = local.replace(hour=hour, minute=seconds // 60, second=seconds % 60, microsecond=0).astimezone(as_of.tzinfo)
    return min(opened, latest - timedelta(seconds=seconds))


def _hour(number: float) -> int:
    left = number * sum(_RHYTHM)
    for hour, weight in enumerate(_RHYTHM):
        left -= weight
        if left < 0:
            return hour
    return len(_RHYTHM) - 1


def _usual(script: Script, position: int, turn: Turn) -> timedelta:
    least, most = _FIRST_ANSWER[script.priority] if turn.kind == "agent" and position == 0 else (4, 95)
    if turn.kind in ("note", "act"):
        least, most = 1, 12
    # The square: most are quick, a few take long.
    return timedelta(minutes=least + (most - least) * unit(script.title, position, "delay") ** 2)
