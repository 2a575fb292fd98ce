"""The commands of `./run`, and how each of them ends: with an exit code, and one sentence when it can't go on."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .backing_up import back_up
from .benching import bench
from .checking import check
from .data_folder import DataFolder
from .environment import ROOT, given_settings
from .locking import lock
from .managing import manage
from .memory import memory
from .refusal import Refusal
from .restoring import restore
from .second_step import make
from .signals import StopRequested
from .start import start
from .testing import test
from .upgrading import upgrade


def main(argv: Sequence[str]) -> int:
    command, arguments = argv[0], list(argv[1:])
    try:
        return _dispatch(command, arguments)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
    except OSError as error:
        what = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        sys.stderr.write(f"The operating system refused: {what}\n")
    except StopRequested:
        return 130
    return 1


def _dispatch(command: str, arguments: list[str]) -> int:
    if command == "test":
        return test(arguments)
    if command == "check":
        return check()
    if command == "bench":
        return bench(arguments)
    if command == "lock":
        return lock(arguments)
    if command == "manage":
        parser = argparse.ArgumentParser(prog="./run manage", add_help=False, allow_abbrev=False)
        _add_data(parser)
        options, rest = parser.parse_known_args(arguments)
        return manage(DataFolder(options.data), rest)
    if command in ("backup", "restore", "upgrade", "memory", "triage"):
        return _look_after(command, arguments)
    parser = argparse.ArgumentParser(prog="./run", allow_abbrev=False)
    parser.add_argument("--port", type=int, help="the port to listen on; else the first free one from 8000")
    parser.add_argument("--empty", action="store_true", help="one's own desk, without the demo")
    _add_data(parser)
    options = parser.parse_args(arguments)
    start(DataFolder(options.data), options.port, is_empty=options.empty)
    return 0


def _look_after(command: str, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"./run {command}", allow_abbrev=False)
    if command in ("backup", "restore"):
        parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    if command == "restore":
        parser.add_argument("--replace", action="store_true", help="give up the people and tickets that are there")
    _add_data(parser)
    options = parser.parse_args(arguments)
    data = DataFolder(options.data)
    if command == "backup":
        return back_up(data, options.file.absolute())
    if command == "triage":
        return make(data)
    if command == "restore":
        return restore(data, options.file.absolute(), is_replacing=options.replace)
    return upgrade(data) if command == "upgrade" else memory(data)


def _add_data(parser: argparse.ArgumentParser) -> None:
    default = Path(given_settings().get("DATA_DIR", str(ROOT / ".data")))
    parser.add_argument("--data", type=Path, default=default, metavar="FOLDER", help="where everything is kept")
