"""What a simulated desk says of two policies, and how far other seeds may be from it."""

import random

import pytest

from benchmarks.simulation.figures import ratio_of


def test_it_is_the_ratio_of_the_means():
    assert ratio_of([10, 30], [20, 100]).value == pytest.approx(40 / 120)


def test_policies_that_differ_by_the_same_factor_on_each_seed_leave_no_doubt():
    assert ratio_of([10, 20, 50], [20, 40, 100]).error == pytest.approx(0)


def test_one_seed_says_nothing_about_others():
    assert ratio_of([10], [20]).error is None
    assert str(ratio_of([10], [20])) == "0.500"


def test_the_error_is_how_far_other_draws_are():
    """Against drawing the seeds anew many times."""
    rng = random.Random(4)

    def draw():
        theirs = [rng.uniform(50, 150) for _seed in range(20)]
        return ratio_of([0.2 * other + rng.uniform(0, 10) for other in theirs], theirs)

    drawn = [draw() for _time in range(400)]
    mean = sum(one.value for one in drawn) / len(drawn)
    spread = (sum((one.value - mean) ** 2 for one in drawn) / (len(drawn) - 1)) ** 0.5
    claimed = sum(one.error for one in drawn) / len(drawn)
    assert claimed == pytest.approx(spread, rel=0.15)
