"""What a start does not wait for: the packages that read tickets by meaning, and the model that is made with them."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tickets.triage.minilm.making import make_model
from tickets.triage.minilm.place import model_file
from tickets.triage.minilm.weights import DamagedModel

from .console import say
from .data_folder import DataFolder
from .environment import ROOT
from .processes import Process
from .refusal import Refusal


def make(data: DataFolder) -> int:
    """`./run triage`, after the packages are there. Calling twice is harmless."""
    try:
        make_model(model_file(data.path))
    except DamagedModel as damaged:
        raise Refusal(str(damaged)) from None
    say("Tickets are read by meaning.")
    return 0


@contextmanager
def done_in_background(data: DataFolder, environment: Mapping[str, str]) -> Iterator[None]:
    """Beside the running installation; a failure is in the log, and the next start tries again."""
    if model_file(data.path).exists():
        yield
        return
    second_step = Process(
        name="triage",
        # In a run of its own: it finds installers, and holds the lock of the environment. Politely behind the first pages.
        argv=["nice", "-n", "10", sys.executable, str(ROOT / "run"), "triage", "--data", str(data.path)],
        env=environment,
        log=data.logs / "triage.log",
        cwd=ROOT,
    )
    second_step.start()
    try:
        yield
    finally:
        second_step.kill()
