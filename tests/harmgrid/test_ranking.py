"""Ranks and class breaks, by hand and against a plain loop."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harmgrid.ranking import CLASSES, DRAWS, head_tail_breaks, rank_ranges, ranks

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


def test_the_range_of_a_rank_holds_the_rank_and_stays_within_the_list() -> None:
    rng = np.random.default_rng(5)
    harm = rng.uniform(0, 1_000, 35)
    for variance in (np.zeros(35), harm * 400, harm * 40_000):
        low, high = rank_ranges(harm, variance).T
        rank = ranks(harm)
        assert (low >= 1).all()
        assert (low <= rank).all()
        assert (rank <= high).all()
        assert (high <= 35).all()


def test_without_chance_the_range_is_the_rank() -> None:
    harm = np.array([5.0, 9.0, 5.0, 1.0, 0.0])
    assert rank_ranges(harm, np.zeros(5)).tolist() == [[2, 2], [1, 1], [2, 2], [4, 4], [5, 5]]


def test_two_scores_far_apart_never_change_places_and_two_close_ones_do() -> None:
    """900 and 100 with a standard error of 10 are 57 standard errors apart; 101 and 100 are a fourteenth of one."""
    harm, variance = np.array([900.0, 101.0, 100.0]), np.array([100.0, 100.0, 100.0])
    assert rank_ranges(harm, variance).tolist() == [[1, 1], [2, 3], [2, 3]]


def test_the_range_covers_the_true_rank_about_19_times_in_20() -> None:
    """Twelve true rates; each trial observes Poisson counts of events that weigh 10, and ranks them."""
    rng = np.random.default_rng(11)
    true = np.linspace(20, 75, 12)
    rank = ranks(true)
    held = []
    for _ in range(300):
        count = rng.poisson(true)
        low, high = rank_ranges(*np.array([count * 10.0, count * 100.0])).T
        held.append((low <= rank) & (rank <= high))
    assert 0.93 <= np.mean(held) <= 1.0


def test_the_same_scores_have_the_same_ranges_every_time() -> None:
    harm, variance = np.linspace(10, 500, 20), np.full(20, 3_000.0)
    assert rank_ranges(harm, variance).tolist() == rank_ranges(harm, variance).tolist()


@pytest.mark.parametrize("certain", [0, 3, 12])
def test_ranges_are_the_quantiles_of_how_many_are_greater_in_each_draw(certain: int) -> None:
    """The slow way: each score against every other, and numpy's quantile; the first scores are certain, and equal."""
    draw = np.random.default_rng(11)
    harm, variance = draw.gamma(3, 100, 12), draw.gamma(2, 5_000, 12)
    harm[:certain], variance[:certain] = 300.0, 0.0
    shape = np.where(variance > 0, harm**2 / np.maximum(variance, 1), 1)
    gamma = np.random.default_rng(1996).standard_gamma(shape, size=(DRAWS, 12))
    drawn = np.where(variance > 0, gamma * variance / harm, harm)
    greater = (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2)
    low, high = np.quantile(greater + 1, (0.025, 0.975), axis=0, method="nearest")
    rank = ranks(harm)
    expected = np.column_stack([np.minimum(low, rank), np.maximum(high, rank)])
    assert rank_ranges(harm, variance).tolist() == expected.tolist()


def test_no_scores_have_no_ranges() -> None:
    assert rank_ranges(np.array([]), np.array([])).shape == (0, 2)
