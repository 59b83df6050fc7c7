"""Whether a change is more than chance: by hand, against the exact test, and how often it errs where there is none."""

import math
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from harmgrid.change import more_than_chance
from harmgrid.cube import Sums

pytestmark = pytest.mark.quick


class Side(NamedTuple):
    """One window of each place."""

    sums: Sums
    heaviest: NDArray[np.float64]  # weight of its heaviest event


def side(events: NDArray[np.int64], weights: NDArray[np.float64]) -> Side:
    """So many events of each weight; arrays of shape (places, weights) and (weights,)."""
    heaviest = np.where(events > 0, weights, 0).max(axis=1)
    return Side(Sums(events.sum(axis=1), np.zeros(len(events)), events @ weights, events @ weights**2), heaviest)


def of_one_weight(count: int, weight: float = 100.0) -> Side:
    return side(np.array([[count]]), np.array([weight]))


def changes(now: Side, then: Side) -> NDArray[np.bool_]:
    heaviest = np.maximum(now.heaviest, then.heaviest)
    return more_than_chance(now.sums, then.sums, lambda places: heaviest[places])


def changed(now: Side, then: Side) -> bool:
    return bool(changes(now, then)[0])


@pytest.mark.parametrize("weight", [1.0, 377.4699])
@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        (0, 0, False),
        (1, 0, False),
        (5, 0, False),  # (5 - 1) / sqrt(5) = 1.79
        (6, 0, True),  # (6 - 1) / sqrt(6) = 2.04
        (0, 6, True),
        (9, 2, False),  # (7 - 1) / sqrt(11) = 1.81
        (10, 2, True),  # (8 - 1) / sqrt(12) = 2.02
        (100, 100, False),
        (130, 100, False),  # 29 / sqrt(230) = 1.91
        (131, 100, True),  # 30 / sqrt(231) = 1.97
    ],
)
def test_events_of_one_weight_by_hand_whatever_the_weight(
    now: int, then: int, weight: float, *, expected: bool
) -> None:
    assert changed(of_one_weight(now, weight), of_one_weight(then, weight)) == expected


def test_it_agrees_with_the_exact_test_given_the_number_of_events() -> None:
    """By chance each of n events falls in either window, as a coin does."""
    for total in range(1, 60):
        for now in range(total + 1):
            tail = sum(math.comb(total, k) for k in range(min(now, total - now) + 1)) / 2**total
            exact = min(1.0, 2 * tail) < 0.05
            if exact != changed(of_one_weight(now), of_one_weight(total - now)):
                assert 0.045 < 2 * tail < 0.055, "only where the exact test is at its edge"


@pytest.mark.parametrize("rate", [0.1, 1.0, 5.0, 40.0])
def test_where_nothing_has_changed_it_says_so_at_least_nineteen_times_in_twenty(rate: float) -> None:
    weights = np.array([0.0, 15.2, 101.0, 377.5, 2_700.0])
    shares = np.array([0.3, 0.3, 0.2, 0.15, 0.05])
    draw = np.random.default_rng(5)
    now, then = (side(draw.poisson(rate * shares, size=(20_000, 5)), weights) for _ in range(2))
    assert changes(now, then).mean() < 0.05


def test_a_doubling_of_many_events_is_seen() -> None:
    weights = np.array([15.2, 377.5])
    draw = np.random.default_rng(6)
    now, then = (side(draw.poisson([rate, rate], size=(2_000, 2)), weights) for rate in (80, 40))
    assert changes(now, then).mean() > 0.8


def test_the_heaviest_event_is_only_asked_for_where_it_decides() -> None:
    """5 against none are chance with it, 6 are not, and 3 differ too little without it: 3 < 1.96 sqrt(3) = 3.39."""
    now, then = (side(np.array([[count] for count in counts]), np.array([1.0])) for counts in ([3, 5, 6], [0, 0, 0]))
    asked: list[int] = []

    def heaviest(places: NDArray[np.int64]) -> NDArray[np.float64]:
        asked.extend(places.tolist())
        return np.ones(len(places))

    assert more_than_chance(now.sums, then.sums, heaviest).tolist() == [False, False, True]
    assert asked == [1, 2]
