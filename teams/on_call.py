"""Whose turn it is on the rotas. While a single on-call shift of a team lasts, its rota says nothing."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from teams.models.rota import OnCallRota, OnCallTurn


def on_call_by_rota(team_ids: Collection[int], *, as_of: datetime) -> list[tuple[int, int]]:
    """(person, team) for each of these teams whose rota has begun. One query."""
    turns = OnCallTurn.objects.filter(rota__team__in=team_ids, rota__is_active=True, user__is_active=True)
    people: dict[int, list[int]] = defaultdict(list)
    rotas: dict[int, OnCallRota] = {}
    for turn in turns.select_related("rota").order_by("position", "pk"):
        rotas[turn.rota_id] = turn.rota
        people[turn.rota_id].append(turn.user_id)
    found = []
    for pk, rota in rotas.items():
        place = rota.turn_at(as_of, len(people[pk]))
        if place is not None:
            found.append((people[pk][place], rota.team_id))
    return found
