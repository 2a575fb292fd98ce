"""Who is behind each open socket, and where they may listen now: asked for all sockets of a process in a handful of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now

from notifications.live import groups
from teams.models import ApiToken, TeamMembership, User
from tickets.links import granted_among
from tickets.models import Ticket, Watcher
from tickets.portal.door import grants_of


@dataclass(eq=False, slots=True)
class Key:
    """What a socket was opened with: a token, or the session of a page. Grants let guests hear of one ticket each."""

    token_digest: str = ""
    session_key: str = ""
    # The session as it was last read: most are the same each time, and reading one costs more than comparing.
    _raw: str = ""
    _session: dict[str, Any] = field(default_factory=dict)

    def session(self, raw: str) -> dict[str, Any]:
        if raw != self._raw:
            self._raw, self._session = raw, SessionStore().decode(raw)
        return self._session


@dataclass(frozen=True, slots=True)
class Permit:
    """`user` is None for a guest, who hears of the public facts of `guest_of` only: primary keys of tickets."""

    user: User | None
    groups: frozenset[str]
    guest_of: frozenset[int] = frozenset()


def permits_of(keys: Iterable[Key]) -> dict[Key, Permit]:
    """Keys that open nothing any more are left out. The number of queries does not grow with the sockets."""
    keys = list(keys)
    owners = _token_owners({key.token_digest for key in keys if key.token_digest})
    sessions = _sessions({key.session_key for key in keys if key.session_key})
    opened = {key: key.session(raw) for key in keys if (raw := sessions.get(key.session_key))}
    signed_in = _signed_in(opened)
    users = {key: user for key in keys if (user := owners.get(key.token_digest) or signed_in.get(key))}
    teams = _teams_of({user.pk for user in users.values() if user.is_staff})
    permits = {key: Permit(user, _groups_of(user, teams[user.pk])) for key, user in users.items()}
    return permits | _guests({key: session for key, session in opened.items() if key not in permits})


def readers_among(pairs: Collection[tuple[User, int]]) -> set[tuple[int, int]]:
    """Of (person, ticket), those of people who work on the ticket: what `worked_by` says, in three queries for all."""
    tickets = {ticket for _user, ticket in pairs}
    rows = {pk: rest for pk, *rest in Ticket.objects.filter(pk__in=tickets).values_list("pk", "team", "assignee")}
    people = {user.pk for user, _ticket in pairs}
    watching = set(Watcher.objects.filter(user__in=people, ticket__in=tickets).values_list("user", "ticket"))
    teams = _teams_of(people)

    def works(user: User, ticket: int) -> bool:
        if not (user.is_active and user.is_staff and ticket in rows):
            return False
        team, assignee = rows[ticket]
        return user.is_superuser or team in teams[user.pk] or assignee == user.pk or (user.pk, ticket) in watching

    return {(user.pk, ticket) for user, ticket in pairs if works(user, ticket)}


def _token_owners(digests: Collection[str]) -> dict[str, User]:
    if not digests:
        return {}
    usable = ApiToken.objects.usable(now()).filter(digest__in=digests).select_related("user")
    return {token.digest: token.user for token in usable}


def _sessions(keys: Collection[str]) -> dict[str, str]:
    if not keys:
        return {}
    rows = SessionStore.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=now())
    return dict(rows.values_list("session_key", "session_data"))


def _signed_in(sessions: dict[Key, dict[str, Any]]) -> dict[Key, User]:
    """Not after a logout, a new password, or being switched off."""
    ids = {int(session[SESSION_KEY]) for session in sessions.values() if SESSION_KEY in session}
    people = {user.pk: user for user in User.objects.filter(pk__in=ids, is_active=True)} if ids else {}
    found = {}
    for key, session in sessions.items():
        user = people.get(int(session.get(SESSION_KEY, 0)))
        if user and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            found[key] = user
    return found


def _teams_of(people: Collection[int]) -> dict[int, set[int]]:
    teams: dict[int, set[int]] = defaultdict(set)
    if people:
        for user, team in TeamMembership.objects.filter(user__in=people).values_list("user", "team"):
            teams[user].add(team)
    return teams


def _groups_of(user: User, teams: set[int]) -> frozenset[str]:
    """Customers hear of their own tickets through their own group only."""
    listening = {groups.of_user(user.pk), *map(groups.of_team, teams)}
    if user.is_superuser:
        listening.add(groups.ADMINISTRATORS)
    return frozenset(listening)


def _guests(sessions: dict[Key, dict[str, Any]]) -> dict[Key, Permit]:
    grants = {key: set(grants_of(session).values()) for key, session in sessions.items()}
    asked = set().union(*grants.values())
    holding = granted_among(asked, at=now()) if asked else set()
    tickets = {key: frozenset(grant.ticket for grant in own & holding) for key, own in grants.items()}
    return {
        key: Permit(None, frozenset(map(groups.of_guests, found)), found) for key, found in tickets.items() if found
    }
