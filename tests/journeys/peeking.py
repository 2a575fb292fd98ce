"""A look into a running installation. One Django answers all the questions of a journey: each start of it takes seconds."""

import io
import json
import subprocess
import sys
import traceback
from collections.abc import Sequence
from contextlib import redirect_stdout

from django.db import connection


class Peephole:
    """`command` is `./run manage … --data …`, without the Django command."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        code = f"from {__name__} import answer_questions; answer_questions()"
        self._process = subprocess.Popen(
            [*command, "shell", "-v", "0", "-c", code],
            env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, code: str) -> str:
        """What it prints when it is run inside the installation."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"nobody answers in there (exit code {self._process.poll()})"
        printed, trouble = json.loads(answer)
        assert not trouble, trouble
        return printed.strip()

    def close(self) -> None:
        self._process.communicate(timeout=30)


def answer_questions() -> None:
    """Runs inside. Between questions it holds no connection: servers may be killed meanwhile."""
    for question in sys.stdin:
        printed, trouble = io.StringIO(), ""
        try:
            with redirect_stdout(printed):
                exec(json.loads(question), {})
        except Exception:
            trouble = traceback.format_exc()
        connection.close()
        connection.close_pool()
        sys.stdout.write(json.dumps([printed.getvalue(), trouble]) + "\n")
        sys.stdout.flush()
