"""Imports and foreign keys point downwards only."""

from pathlib import Path

from django.apps import AppConfig, apps
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]

# From the cellar up. What is no app of ours lies below them all.
STAIRCASE = ["core", "teams", "tickets", "escalation", "notifications", "analytics", "demo", "beginning", "operations"]


def step(app_label: str) -> int:
    return STAIRCASE.index(app_label) if app_label in STAIRCASE else -1


def test_imports_point_downwards_only(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    result = lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None)

    assert result == 0, capsys.readouterr().out


def our_apps() -> list[AppConfig]:
    return [config for config in apps.get_app_configs() if Path(config.path).parent in (ROOT, ROOT / "helpdesk")]


def test_every_app_of_ours_has_a_step():
    assert {app.label for app in our_apps()} <= set(STAIRCASE)


def test_foreign_keys_point_downwards_only():
    upwards = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for app in our_apps()
        for model in app.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and step(field.related_model._meta.app_label) > step(app.label)
    ]

    assert upwards == []
