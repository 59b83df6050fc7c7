"""Ranks, and classes of a heavy-tailed quantity."""

import numpy as np
from numpy.typing import NDArray

CLASSES = 5
_DECIMALS = 6  # of a harm point; below that stand only the traces of adding in another order


def ranks(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The rank of each value, the greatest first, shape (values,). Equal values share the better rank.

    >>> ranks(np.array([5.0, 9.0, 5.0, 1.0])).tolist()
    [2, 1, 2, 4]
    """
    rounded = np.round(values, _DECIMALS)
    return len(values) - np.searchsorted(np.sort(rounded), rounded, side="right") + 1


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
