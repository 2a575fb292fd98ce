"""The file `run`, before there is any environment."""

import importlib.util
import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "run"


@pytest.fixture
def run(tmp_path: Path) -> ModuleType:
    """The file as a module, on a tree that has nothing but locks."""
    loader = SourceFileLoader("run", str(RUN))
    spec = importlib.util.spec_from_loader("run", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    module.ROOT, module.VENV = tmp_path, tmp_path / ".venv"
    module.PYTHON = tmp_path / ".venv" / "bin" / "python"
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("django==5.2\n")
    return module


def call(*arguments: str) -> "subprocess.CompletedProcess[str]":
    # Neither site-packages nor the environment: nothing but the standard library.
    return subprocess.run([sys.executable, "-I", "-S", str(RUN), *arguments], capture_output=True, text=True)


def test_help_names_every_command():
    shown = call("help").stdout

    commands = (
        "--port",
        "--data",
        "test",
        "check",
        "manage",
        "backup",
        "restore",
        "upgrade",
        "memory",
        "bench",
        "lock",
    )
    assert all(command in shown for command in commands)


def test_an_unknown_command_is_answered_with_the_help():
    answered = call("strat")

    assert answered.returncode != 0
    assert answered.stderr.startswith("There is no command 'strat'.")
    assert "./run test" in answered.stderr


def test_an_environment_counts_until_the_lock_or_the_python_changes(run: ModuleType, tmp_path: Path):
    assert not run.is_installed("run")
    run.PYTHON.parent.mkdir(parents=True)
    run.PYTHON.symlink_to(sys.executable)
    run.stamp_file("run").write_text(run.stamp("run"))
    assert run.is_installed("run")

    (tmp_path / "requirements" / "run.txt").write_text("django==5.2.1\n")
    assert not run.is_installed("run")

    run.stamp_file("run").write_text(run.stamp("run"))
    run.PYTHON.unlink()
    assert not run.is_installed("run")


def test_locks_hold_hashes_for_everything_and_no_address():
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text()
        pins = re.findall(r"(?m)^[a-z0-9].*==", text)

        assert len(pins) == len(re.findall(r"(?m)^[a-z0-9].*==.* \\\n    --hash=sha256:", text)) > 0
        assert "://" not in text
        assert "index-url" not in text


def test_tests_run_on_the_versions_that_are_installed_elsewhere():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"(?m)^([a-z0-9][^\s;]*==[^\s;]+)", (ROOT / "requirements" / name).read_text()))

    assert pins("run.txt") <= pins("dev.txt")
