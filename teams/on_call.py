"""Whose turn it is on the rotas. While a single on-call shift of a team lasts, its rota says nothing."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from helpdesk.core.configuration import Remembered
from teams.models.rota import OnCallRota, OnCallTurn


def on_call_by_rota(team_ids: Collection[int], *, as_of: datetime) -> list[tuple[int, int]]:
    """(person, team) for each of these teams whose rota has begun. No query while the set-up stays as it is."""
    found = []
    for rota, people in _rotas():
        place = rota.turn_at(as_of, len(people)) if rota.team_id in team_ids else None
        if place is not None:
            found.append((people[place], rota.team_id))
    return found


def _load() -> Sequence[tuple[OnCallRota, list[int]]]:
    """Active rotas with their people in turn. Whoever is gone, or works here no longer, has no turn."""
    turns = OnCallTurn.objects.filter(rota__is_active=True, user__is_active=True, user__is_staff=True)
    people: dict[int, list[int]] = defaultdict(list)
    rotas: dict[int, OnCallRota] = {}
    for turn in turns.select_related("rota").order_by("position", "pk"):
        rotas[turn.rota_id] = turn.rota
        people[turn.rota_id].append(turn.user_id)
    return [(rota, people[pk]) for pk, rota in rotas.items()]


_rotas = Remembered("people", _load)
