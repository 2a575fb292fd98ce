"""A benchmark that proves nothing does not pass."""

import pytest

from benchmarks.goal import Goal, MissingData, all_met, require_rows, table


def test_a_goal_is_met_on_its_limit_and_missed_beyond():
    assert Goal.at_most("opening", 0.5, 0.5, unit="s").is_met
    assert not Goal.at_most("opening", 0.501, 0.5, unit="s").is_met
    assert Goal.at_least("rate", 500, 500, unit="/s").is_met
    assert not Goal.at_least("rate", 499.9, 500, unit="/s").is_met
    assert Goal.exactly("lost", 0, 0, unit="writes").is_met
    assert not Goal.exactly("lost", 1, 0, unit="writes").is_met


def test_one_missed_goal_no_goal_and_an_unmeasured_goal_all_fail():
    met = Goal.at_most("opening", 0.1, 0.5, unit="s")

    assert all_met([met])
    assert not all_met([met, Goal.at_most("sweep", 0.9, 0.5, unit="s")])
    assert not all_met([])
    assert not all_met([met, Goal("sweep", None, "s", "≤ 0.5", is_met=True)])
    assert not all_met([Goal.at_most("sweep", None, 0.5, unit="s")])


def test_a_data_set_that_is_too_small_is_named():
    require_rows("tickets", 1_000, at_least=1_000)

    with pytest.raises(MissingData, match="tickets: 999 rows instead of at least 1,000"):
        require_rows("tickets", 999, at_least=1_000)


def test_the_table_shows_each_goal_and_counts_the_met_ones():
    shown = table([Goal.at_most("opening", 0.1, 0.5, unit="s"), Goal.at_most("sweep", None, 0.5, unit="s")])

    assert "ok      opening  0.1" in shown
    assert "MISSED  sweep    not measured" in shown
    assert shown.endswith("1 of 2 goals met")
