"""Scored rows to counts that are the same whatever order, and however many parts, the rows came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from etl.publish.levels import Standing, level_places
from etl.publish.score import Scored
from harmgrid.cube import Events
from harmgrid.types import Months

_PLACE = "place of "  # before the name of a level, as a column


@dataclass(frozen=True, kw_only=True)
class FinestCounts:
    """Rows that share every place, month, signature and weight, counted together, in the order of all of those.

    The order is what makes a sum in floating point the same for the same records, however they were loaded.
    """

    cell: NDArray[np.uint64]  # ascending
    places: Mapping[str, NDArray[np.uint32]]  # by level
    month: NDArray[np.int32]  # from the first month of the data
    signature: NDArray[np.uint32]
    points: NDArray[np.float64]
    second_moment: NDArray[np.float64]
    count: NDArray[np.int64]

    @classmethod
    def of(cls, scored: Scored, places: Mapping[str, NDArray[np.uint32]], months: Months) -> Self:
        """The counts of these rows at these places, in the months of the data."""
        return cls._grouped(
            cls(
                cell=scored.cell,
                places=places,
                month=(scored.month - months.start).astype(np.int32),
                signature=scored.signature,
                points=scored.points,
                second_moment=scored.second_moment,
                count=np.ones(len(scored), dtype=np.int64),
            )
        )

    @classmethod
    def joined(cls, parts: Sequence[NDArray[np.void]]) -> Self:
        """The counts that these rows add up to."""
        return cls._grouped(cls._from_rows(np.concatenate(parts)))

    def rows(self) -> NDArray[np.void]:
        """All of it as one array of rows, to be kept in a file and joined with others."""
        columns = self._columns()
        rows = np.empty(len(self.cell), dtype=[(name, column.dtype) for name, column in columns.items()])
        for name, column in columns.items():
            rows[name] = column
        return rows

    def at(self, place: NDArray[np.unsignedinteger]) -> Events:
        """The counts at these places, one a row, ready for a cube."""
        harm, harm2 = self.count * self.points, self.count * self.second_moment
        return Events(place.astype(np.uint64), self.signature, self.month, self.count, harm, harm2, self.points)

    def _columns(self) -> dict[str, NDArray[Any]]:
        named = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "places"}
        return named | {_PLACE + level: place for level, place in self.places.items()}

    @classmethod
    def _from_rows(cls, rows: NDArray[np.void]) -> Self:
        return cls._from_columns({name: np.ascontiguousarray(rows[name]) for name in rows.dtype.names or ()})

    @classmethod
    def _from_columns(cls, columns: Mapping[str, NDArray[Any]]) -> Self:
        places = {name.removeprefix(_PLACE): column for name, column in columns.items() if name.startswith(_PLACE)}
        return cls(places=places, **{name: column for name, column in columns.items() if not name.startswith(_PLACE)})

    @classmethod
    def _grouped(cls, counts: Self) -> Self:
        """Equal rows as one."""
        columns = counts._columns()
        count = columns.pop("count")
        order = np.lexsort(list(columns.values())[::-1])
        new = np.zeros(len(order), dtype=np.bool_)
        new[:1] = True
        for name, column in columns.items():
            columns[name] = column[order]
            new[1:] |= columns[name][1:] != columns[name][:-1]
        first = np.flatnonzero(new)
        kept = {name: column[first] for name, column in columns.items()}
        return cls._from_columns(kept | {"count": np.add.reduceat(count[order], first) if len(first) else count})


def count_scored(scored: Scored, levels: Mapping[str, Standing], months: Months) -> FinestCounts:
    """The counts of these rows, at their hexagons of the base resolution and in the areas of every level."""
    inside = scored.taken(np.flatnonzero((scored.month >= months.start) & (scored.month < months.stop)))
    places = level_places(levels, inside.lon, inside.lat)
    return FinestCounts.of(inside, {level: place.astype(np.uint32) for level, place in places.items()}, months)
