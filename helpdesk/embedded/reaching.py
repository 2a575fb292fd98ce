"""The servers of a data folder, wherever they are: those that run already, or ones started for the moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from .console import say
from .data_folder import DataFolder
from .environment import given_settings
from .refusal import Refusal
from .servers import running_servers
from .signals import hold_signals, wait_for
from .start import already_running
from .supervisor import Supervisor

_JOIN_SECONDS = 60


@contextmanager
def reached_servers(data: DataFolder) -> Iterator[dict[str, str]]:
    """Yields their addresses."""
    hold_signals()
    if data.claim():
        try:
            with running_servers(data, Supervisor(say), given_settings()) as servers:
                yield servers.addresses
                data.wait_for_users()
        finally:
            data.release()
    else:
        with data.used():
            if not wait_for(lambda: "addresses" in data.running(), seconds=_JOIN_SECONDS):
                raise Refusal(already_running(data))
            yield data.running()["addresses"]
