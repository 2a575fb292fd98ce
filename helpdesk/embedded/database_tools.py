"""PostgreSQL's own dump and restore, from the wheel, on any database that an address names."""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from .database_home import wheel_folder
from .processes import tied_to_us
from .refusal import Refusal
from .signals import pause, wait_for

_BLOCK = 1024 * 1024

# What we own in the schema, whatever version of the product made it. Extensions stay.
_DROP_EVERYTHING = """\
SET client_min_messages = warning;
DO $$
DECLARE thing record;
BEGIN
    FOR thing IN
        SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE'
               END AS kind, oid::regclass::text AS name, 1 AS turn
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
          AND NOT EXISTS (SELECT FROM pg_depend
                          WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('e', 'i', 'a'))
        UNION ALL
        SELECT 'ROUTINE', oid::regprocedure::text, 2
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend
                          WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
        UNION ALL
        SELECT 'TYPE', oid::regtype::text, 3
        FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
          AND NOT EXISTS (SELECT FROM pg_depend
                          WHERE classid = 'pg_type'::regclass AND objid = pg_type.oid AND deptype = 'e')
        ORDER BY turn
    LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', thing.kind, thing.name);
    END LOOP;
END $$;
"""


def connect(url: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """Raises Refusal when nobody answers."""
    try:
        return psycopg.connect(_conninfo(url), connect_timeout=10, autocommit=True)
    except psycopg.Error as error:
        raise Refusal(f"The database does not answer: {str(error).strip()}") from None


def dump(url: str, target: Path, *, snapshot: str) -> None:
    """Everything in the database, as of the exported snapshot, compressed."""
    what = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with _messages() as messages:
        process = _start(["pg_dump", *what, f"--file={target}", _name(url)], url, messages)
        _wait(process, "The database could not be dumped", messages)


def replace_contents(url: str, source: Path) -> None:
    """What the database holds becomes what the dump holds, in one transaction: all of it or nothing."""
    with _messages() as messages:
        psql = _start(
            ["psql", "-X", "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", _name(url)], url, messages, is_fed=True
        )
        script = cast(IO[bytes], psql.stdin)
        try:
            script.write(f"BEGIN;\n{_DROP_EVERYTHING}".encode())
            script.flush()
            options = ["--no-owner", "--no-privileges", "--no-comments", "--file=-"]
            reader = _start(["pg_restore", *options, str(source)], url, messages, stdout=subprocess.PIPE)
            _hand_on(cast(IO[bytes], reader.stdout), script)
            _wait(reader, "The dump could not be read", messages)
            # Only now: when the reader fails, or we are killed, psql ends without it and nothing has happened.
            script.write(b"COMMIT;\n")
        except BrokenPipeError:
            pass
        finally:
            with suppress(BrokenPipeError):
                script.close()
            _wait(psql, "The database could not be restored; it is as it was", messages)


def _hand_on(sql: IO[bytes], script: IO[bytes]) -> None:
    with sql:
        # PostgreSQL 16 does not know it, and nobody has set it.
        script.write(sql.read(_BLOCK).replace(b"SET transaction_timeout = 0;\n", b"", 1))
        while block := sql.read(_BLOCK):
            script.write(block)
            pause(0)


def _start(
    argv: Sequence[str], url: str, messages: IO[bytes], *, is_fed: bool = False, stdout: int = subprocess.DEVNULL
) -> "subprocess.Popen[bytes]":
    program = wheel_folder() / "pginstall18" / "bin" / argv[0]
    password = str(conninfo_to_dict(_conninfo(url)).get("password") or "")
    return subprocess.Popen(
        [program, *argv[1:]],
        # Not among the arguments: every user of the machine reads those.
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "PGPASSWORD": password},
        cwd="/",
        stdin=subprocess.PIPE if is_fed else subprocess.DEVNULL,
        stdout=stdout,
        stderr=messages,
        start_new_session=True,
        preexec_fn=tied_to_us(signal.SIGKILL),
    )


def _wait(process: "subprocess.Popen[bytes]", sentence: str, messages: IO[bytes]) -> None:
    """Raises StopRequested when somebody presses Ctrl-C meanwhile, and Refusal when it fails."""
    try:
        wait_for(lambda: process.poll() is not None, seconds=float("inf"))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode:
        messages.seek(0)
        said = messages.read().decode(errors="replace").strip().splitlines()[-6:]
        raise Refusal("\n  ".join([f"{sentence}:", *said]))


@contextmanager
def _messages() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        yield file


def _name(url: str) -> str:
    parts: dict[str, Any] = conninfo_to_dict(_conninfo(url))
    parts.pop("password", None)
    return f"--dbname={make_conninfo(**parts)}"


def _conninfo(url: str) -> str:
    """The settings also take `postgres`, `psql` and `pgsql` for its scheme."""
    return re.sub(r"^\w+://", "postgresql://", url)
