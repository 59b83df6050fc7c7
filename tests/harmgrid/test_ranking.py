"""Ranks and class breaks, by hand and against a plain loop."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harmgrid.ranking import CLASSES, head_tail_breaks, ranks

pytestmark = pytest.mark.quick

HARMS = st.lists(st.integers(min_value=0, max_value=12).map(lambda n: n * 377.47), max_size=30)


def ranked(*values: float) -> list[int]:
    return [int(rank) for rank in ranks(np.array(values, dtype=np.float64))]


def breaks(*values: float) -> list[float]:
    return head_tail_breaks(np.array(values, dtype=np.float64))


def test_the_most_harm_is_first() -> None:
    assert ranked(1, 3, 2) == [3, 1, 2]
    assert ranked(3, 2, 1) == [1, 2, 3]


def test_nobody_and_one_and_two() -> None:
    assert ranked() == []
    assert ranked(7) == [1]
    assert ranked(7, 7) == [1, 1]


def test_equal_values_share_the_better_rank_and_the_next_is_left_out() -> None:
    assert ranked(10, 20, 10, 5) == [2, 1, 2, 4]
    assert ranked(0, 0, 0, 1) == [2, 2, 2, 1]


def test_running_sums_that_differ_in_their_last_bits_are_equal() -> None:
    assert 0.1 + 0.2 != 0.3
    assert ranked(0.1 + 0.2, 0.3) == [1, 1]
    assert ranked(1_000_000.000001, 1_000_000.0) == [1, 2], "a millionth of a point is a difference"


@settings(deadline=None)
@given(HARMS)
def test_a_rank_is_one_more_than_the_number_of_greater_values(values: list[float]) -> None:
    assert ranked(*values) == [1 + sum(other > value for other in values) for value in values]


def test_the_first_break_is_the_mean_and_the_next_the_mean_of_what_lies_above() -> None:
    """1..10 and 100: mean 155/11; above it only 100, whose mean is not above itself."""
    assert breaks(*range(1, 11), 100) == [155 / 11]
    # mean of 1 2 3 4 5 6 7 8 is 4.5; of 5 6 7 8 is 6.5; of 7 8 is 7.5; 8 alone is no class of its own
    assert breaks(1, 2, 3, 4, 5, 6, 7, 8) == [4.5, 6.5, 7.5]


def test_there_are_never_more_than_five_classes() -> None:
    """Of 1 to 100: the means of 1..100, 51..100, 76..100 and 89..100, and there it stops."""
    assert breaks(*range(1, 101)) == [50.5, 75.5, 88.0, 94.5]
    assert CLASSES == 5


def test_only_values_above_zero_count() -> None:
    assert breaks(0, 0, 0, 0, 1, 3) == breaks(1, 3) == [2]


@pytest.mark.parametrize("values", [(), (0,), (0, 0, 0), (5,), (5, 5, 5), (0, 5), (0.1 + 0.2, 0.3), (9 * 377.47,) * 6])
def test_where_nothing_differs_there_is_one_class(values: tuple[float, ...]) -> None:
    assert breaks(*values) == []


@settings(deadline=None)
@given(HARMS)
def test_breaks_ascend_and_no_class_is_empty(values: list[float]) -> None:
    found = breaks(*values)
    assert found == sorted(set(found))
    edges = [0.0, *found, np.inf]
    for low, high in itertools.pairwise(edges):
        assert not found or any(low < value <= high or low <= value < high for value in values)
