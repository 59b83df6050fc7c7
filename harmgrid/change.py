"""Whether the harm of a place has changed by more than chance would have it. No window, no place: arrays of sums."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from harmgrid.cube import Sums

TWO_SIDED_95 = 1.96  # standard errors


def more_than_chance(
    now: Sums, then: Sums, heaviest: Callable[[NDArray[np.int64]], NDArray[np.float64]]
) -> NDArray[np.bool_]:
    """Whether harm differs by more than chance between two windows of one length, shape as the sums.

    |now - then| - w > 1.96 sqrt(V_now + V_then), with V the variance of each (compound Poisson: sum of w^2) and w the
    heaviest single event of the two. If nothing has changed, the difference has mean 0 and that variance. Without
    taking w off, four events against none would pass for a change, which one pair of months in eight shows by
    chance: a difference moves in steps of two weights, and this is half a step (Edwards' continuity correction of
    McNemar's test). For events of one weight it agrees with the exact test given their number: 5 against none are
    chance, 6 are not. For mixed weights it errs on the side of chance.

    Assumes that events come independently; a series by one offender does not, and may seem more than chance. One
    place in twenty would still pass if all were judged and nothing had changed.

    Args:
        now: of a window.
        then: of the same places in another.
        heaviest: the weight of the heaviest event of the two windows at some of these places, by their positions in
            the sums. It is only asked for the few places whose difference would be more than chance without it.

    Source: A. L. Edwards, Psychometrika 13 (1948), 185-187, for the correction.
    """
    difference, spread = np.abs(now.harm - then.harm), TWO_SIDED_95 * np.sqrt(now.harm2 + then.harm2)
    found: NDArray[np.bool_] = difference > spread
    perhaps = np.flatnonzero(found)
    found[perhaps] = difference[perhaps] - heaviest(perhaps) > spread[perhaps]
    return found
