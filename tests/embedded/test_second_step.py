"""The model of triage is made beside the running installation, and nobody waits for it."""

from pathlib import Path

import pytest

from helpdesk.embedded import second_step
from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.processes import Process
from helpdesk.embedded.refusal import Refusal
from tickets.triage.minilm import weights
from tickets.triage.minilm.place import model_file, tokenizer_of


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would run: the real one installs packages."""
    acts: list[str] = []
    monkeypatch.setattr(Process, "start", lambda self: acts.append(" ".join(self.argv)))
    monkeypatch.setattr(Process, "kill", lambda self: acts.append("killed"))
    return acts


def test_the_model_is_made_once_with_its_tokenizer(data: DataFolder, capsys: pytest.CaptureFixture[str]):
    assert second_step.make(data) == 0

    made = model_file(data.path)
    assert tokenizer_of(made).exists()
    before = made.stat().st_mtime_ns
    assert second_step.make(data) == 0
    assert made.stat().st_mtime_ns == before
    assert [file.name for file in made.parent.iterdir() if file.suffix == ".new"] == []
    assert "read by meaning" in capsys.readouterr().out


def test_without_the_wheel_one_sentence_says_so(data: DataFolder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(weights, "find_spec", lambda name: None)

    with pytest.raises(Refusal, match="not installed"):
        second_step.make(data)


def test_it_runs_beside_the_installation_and_ends_with_it(data: DataFolder, started: list[str]):
    with second_step.done_in_background(data, {}):
        assert len(started) == 1
        assert started[0].endswith(f"run triage --data {data.path}")

    assert started[-1] == "killed"


def test_what_is_there_is_not_made_again(data: DataFolder, started: list[str]):
    model_file(data.path).parent.mkdir(parents=True)
    model_file(data.path).touch()

    with second_step.done_in_background(data, {}):
        pass

    assert started == []
