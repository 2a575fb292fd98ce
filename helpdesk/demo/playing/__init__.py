"""Plays the demo's tickets in memory and writes them in bulk: the same rows as the verbs, in seconds instead of minutes.

`tests/demo/test_playing.py` holds both against each other.
"""

from helpdesk.demo.playing.stage import play

__all__ = ["play"]
