"""Harm summed over places, signatures and months, so that any window is two look-ups and a subtraction.

A cube is sorted: places by number, within a place rows by signature, within a row entries by month. Each entry holds
running sums from the first month of its row, in float64 (float32 was wrong by 56 points for one month of real data).
Whole numbers are as narrow as they can be, for adding up many entries waits for memory: an entry has 24 bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from harmgrid.cubeloops import accumulate, add_months, add_windows, find_heaviest
from harmgrid.types import Counting, Months, Window

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

POLICE = 1 << 31  # the bit of a signature that says: found by police activity, not reported by a victim


@dataclass(frozen=True)
class Events:
    """Events, or people in stock, grouped in any way as columns of one length. `month` counts from the first month.

    A row of people has the number of them at the end of its month; its signature has measures of people only, that of
    events has none.
    """

    place: NDArray[np.uint64]
    signature: NDArray[np.uint32]
    month: NDArray[np.int32]
    count: Ints
    harm: Floats  # harm points
    harm2: Floats  # sum of the second moments of the weights, harm points squared
    largest: Floats  # weight of the heaviest single event, harm points

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of all of these, one after the other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))


@dataclass(frozen=True)
class Sums:
    """What a window adds up to, by place or by month.

    `harm2` is the variance of `harm` (compound Poisson: Var = sum of w^2). People are in all but `count`, with the mean
    over the months of the window: their stock is not summed over time. Its variance is that of a stock that stays.
    """

    count: Ints  # events
    people: Floats  # mean of the stock at the ends of the months
    harm: Floats
    harm2: Floats


@dataclass(frozen=True)
class Counted:
    """How events count: under which measures, once or under each, and with which multiplier a measure (what-if).

    With `each`, an event counts once under every chosen measure that it belongs to; with `once`, once if it belongs to
    any, and then with the greatest multiplier of those. An event counted k times adds k w to the harm and (k w)^2 to
    its variance; multipliers leave the number of events and people as it is.
    """

    mask: int  # bits of the chosen measures
    counting: Counting = "each"
    multipliers: tuple[tuple[int, float], ...] = ()  # by bit, ascending; 1 where none is given
    stock: int = 0  # bits of the measures of people
    police: bool | None = None  # only events found by police activity, only the others, or all

    @property
    def generated(self) -> tuple[int, int]:
        """The bit to look at, and what it must be."""
        return (0, 0) if self.police is None else (POLICE, POLICE if self.police else 0)

    @property
    def by_bit(self) -> Floats:
        """A multiplier for every bit of a signature, shape (32,)."""
        factors = np.ones(32)
        for bit, factor in self.multipliers:
            factors[bit] = factor
        return factors


@dataclass(frozen=True, kw_only=True)
class Cube:
    """One geography: P places, R rows of (place, signature), E entries of (row, month)."""

    months: int  # length of the month axis
    place: NDArray[np.uint64]  # (P,) ascending
    place_row: Ints  # (P + 1,) rows of place p are [place_row[p], place_row[p + 1])
    signature: NDArray[np.uint32]  # (R,) measures that the row's events count under, as bits
    row_entry: Ints  # (R + 1,) entries of row r are [row_entry[r], row_entry[r + 1])
    month: NDArray[np.int16]  # (E,) ascending within a row
    count: NDArray[np.int32 | np.int64]  # (E,) running sum within the row; 32 bits where all of them fit
    harm: Floats  # (E,) running sum within the row
    harm2: Floats  # (E,) running sum within the row
    largest: NDArray[np.uint16 | np.uint32]  # (E,) position in `weight` of the heaviest event of the entry alone
    weight: Floats  # (W,) ascending: the distinct weights of those events

    @property
    def everywhere(self) -> Ints:
        """The positions of all places, shape (P,)."""
        return np.arange(len(self.place), dtype=np.int64)

    def positions(self, places: NDArray[np.uint64]) -> Ints:
        """Where each of these places stands in the cube, shape (places,); -1 for one that it does not hold."""
        if len(self.place) == 0:
            return np.full(len(places), -1, dtype=np.int64)
        at = np.searchsorted(self.place, places)
        found = self.place[np.minimum(at, len(self.place) - 1)] == places
        return np.where(found, at, -1).astype(np.int64)


def group_events(events: Events) -> Events:
    """The same by place, signature and month, in this order, one row for each."""
    order = np.lexsort((events.month, events.signature, events.place))
    place, signature, month = events.place[order], events.signature[order], events.month[order]
    first = np.flatnonzero(_starts(place) | _starts(signature) | _starts(month))
    if not len(first):
        return events
    count, harm, harm2 = (np.add.reduceat(column[order], first) for column in (events.count, events.harm, events.harm2))
    largest = np.maximum.reduceat(events.largest[order], first)
    return Events(place[first], signature[first], month[first], count, harm, harm2, largest)


def build_cube(events: Events, months: int) -> Cube:
    """The cube of these events over a month axis of that length."""
    grouped = group_events(events)
    new_place = _starts(grouped.place)
    new_row = _starts(grouped.signature) | new_place
    rows = np.flatnonzero(new_row)
    row_entry = np.append(rows, len(new_row)).astype(np.int64)
    for column in (grouped.count, grouped.harm, grouped.harm2):
        accumulate(row_entry, column)
    weight = np.unique(grouped.largest)
    return Cube(
        months=months,
        place=grouped.place[new_place],
        place_row=np.append(np.flatnonzero(new_place[rows]), len(rows)).astype(np.int64),
        signature=grouped.signature[rows],
        row_entry=row_entry,
        month=_narrowed(grouped.month, np.int16),
        count=_narrowed(grouped.count, np.int32),
        harm=grouped.harm,
        harm2=grouped.harm2,
        largest=positions_of(grouped.largest, weight),
        weight=weight,
    )


def positions_of(weights: Floats, table: Floats) -> NDArray[np.uint16 | np.uint32]:
    """Where each of these weights stands in an ascending table that has all of them, as narrow as the table allows."""
    return np.searchsorted(table, weights).astype(np.uint16 if len(table) <= 1 << 16 else np.uint32)


def window_sums(cube: Cube, at: Ints, window: Window, *, months: Months, counted: Counted) -> Sums:
    """What each place adds up to over a window.

    Args:
        cube: the geography.
        at: positions of places in the cube, shape (n,); -1 answers zero.
        window: months inside the data.
        months: the month axis of the cube.
        counted: which events count, and how.

    Returns:
        Sums of shape (n,).
    """
    nothing = Window(months.start, months.start)
    return window_pair_sums(cube, at, (window, nothing), months=months, counted=counted)[0]


def window_pair_sums(
    cube: Cube, at: Ints, windows: tuple[Window, Window], *, months: Months, counted: Counted
) -> tuple[Sums, Sums]:
    """What each place adds up to over either of two windows: as `window_sums` of both, in one pass over the cube."""
    count = np.zeros((2, len(at)), dtype=np.int64)
    people, harm, harm2 = np.zeros((3, 2, len(at)))
    add_windows(
        (cube.place_row, cube.signature, cube.row_entry, cube.month, cube.count, cube.harm, cube.harm2),
        at,
        (_within(windows, months, cube), _how(counted)),
        (count, people, harm, harm2),
    )
    now, then = (Sums(count[i], people[i], harm[i], harm2[i]) for i in range(2))
    return now, then


def heaviest_events(
    cube: Cube, at: Ints, windows: tuple[Window, Window], *, months: Months, counted: Counted
) -> Floats:
    """The weight of the heaviest single event of each place in either of two windows, in harm points, shape (n,).

    It looks at every entry of the windows, which takes longer than adding them up: ask for the places that need it.
    """
    found = np.zeros(len(at))
    find_heaviest(
        (cube.place_row, cube.signature, cube.row_entry, cube.month, cube.largest, cube.weight),
        at,
        (_within(windows, months, cube), _how(counted)),
        found,
    )
    return found


def sums_by_month(cube: Cube, at: Ints, *, counted: Counted) -> tuple[Ints, Floats]:
    """How many there are at each of these positions in each month, and their harm points; each (positions, months).

    Each month is what `window_sums` gives for it alone. Events and people are added up alike: ask for one or the other.
    """
    count, harm = np.zeros((len(at), cube.months), dtype=np.int64), np.zeros((len(at), cube.months))
    add_months(
        (cube.place_row, cube.signature, cube.row_entry, cube.month, cube.count, cube.harm),
        at,
        _how(counted),
        (count, harm),
    )
    return count, harm


def monthly_sums(cube: Cube, at: Ints, *, counted: Counted) -> Sums:
    """What these places add up to together in each month, shape (months,)."""
    axis = Months(start=0, delivered=(True,) * cube.months)
    total = Sums(np.zeros(cube.months, dtype=np.int64), *(np.zeros(cube.months) for _ in range(3)))
    for month in range(cube.months):
        sums = window_sums(cube, at, Window(month, month + 1), months=axis, counted=counted)
        total.count[month], total.people[month] = sums.count.sum(), sums.people.sum()
        total.harm[month], total.harm2[month] = sums.harm.sum(), sums.harm2.sum()
    return total


def _starts(column: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Where a sorted column changes its value, the first position included."""
    changes = np.ones(len(column), dtype=np.bool_)
    changes[1:] = column[1:] != column[:-1]
    return changes


def _narrowed(column: NDArray[Any], narrow: type[np.integer[Any]]) -> NDArray[Any]:
    """A column of numbers not below zero in the narrower type, if all of them fit."""
    return column.astype(narrow) if column.max(initial=0) <= np.iinfo(narrow).max else column


def _within(windows: tuple[Window, Window], months: Months, cube: Cube) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """The windows from the first month of the axis, as numbers of the cube's own type: the fastest to compare with."""
    number = cube.month.dtype.type
    now, then = ((number(window.start - months.start), number(window.stop - months.start)) for window in windows)
    return now, then


def _how(counted: Counted) -> tuple[int, bool, bool, Floats, int, tuple[int, int]]:
    """How events count, as compiled loops take it."""
    weighted = len(counted.multipliers) > 0
    return counted.mask, counted.counting == "once", weighted, counted.by_bit, counted.stock, counted.generated
