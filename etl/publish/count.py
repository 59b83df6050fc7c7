"""Scored rows to counts that are the same whatever order the rows came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from etl.publish.levels import Standing, level_places
from etl.publish.score import Scored
from harmgrid.cube import Events
from harmgrid.types import Months


@dataclass(frozen=True, kw_only=True)
class FinestCounts:
    """Rows that share every place, month, signature and weight, counted together, in the order of all of those.

    The order is what makes a sum in floating point the same for the same records, however they were loaded.
    """

    cell: NDArray[np.uint64]
    places: Mapping[str, NDArray[np.uint64]]  # by level
    month: NDArray[np.int32]  # from the first month of the data
    signature: NDArray[np.uint32]
    points: NDArray[np.float64]
    second_moment: NDArray[np.float64]
    count: NDArray[np.int64]

    @classmethod
    def of(cls, scored: Scored, places: Mapping[str, NDArray[np.uint64]], months: Months) -> Self:
        """The counts of these rows at these places, in the months of the data."""
        weight = (scored.points, scored.second_moment)
        keys: list[NDArray[Any]] = [scored.cell, *places.values(), scored.month, scored.signature, *weight]
        order = np.lexsort(keys[::-1])
        new = np.zeros(len(order), dtype=np.bool_)
        new[:1] = True
        for key in keys:
            new[1:] |= key[order][1:] != key[order][:-1]
        start = np.flatnonzero(new)
        first = order[start]
        return cls(
            cell=scored.cell[first],
            places={level: place[first] for level, place in places.items()},
            month=(scored.month[first] - months.start).astype(np.int32),
            signature=scored.signature[first],
            points=scored.points[first],
            second_moment=scored.second_moment[first],
            count=np.diff(np.append(start, len(order))).astype(np.int64),
        )

    def at(self, place: NDArray[np.uint64]) -> Events:
        """The counts at these places, one a row, ready for a cube."""
        harm, harm2 = self.count * self.points, self.count * self.second_moment
        return Events(place, self.signature, self.month, self.count, harm, harm2, self.points)


def count_finest(parts: Sequence[Scored], levels: Mapping[str, Standing], months: Months) -> FinestCounts:
    """The counts of all these rows, at their hexagons of the base resolution and in the areas of every level."""
    scored = Scored(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in Scored.__dataclass_fields__}
    )
    inside = scored.taken(np.flatnonzero((scored.month >= months.start) & (scored.month < months.stop)))
    return FinestCounts.of(inside, level_places(levels, inside.lon, inside.lat), months)
