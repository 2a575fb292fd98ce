"""What an installation may change is listed in .env.example, completely and truly."""

import ast
import re
from itertools import pairwise
from pathlib import Path

from celery import current_app

ROOT = Path(__file__).resolve().parents[2]


def variables_read_by_settings() -> set[str]:
    """The first argument of every call of a method of `env`."""
    calls = (node for node in ast.walk(ast.parse((ROOT / "helpdesk/settings.py").read_text())))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and isinstance(call.args[0], ast.Constant)
    }


def lines_of_the_example() -> list[str]:
    return (ROOT / ".env.example").read_text().splitlines()


def test_the_example_lists_every_variable_and_no_other():
    listed = {match[1] for line in lines_of_the_example() if (match := re.match(r"# ([A-Z_]+)=", line))}

    assert listed == variables_read_by_settings()


def test_every_variable_has_a_comment_above_it():
    lines = lines_of_the_example()

    for above, line in pairwise(lines):
        if re.match(r"# [A-Z_]+=", line):
            assert re.match(r"# .*[.,]$", above), f"{line} is not explained"


def test_the_example_changes_nothing_when_it_is_copied_as_it_is():
    assert all(not line or line.startswith("#") for line in lines_of_the_example())


def test_no_other_module_reads_the_environment():
    """Except the one-command start, which makes it, its catcher of mails, which loads no settings, and the lines that name
    the settings module."""
    readers = []
    for folder in ("helpdesk", "teams", "tickets", "escalation", "notifications"):
        for file in (ROOT / folder).rglob("*.py"):
            text = file.read_text().replace('os.environ.setdefault("DJANGO_SETTINGS_MODULE"', "")
            if re.search(r"os\.(environ|getenv)", text) and "embedded" not in file.parts:
                readers.append(str(file.relative_to(ROOT)))

    assert sorted(readers) == ["helpdesk/core/env.py", "helpdesk/demo/outbox/catcher.py"]


def test_celery_really_queues():
    assert current_app.conf.task_always_eager is False
