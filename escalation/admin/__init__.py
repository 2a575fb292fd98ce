"""The back-office of promises."""

from escalation.admin import automations, clocks, levels, panel, promises  # noqa: F401
