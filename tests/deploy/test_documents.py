"""What the operator's documents name exists."""

import re

import pytest
from django.core.management import get_commands
from prometheus_client.metrics_core import GaugeMetricFamily

from helpdesk.metrics import registry
from tests.deploy.commands import ROOT

DOCUMENTS = {name: (ROOT / name).read_text() for name in ("docs/OPERATIONS.md", "docs/SECURITY.md", "SECURITY.md")}
TEXT = "\n".join(DOCUMENTS.values())


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:tests|deploy|docs)/[\w/.-]+)`", TEXT))))
def test_a_path(path: str):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    ("name", "link"), [(name, link) for name in DOCUMENTS for link in re.findall(r"\]\(([^)h]\S*?)\)", DOCUMENTS[name])]
)
def test_a_link(name: str, link: str):
    assert ((ROOT / name).parent / link).exists()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"manage\.py (\w+)", TEXT))))
def test_a_command(command: str):
    assert command in get_commands()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"\./run (\w+)", TEXT))))
def test_a_command_of_run(command: str):
    assert f"./run {command}" in (ROOT / "run").read_text()


@pytest.mark.django_db
def test_the_figures_that_are_worth_an_alarm():
    known = {family.name for family in registry.collect() if isinstance(family, GaugeMetricFamily)}

    assert set(re.findall(r"\bhelpdesk_\w+", TEXT)) - {"helpdesk_sockets_open"} <= known


def test_settings():
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=\S*)?`", TEXT)) - {"SITE_HOST"}

    assert named <= set(re.findall(r"(?m)^# ([A-Z_]+)=", (ROOT / ".env.example").read_text()))
