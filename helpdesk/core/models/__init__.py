"""Rows that every app may need: signs of life, and long work with its progress."""

from helpdesk.core.models.heartbeat import Heartbeat
from helpdesk.core.models.job import Job

__all__ = ["Heartbeat", "Job"]
