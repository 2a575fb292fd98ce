"""A second opinion on promises that imports nothing of ours: it walks minute by minute over what happened.

An event is (minute, what); `what` is "reply", "pend", "resume", "resolve", "reopen" or a new target in minutes. What
happens in the very minute of the deadline still comes in time.
"""

from collections.abc import Callable, Sequence

Event = tuple[int, str | int]
Outcome = tuple[str, int | None]


def first_response(events: Sequence[Event], target: int, is_working: Callable[[int], bool], until: int) -> Outcome:
    """Never stands still. A ticket that was resolved without an answer has no first response any more."""
    elapsed = 0
    for minute in range(until + 1):
        for what in _happening(events, minute):
            if what == "reply":
                return "met", minute
            if what == "resolve":
                return "cancelled", minute
            if isinstance(what, int):
                target = what
        if elapsed >= target:
            return "breached", minute
        elapsed += is_working(minute)
    return "running", None


def resolution(events: Sequence[Event], target: int, is_working: Callable[[int], bool], until: int) -> Outcome:
    """Stands still while pending and while resolved; another target counts for what was resolved once it is reopened."""
    elapsed, state, since = 0, "running", None
    for minute in range(until + 1):
        for what in _happening(events, minute):
            if what == "resolve":
                state, since = "met", minute
            elif what == "pend":
                state, since = "paused", None
            elif what in ("resume", "reopen"):
                state, since = "running", None
            elif isinstance(what, int):
                target = what
                if elapsed >= target and state != "met":
                    return "breached", minute
        if state == "running" and elapsed >= target:
            return "breached", minute
        elapsed += state == "running" and is_working(minute)
    return state, since


def _happening(events: Sequence[Event], minute: int) -> list[str | int]:
    return [what for at, what in events if at == minute]
