"""The listening socket."""

import pytest

from helpdesk.embedded.ports import DEFAULT_PORT, listen
from helpdesk.embedded.refusal import Refusal


def test_a_wish_that_is_taken_is_refused_in_one_sentence():
    with listen(0) as taken, pytest.raises(Refusal, match=r"Port \d+ is taken: choose another one"):
        listen(taken.getsockname()[1])


def test_without_a_wish_the_next_free_port_is_used():
    with listen(None) as first, listen(None) as second:
        assert DEFAULT_PORT <= first.getsockname()[1] < second.getsockname()[1]


def test_only_this_machine_is_answered():
    with listen(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
