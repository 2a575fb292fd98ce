"""One watch a process over all its open sockets: every few seconds it asks once who may still listen where."""

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async

from notifications.live.permits import permits_of, readers_among

if TYPE_CHECKING:
    from notifications.live.consumer import LiveConsumer

log = structlog.get_logger(__name__)

# How soon a withdrawn permission or an ended session closes or narrows an open socket.
RECHECK_SECONDS = 3
# So many sockets are asked about at once: enough to be few queries, few enough to be short ones.
_BATCH = 500


class Watch:
    """Runs while any socket is open."""

    def __init__(self) -> None:
        self._sockets: set[LiveConsumer] = set()
        self._round: asyncio.Task[None] | None = None

    def add(self, socket: "LiveConsumer") -> None:
        self._sockets.add(socket)
        if self._round is None:
            self._round = asyncio.create_task(self._watch())

    async def remove(self, socket: "LiveConsumer") -> None:
        self._sockets.discard(socket)
        task = self._round
        # The round that closes the last socket comes to its end by itself.
        if self._sockets or task is None or task is asyncio.current_task():
            return
        self._round = None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _watch(self) -> None:
        while self._sockets:
            await asyncio.sleep(RECHECK_SECONDS)
            sockets = list(self._sockets)
            for start in range(0, len(sockets), _BATCH):
                await self._check(sockets[start : start + _BATCH])
        self._round = None

    async def _check(self, sockets: "list[LiveConsumer]") -> None:
        try:
            permits = await database_sync_to_async(permits_of)([socket.key for socket in sockets])
            reading = {(socket.user, ticket) for socket in sockets if socket.user for ticket in socket.reading}
            readers = await database_sync_to_async(readers_among)(reading) if reading else set()
        except Exception as error:
            # A database that restarts. The next round asks again: a socket is never left unchecked.
            log.warning("live.recheck_failed", sockets=len(sockets), error=type(error).__name__)
            return
        for socket in sockets:
            if socket not in self._sockets:
                continue
            try:
                await socket.adopt(permits.get(socket.key), readers)
            except Exception as error:
                # A Redis that restarts, or a page that has just left. The others are checked all the same.
                log.warning("live.recheck_failed", sockets=1, error=type(error).__name__)


# Sockets belong to the event loop that serves them; there is one in a process, and one a test.
_watches: "WeakKeyDictionary[asyncio.AbstractEventLoop, Watch]" = WeakKeyDictionary()


def watch() -> Watch:
    return _watches.setdefault(asyncio.get_running_loop(), Watch())
