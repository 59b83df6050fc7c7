"""Harm summed over places, signatures and months, so that any window is two look-ups and a subtraction.

A cube is sorted: places by number, within a place rows by signature, within a row entries by month. Each entry holds
running sums from the first month of its row, in float64 (float32 was wrong by 56 points for one month of real data).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from harmgrid.compiled import compiled
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
    largest: Floats  # of one event


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
    month: NDArray[np.int32]  # (E,) ascending within a row
    count: Ints  # (E,) running sum within the row
    harm: Floats  # (E,) running sum within the row
    harm2: Floats  # (E,) running sum within the row
    largest: Floats  # (E,) of the entry alone

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
        _accumulate(row_entry, column)
    return Cube(
        months=months,
        place=grouped.place[new_place],
        place_row=np.append(np.flatnonzero(new_place[rows]), len(rows)).astype(np.int64),
        signature=grouped.signature[rows],
        row_entry=row_entry,
        month=grouped.month,
        count=grouped.count,
        harm=grouped.harm,
        harm2=grouped.harm2,
        largest=grouped.largest,
    )


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
    sums = Sums(np.zeros(len(at), dtype=np.int64), *(np.zeros(len(at)) for _ in range(4)))
    start, stop = window.start - months.start, window.stop - months.start
    _add_windows(
        (cube.place_row, cube.signature, cube.row_entry, cube.month, cube.count, cube.harm, cube.harm2, cube.largest),
        at,
        (start, stop, counted.mask, counted.counting == "once", counted.by_bit, counted.stock, counted.generated),
        (sums.count, sums.people, sums.harm, sums.harm2, sums.largest),
    )
    return sums


def sums_by_month(cube: Cube, at: Ints, *, counted: Counted) -> tuple[Ints, Floats]:
    """How many there are at each of these positions in each month, and their harm points; each (positions, months).

    Each month is what `window_sums` gives for it alone. Events and people are added up alike: ask for one or the other.
    """
    count, harm = np.zeros((len(at), cube.months), dtype=np.int64), np.zeros((len(at), cube.months))
    _add_months(
        (cube.place_row, cube.signature, cube.row_entry, cube.month, cube.count, cube.harm),
        at,
        (counted.mask, counted.counting == "once", counted.by_bit),
        (count, harm),
    )
    return count, harm


def monthly_sums(cube: Cube, at: Ints, *, counted: Counted) -> Sums:
    """What these places add up to together in each month, shape (months,)."""
    axis = Months(start=0, delivered=(True,) * cube.months)
    total = Sums(np.zeros(cube.months, dtype=np.int64), *(np.zeros(cube.months) for _ in range(4)))
    for month in range(cube.months):
        sums = window_sums(cube, at, Window(month, month + 1), months=axis, counted=counted)
        total.count[month], total.people[month] = sums.count.sum(), sums.people.sum()
        total.harm[month] = sums.harm.sum()
        total.harm2[month], total.largest[month] = sums.harm2.sum(), sums.largest.max(initial=0)
    return total


def _starts(column: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Where a sorted column changes its value, the first position included."""
    changes = np.ones(len(column), dtype=np.bool_)
    changes[1:] = column[1:] != column[:-1]
    return changes


@compiled
def _accumulate(row_entry, values):  # type: ignore[no-untyped-def]
    for row in range(len(row_entry) - 1):
        for entry in range(row_entry[row] + 1, row_entry[row + 1]):
            values[entry] += values[entry - 1]


@compiled
def _first_from(month, entry, stop, wanted):  # type: ignore[no-untyped-def]
    """The first entry of [entry, stop) whose month is not before `wanted`."""
    while entry < stop:
        middle = (entry + stop) // 2
        if month[middle] < wanted:
            entry = middle + 1
        else:
            stop = middle
    return entry


@compiled
def _factor(bits, once, by_bit):  # type: ignore[no-untyped-def]
    """How many times an event counts, and with which multiplier in all."""
    times, factor, greatest = 0, 0.0, 0.0
    for bit in range(32):
        if bits >> bit & 1:
            times += 1
            factor += by_bit[bit]
            greatest = max(greatest, by_bit[bit])
    return (1, greatest) if once else (times, factor)


@compiled
def _add_windows(cube, at, question, sums):  # type: ignore[no-untyped-def]
    place_row, signature, row_entry, month, count, harm, harm2, largest = cube
    start, stop, mask, once, by_bit, stock, generated = question
    for i in range(len(at)):
        if at[i] < 0:
            continue
        for row in range(place_row[at[i]], place_row[at[i] + 1]):
            bits = signature[row] & mask
            if bits == 0 or signature[row] & generated[0] != generated[1]:
                continue
            times, factor = _factor(bits, once, by_bit)
            low, high = row_entry[row], row_entry[row + 1]
            first = _first_from(month, low, high, start)
            last = _first_from(month, low, high, stop) - 1
            if last < first:
                continue
            n, h, h2 = count[last], harm[last], harm2[last]
            if first > low:
                n, h, h2 = n - count[first - 1], h - harm[first - 1], h2 - harm2[first - 1]
            months = 1
            if bits & stock:
                months = stop - start
                sums[1][i] += times * n / months
            else:
                sums[0][i] += times * n
            sums[2][i] += factor * h / months
            sums[3][i] += factor * factor * h2 / months
            for entry in range(first, last + 1):
                sums[4][i] = max(sums[4][i], factor * largest[entry])


@compiled
def _add_months(cube, at, question, sums):  # type: ignore[no-untyped-def]
    place_row, signature, row_entry, month, count, harm = cube
    mask, once, by_bit = question
    for i in range(len(at)):
        if at[i] < 0:
            continue
        for row in range(place_row[at[i]], place_row[at[i] + 1]):
            bits = signature[row] & mask
            if bits == 0:
                continue
            times, factor = _factor(bits, once, by_bit)
            n, h = 0, 0.0
            for entry in range(row_entry[row], row_entry[row + 1]):
                sums[0][i, month[entry]] += times * (count[entry] - n)
                sums[1][i, month[entry]] += factor * (harm[entry] - h)
                n, h = count[entry], harm[entry]
