"""Which worker gets which tests, so that none waits at the end and none repeats another's preparations."""

import re
from itertools import groupby

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# Whole installations, and commands of one: minutes, mostly of waiting. They leave the database of the suite alone.
_INSTALLATIONS = re.compile(
    r"tests/(journeys/|embedded/test_(hard_edges|looking_after|start)\.|deploy/test_(archiving|upgrading)\.)"
)


def is_installation(nodeid: str) -> bool:
    return _INSTALLATIONS.match(nodeid) is not None


def in_good_order(items: list[pytest.Item]) -> None:
    """Installations first, those that may take longest before the others. The others keep their order."""
    items.sort(key=_longest, reverse=True)


class InRuns(LoadScopeScheduling):
    """Neighbours of one file stay together. One worker is at installations while there is something else for the others."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        # Big files first would bring tests that empty the database before those that need what the migrations ship.
        config.option.loadscopereorder = False
        self._runs: dict[str, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        if not self._runs:
            neighbours = groupby(self.collection or [], lambda nodeid: nodeid.partition("::")[0])
            self._runs = {nodeid: f"{number}" for number, (_file, run) in enumerate(neighbours) for nodeid in run}
        return self._runs[nodeid]

    def _assign_work_unit(self, node: WorkerController) -> None:
        others = [work for worker, work in self.assigned_work.items() if worker is not node]
        is_taken = any(
            not is_done and is_installation(nodeid)
            for work in others
            for run in work.values()
            for nodeid, is_done in run.items()
        )
        for name, run in self.workqueue.items():
            if is_installation(next(iter(run))) != is_taken:
                self.workqueue.move_to_end(name, last=False)
                break
        super()._assign_work_unit(node)


def _longest(item: pytest.Item) -> float:
    limit = item.get_closest_marker("timeout")
    return (float(limit.args[0]) if limit else 1.0) if is_installation(item.nodeid) else 0.0
