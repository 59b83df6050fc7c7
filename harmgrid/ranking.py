"""Ranks, and classes of a heavy-tailed quantity."""

import numpy as np
from numpy.typing import NDArray

CLASSES = 5
DRAWS = 1_000
_LOW, _HIGH = (round(part * (DRAWS - 1)) for part in (0.025, 0.975))  # the nearest of the ranks in ascending order
_SEED = 1996
_DECIMALS = 6  # of a harm point; below that stand only the traces of adding in another order


def ranks(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The rank of each value, the greatest first, shape (values,). Equal values share the better rank.

    >>> ranks(np.array([5.0, 9.0, 5.0, 1.0])).tolist()
    [2, 1, 2, 4]
    """
    rounded = np.round(values, _DECIMALS)
    return len(values) - np.searchsorted(np.sort(rounded), rounded, side="right") + 1


def rank_ranges(harm: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.int64]:
    """The 95 % range of each rank, shape (values, 2): the best and the worst rank that chance alone makes likely.

    Each score is drawn `DRAWS` times, with a fixed seed, from a gamma distribution with its mean and variance: like a
    sum of few heavy events it is never negative and has a longer tail upwards. Every draw is ranked, and the range is
    the 2.5 % to 97.5 % quantile of those ranks, widened to hold the rank itself. Scores are taken as independent.

    Args:
        harm: scores, shape (values,), harm points.
        variance: of the scores, shape (values,), compound Poisson.

    Source: ranking by simulation, Goldstein and Spiegelhalter (1996), League tables and their limitations, Journal of
    the Royal Statistical Society A 159(3), 385-443.

    >>> rank_ranges(np.array([900.0, 100.0, 0.0]), np.array([100.0, 100.0, 0.0])).tolist()
    [[1, 1], [2, 2], [3, 3]]
    >>> rank_ranges(np.array([110.0, 100.0]), np.array([400.0, 400.0])).tolist()
    [[1, 2], [1, 2]]
    """
    chance = (harm > 0) & (variance > 0)
    shape = np.divide(harm**2, variance, out=np.ones_like(harm), where=chance)
    scale = np.divide(variance, harm, out=np.zeros_like(harm), where=chance)
    drawn = np.random.default_rng(_SEED).standard_gamma(shape, size=(DRAWS, len(harm)))
    drawn *= scale
    drawn[:, ~chance] = harm[~chance]
    order = np.argsort(-drawn, axis=1)  # (DRAWS, values) of each draw, which value comes first, second, ...
    place = np.empty((len(harm), DRAWS), dtype=np.int32)  # of each value, which it is in each draw
    place[order, np.arange(DRAWS)[:, None]] = np.arange(1, len(harm) + 1)
    for certain in np.flatnonzero(~chance):  # equal scores share the better rank, as in `ranks`
        place[certain] = (drawn > harm[certain]).sum(axis=1) + 1
    place.sort(axis=1)
    rank = ranks(harm)
    return np.column_stack([np.minimum(place[:, _LOW], rank), np.maximum(place[:, _HIGH], rank)]).astype(np.int64)


def head_tail_breaks(values: NDArray[np.float64], classes: int = CLASSES) -> list[float]:
    """The lower edges of every class but the first, ascending, in the unit of the values.

    The first edge is the mean; each further one is the mean of what lies above the edge before it. Jiang stops where
    the head is no small minority any more; here it goes on, so that a quantity with a light tail (harm by sector) has
    as many classes as one with a heavy tail (harm by hexagon).

    Args:
        values: shape (n,); only those above zero count.
        classes: how many there are to be at the most.

    Source: Jiang (2013), Head/tail breaks, The Professional Geographer 65(3), 482-494.

    >>> head_tail_breaks(np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0, 10.0, 100.0]))
    [12.0]
    >>> head_tail_breaks(np.array([1.0, 2.0, 3.0, 4.0]))
    [2.5, 3.5]
    """
    head = np.round(values[values > 0], _DECIMALS)
    breaks: list[float] = []
    while len(breaks) < classes - 1 and len(head) > 1:
        edge = float(head.mean())
        above = head[head > edge]
        if len(above) in {0, len(head)}:  # all equal; their mean may be less by the last bit
            break
        breaks.append(edge)
        head = above
    return breaks
