"""What is in deploy/ is well formed, agrees with itself and with the settings, and gives no more rights than needed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from helpdesk.schedule import SWEEPS
from tests.deploy.commands import (
    DEPLOY,
    PROCESSES,
    ROOT,
    UNITS,
    Unit,
    compose,
    composed_command,
    files_of_image,
    unit_command,
)

SERVICES = compose()["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "helpdesk"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
# Where a process listens is the one thing that machines and containers do differently.
_PLACE = re.compile(r"(0\.0\.0\.0|127\.0\.0\.1)|:?\b800[01]\b")


def test_every_process_is_in_both_and_runs_the_same_command():
    assert set(PROCESSES) | {"migrate", "triage"} == set(OURS)
    for process in PROCESSES:
        composed, unit = (" ".join(command) for command in (composed_command(process), unit_command(process)))

        assert _PLACE.sub("", composed) == _PLACE.sub("", unit)


def test_the_target_wants_every_process():
    target = (UNITS / "helpdesk.target").read_text()

    assert all(f"helpdesk-{process}.service" in target for process in PROCESSES)


def test_compose_knows_every_word():
    words = {"build", "cap_add", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "networks"}
    words |= {
        "logging",
        "ports",
        "read_only",
        "restart",
        "security_opt",
        "shm_size",
        "stop_grace_period",
        "tmpfs",
        "volumes",
    }

    for service in SERVICES.values():
        assert set(service) <= words
        assert set(service.get("depends_on", ())) <= set(SERVICES)
        for volume in service.get("volumes", ()):
            name = volume.split(":")[0]
            assert name in compose()["volumes"] or (DEPLOY / name).exists()


def test_every_queue_has_its_worker():
    queues = {command[command.index("-Q") + 1] for name in PROCESSES if "-Q" in (command := composed_command(name))}

    # Jobs are no sweep: they are started when somebody needs one.
    assert queues == {sweep.queue for sweep in SWEEPS} | {"slow"}


def test_the_image_runs_as_nobody_special_and_holds_no_secret():
    stages = DOCKERFILE.split("\nFROM ")

    assert len(stages) == 3
    assert re.search(r"\nUSER (\d+):\d+\n", stages[-1])[1] != "0"
    assert "HEALTHCHECK" in stages[-1]
    for line in re.findall(r"(?m)^(?:ENV|ARG|LABEL).*(?:\\\n.*)*", DOCKERFILE):
        assert not re.search(r"SECRET|PASSWORD|TOKEN|DATABASE_URL", line)
    assert "COPY . ." in stages[1]
    assert "COPY . ." not in stages[-1]


def test_only_what_is_named_gets_into_the_image():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text()
    named = files_of_image()

    assert next(line for line in ignored.splitlines() if not line.startswith("#")) == "*"
    assert not {".env", ".git", ".venv", ".data", "deploy", "tests"} & set(named)
    packages = [folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists()]
    assert set(packages) - {"tests", "benchmarks"} <= set(named)


def test_containers_of_ours_can_do_little():
    for name in OURS:
        service = SERVICES[name]

        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "ports" not in service
        assert "user" not in service


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert compose()["networks"]["inside"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["inside"] for name in ("db", "valkey"))


def test_no_secret_has_a_default():
    text = (DEPLOY / "compose.yaml").read_text()

    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert set(re.findall(rf"\$\{{{name}([^}}]*)\}}", text)) == {":?set it in deploy/.env"}


def variables(text: str) -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", text))


def test_the_example_names_every_variable_of_the_composition():
    example = (DEPLOY / "env.example").read_text()

    assert set(re.findall(r"(?m)^(?:# )?([A-Z_]+)=", example)) == variables((DEPLOY / "compose.yaml").read_text())


def test_containers_are_given_only_settings_that_exist():
    known = set(re.findall(r"(?m)^# ([A-Z_]+)=", (ROOT / ".env.example").read_text())) | {"WEB_CONCURRENCY"}

    for name in OURS:
        assert set(SERVICES[name]["environment"]) <= known


def test_the_proxy_sends_sockets_to_the_process_for_sockets_and_hides_the_monitoring():
    caddyfile = (DEPLOY / "Caddyfile").read_text()
    given = SERVICES["proxy"]["environment"]

    assert set(re.findall(r"\{\$([A-Z_]+)\}", caddyfile)) == set(given)
    assert given["SOCKETS"].startswith("sockets:")
    assert given["WEB"].startswith("web:")
    assert re.search(r"@sockets path /ws/\*\n\treverse_proxy @sockets \{\$SOCKETS\}", caddyfile)
    assert re.search(r"@inside path /metrics /readyz\n\trespond @inside 404", caddyfile)


@pytest.mark.parametrize("name", [f"helpdesk-{process}.service" for process in (*PROCESSES, "backup")])
def test_units_can_do_little(name: str):
    service = Unit(name)["Service"]

    assert service["User"] == "helpdesk"
    assert service["NoNewPrivileges"] == "true"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""


@pytest.mark.parametrize("process", PROCESSES)
def test_whoever_ends_comes_back_and_tasks_are_finished_first(process: str):
    service = Unit(f"helpdesk-{process}.service")["Service"]

    assert service["Restart"] == "always"
    if process in ("pulse", "work", "slow"):
        # The time limit of a task is 60 s.
        assert int(service["TimeoutStopSec"]) > 60
        assert SERVICES[process]["stop_grace_period"] == "70s"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_finds_nothing_wrong(tmp_path: Path):
    for file in UNITS.iterdir():
        text = file.read_text().replace("/opt/helpdesk/.venv", str(ROOT / ".venv")).replace("/opt/helpdesk", str(ROOT))
        (tmp_path / file.name).write_text(text)

    units = sorted(str(file) for file in tmp_path.iterdir())
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)

    about_ours = [line for line in done.stderr.splitlines() if "helpdesk" in line]
    assert about_ours == []
