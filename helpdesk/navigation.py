"""The console's navigation: first the work, then, folded, what administrators set up."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

# What is changed most often comes first; whatever is not named here follows.
_ORDER = ("teams", "tickets", "escalation", "notifications")
# What people do all day is in the navigation already.
_NOT_SET_UP = {"tickets.Ticket", "notifications.Notification"}


@dataclass(frozen=True, slots=True)
class Entry:
    """`counted` names the number beside it, `tone` how loud that is. What is for leads shows when the frame's numbers
    say that the reader is one."""

    name: Any
    url: str
    icon: str = ""
    counted: str = ""
    tone: str = ""
    is_active: bool = False
    is_for_leads: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    name: Any
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Navigation:
    work: list[Entry]
    new_ticket: str
    set_up: list[Group] = field(default_factory=list)

    @property
    def is_set_up_open(self) -> bool:
        return any(entry.is_active for group in self.set_up for entry in group.entries)


_QUEUES = (
    # tab of the list, name, icon, tone of its number
    ("mine", _("My tickets"), "circle-user", ""),
    ("teams", _("Team queues"), "users", ""),
    ("unassigned", _("Unassigned"), "circle-dashed", "warning"),
    ("at_risk", _("At risk"), "triangle-alert", "warning"),
    ("breached", _("Breached"), "alarm-clock", "error"),
    ("waiting", _("Waiting"), "circle-pause", ""),
    ("all", _("All tickets"), "layers", ""),
)


def navigation(request: HttpRequest, apps: Iterable[dict[str, Any]]) -> Navigation:
    """`apps` as the admin lists them: only what this person may change. No queries."""
    known = {label: place for place, label in enumerate(_ORDER)}
    apps = sorted(apps, key=lambda app: known.get(app["app_label"], len(known)))
    return Navigation(
        work=_work(request),
        new_ticket=_address("tickets_ticket_new"),
        set_up=[group for app in apps if (group := _group(request, app)).entries],
    )


def _work(request: HttpRequest) -> list[Entry]:
    path, home, inbox, tickets = (
        request.path,
        _address("index"),
        _address("inbox"),
        _address("tickets_ticket_changelist"),
    )
    shown = request.GET.get("tab", "") if path == tickets else ""
    if path == tickets and shown not in {tab for tab, *_rest in _QUEUES}:
        shown = "mine"
    queues = [
        Entry(name, f"{tickets}?tab={tab}", icon, "" if tab == "all" else tab, tone, tab == shown)
        for tab, name, icon, tone in _QUEUES
    ]
    triage, board, kept = _address("triage"), _address("load_board"), _address("promises_kept")
    # Whether somebody leads is a query: of administrators it is known without.
    is_unsure = not getattr(request.user, "is_superuser", False)
    return [
        Entry(_("Home"), home, "house", is_active=path == home),
        *queues,
        Entry(_("Inbox"), inbox, "inbox", "unread", "accent", path == inbox),
        Entry(_("My shift"), _address("shift"), "clock", is_active=path == _address("shift")),
        Entry(_("Triage"), triage, "sparkles", is_active=bool(triage) and path.startswith(triage)),
        Entry(_("Load board"), board, "gauge", is_active=path.startswith(f"{home}lead/"), is_for_leads=is_unsure),
        Entry(_("Promises"), kept, "shield-check", is_active=path.startswith(kept), is_for_leads=is_unsure),
    ]


def _group(request: HttpRequest, app: dict[str, Any]) -> Group:
    entries = [
        Entry(str(model["name"]), model["admin_url"], is_active=request.path.startswith(model["admin_url"]))
        for model in app["models"]
        if model["admin_url"] and model["model"]._meta.label not in _NOT_SET_UP
    ]
    return Group(app["name"], entries)


def _address(name: str) -> str:
    """Empty while there is no such page."""
    try:
        return reverse(f"admin:{name}")
    except NoReverseMatch:
        return ""
