"""The back-office of promises."""

from escalation.admin import clocks, levels, panel, promises  # noqa: F401
