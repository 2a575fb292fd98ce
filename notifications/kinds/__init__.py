"""The kinds of notifications: one file a kind. What a fact means for people stands there, and nowhere else."""

from collections import defaultdict

from notifications.kinds import (
    assigned,
    automated,
    breached,
    contacted,
    duplicated,
    escalated,
    incident,
    noted,
    opened,
    pending,
    reopened,
    replied,
    resolved,
    warned,
)
from notifications.kinds.kind import Kind as Kind

_MODULES = (
    opened,
    contacted,
    assigned,
    replied,
    noted,
    pending,
    resolved,
    duplicated,
    reopened,
    warned,
    breached,
    escalated,
    automated,
    incident,
)
KINDS: dict[str, Kind] = {module.KIND.slug: module.KIND for module in _MODULES}

BY_EVENT: dict[str, list[Kind]] = defaultdict(list)
for _kind in KINDS.values():
    BY_EVENT[_kind.event_kind].append(_kind)
