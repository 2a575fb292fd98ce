"""Backup, restore, upgrade and memory, as a person calls them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.test_start import COMMAND, Start, count_users, started
from tests.folders import data_folder, environment_of_its_own

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def running(demo: Path) -> Iterator[tuple[Start, Path]]:
    """An installation at work, and its data folder."""
    with data_folder(like=demo) as data:
        # In the place of its folder: the product without the triage model.
        (data / "models").touch()
        with started(data) as start:
            start.wait_for_everybody()
            yield start, data


@pytest.fixture
def other() -> Iterator[Path]:
    with data_folder() as data:
        yield data


def call(*arguments: object) -> "subprocess.CompletedProcess[str]":
    environment = environment_of_its_own(LOG_LEVEL="ERROR")
    return subprocess.run([*COMMAND, *map(str, arguments)], env=environment, capture_output=True, text=True)


def test_an_installation_at_work_is_backed_up_and_comes_back_elsewhere(running, other: Path, tmp_path: Path):
    _start, data = running
    file = tmp_path / "backups" / "desk.backup"

    made = call("backup", file, "--data", data)
    restored = call("restore", file, "--data", other)

    assert made.returncode == restored.returncode == 0, made.stderr + restored.stderr
    assert made.stdout.startswith("Backed up ")
    assert count_users(other) == count_users(data) > 0
    assert (other / "secret_key").read_text() == (data / "secret_key").read_text()
    again = call("restore", file, "--data", other)
    assert (again.returncode, "--replace" in again.stderr) == (1, True)


def test_an_installation_at_work_is_neither_replaced_nor_upgraded(running, tmp_path: Path):
    _start, data = running
    file = tmp_path / "desk.backup"
    assert call("backup", file, "--data", data).returncode == 0

    for arguments in (["restore", file, "--replace"], ["upgrade"]):
        refused = call(*arguments, "--data", data)

        assert refused.returncode == 1
        assert "Stop it first." in refused.stderr


def test_without_the_triage_model_the_whole_product_stays_below_700_megabytes(running):
    _start, data = running

    sizes = dict(line.split()[:2] for line in call("memory", "--data", data).stdout.splitlines())

    assert {"supervisor", "postgres", "valkey", "web", "pulse", "work", "beat", "catcher", "together"} <= set(sizes)
    assert int(sizes["together"]) < 700


def test_a_number_that_was_left_behind_is_nobodys_memory(other: Path):
    (other / "running.json").write_text('{"pid": 1}')

    refused = call("memory", "--data", other)

    assert refused.returncode == 1
    assert refused.stderr.startswith("Nothing runs on")


def test_an_upgrade_keeps_what_was_before(demo: Path):
    with data_folder(like=demo) as data:
        first = call("upgrade", "--data", data)

        assert first.returncode == 0, first.stdout + first.stderr
        (kept,) = (data / "backups").iterdir()
    assert kept.name.startswith("before-upgrade-")


def test_a_file_that_is_no_backup_is_refused_in_one_sentence(other: Path, tmp_path: Path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff" * 1000)

    for file in (tmp_path / "photo.jpg", tmp_path / "nowhere.backup"):
        refused = call("restore", file, "--data", other)

        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
