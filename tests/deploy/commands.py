"""The command of each process, read from where an installation reads it."""

import configparser
import shlex
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"

# The processes of the product; the others are servers, or end by themselves.
PROCESSES = ("web", "sockets", "pulse", "work", "slow", "beat")


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def composed_command(service: str) -> list[str]:
    return [str(word) for word in compose()["services"][service]["command"]]


def files_of_image() -> list[str]:
    """What of the repository gets into the image."""
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


class Unit(configparser.ConfigParser):
    """A file of systemd. `%%` stands for `%` there as here."""

    def __init__(self, name: str) -> None:
        super().__init__(strict=False, interpolation=None, delimiters=("=",))
        self.read_string((UNITS / name).read_text())

    def optionxform(self, name: str) -> str:
        return name

    @property
    def command(self) -> list[str]:
        words = shlex.split(self["Service"]["ExecStart"].replace("%%", "%"))
        return [words[0].removeprefix("/opt/helpdesk/.venv/bin/"), *words[1:]]


def unit_command(process: str) -> list[str]:
    return Unit(f"helpdesk-{process}.service").command
