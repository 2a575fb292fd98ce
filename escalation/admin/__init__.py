"""The back-office of promises."""

from escalation.admin import clocks, levels, promises  # noqa: F401
