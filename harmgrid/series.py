"""Series tiles: the hexagons of a tile with every month at once, so that a page can sum any window by itself.

`docs/series-tiles.md` is the format, in words; this is its only writer.
"""

import struct
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harmgrid.compiled import compiled
from harmgrid.cube import Cube, sums_by_month
from harmgrid.published import HEXAGONS, Published
from harmgrid.tiles import EXTENT, TileAddress, TileSet, write_varint
from harmgrid.tileview import features_at, require_tile
from harmgrid.types import Counting, Question
from harmgrid.view import located

MAGIC, VERSION = b"HGST", 1
_HEADER = struct.Struct("<4sHHIIIBBH3I7I")
_DELIVERED, _MISSING, _PARTLY_MISSING = 0, 1, 2
_BUCKETS = 1 << 20  # to a harm point; see `_table`
_FINEST_RESOLUTION = 15  # of H3, whose index has three bits for each


def encode_series(published: Published, measures: frozenset[str], address: TileAddress, counting: Counting) -> bytes:
    """The series tile as bytes; none at all where no hexagon touches it.

    Args:
        published: the snapshot.
        measures: what is counted.
        address: which tile of the hexagons.
        counting: how an event counts that belongs to several of the measures.

    Raises:
        InvalidTile: a zoom or a column or row that does not exist.
    """
    question = Question(window=published.months.window, measures=measures, counting=counting)
    tiles = require_tile(published, HEXAGONS, address)
    of_tile = features_at(tiles, address)
    place = tiles.place[of_tile]
    if len(place) == 0:
        return b""
    resolution = published.resolution_at_zoom[address.z]
    cube = published.hex_cubes[resolution]
    cells = located(cube)
    columns = monthly_columns(published, cube, place + (len(cube.place) - len(cells)), question)
    entries = _entries(columns)
    shift = np.uint64(3 * (_FINEST_RESOLUTION - resolution))
    sections = (
        _varints(_steps((cells[place] >> shift).astype(np.int64))),
        _outlines(tiles, of_tile),
        _states(published, question),
        entries.table.data,
        _varints(entries.per_month),
        _varints(entries.gap),
        _varints(entries.table.value),
    )
    sizes = (entries.table.often, entries.table.once, len(entries.gap), *map(len, sections))
    shape = (len(place), cube.months, published.months.start, resolution, len(columns), EXTENT)
    return _HEADER.pack(MAGIC, VERSION, _HEADER.size, *shape, *sizes) + b"".join(sections)


class _Entries(NamedTuple):
    """Where something is, month by month and in each by hexagon, and what: rows of a table of distinct values."""

    per_month: NDArray[np.int64]  # (months,) entries
    gap: NDArray[np.int64]  # (entries,) hexagons between it and the one before it in its month
    table: "_Table"


class _Table(NamedTuple):
    """Distinct values: those that occur often, the commonest first, then those that occur once, as they do."""

    data: bytes
    often: int
    once: int
    value: NDArray[np.int64]  # (entries,) one more than the row of the table; 0 for the next of those that occur once


Columns = tuple[NDArray[np.int64] | NDArray[np.float64], ...]


def monthly_columns(published: Published, cube: Cube, at: NDArray[np.int64], question: Question) -> Columns:
    """Events and their harm, and people and theirs where the measures have some; each of shape (positions, months).

    People are a stock, of which a window has the mean: they are not to be added up with events.
    """
    counted = published.recipe.counted(question)
    parts = [counted.mask & ~counted.stock]
    if counted.mask & counted.stock:
        parts.append(counted.mask & counted.stock)
    sums = [sums_by_month(cube, at, counted=replace(counted, mask=mask)) for mask in parts]
    return tuple(column for pair in sums for column in pair)


def _entries(columns: Columns) -> _Entries:
    there = np.logical_or.reduce([column != 0 for column in columns])
    month, hexagon = np.nonzero(there.T)
    per_month = np.bincount(month, minlength=there.shape[1]).astype(np.int64)
    gap = np.diff(hexagon, prepend=-1) - 1
    first = np.cumsum(per_month)[:-1][per_month[1:] > 0]
    gap[first] = hexagon[first]
    return _Entries(per_month, gap.astype(np.int64), _table([column[hexagon, month] for column in columns]))


def _table(columns: list[NDArray[np.int64] | NDArray[np.float64]]) -> _Table:
    """The table of these rows.

    The harm of a month is a difference of running sums, so equal harm differs in its last bits: what agrees to a
    millionth of a point is one value, the first that occurs.
    """
    rounded = [column if column.dtype == np.int64 else np.rint(column * _BUCKETS) for column in columns]
    keys = np.column_stack([column.astype(np.int64) for column in rounded])
    _, first, which, times = np.unique(keys, axis=0, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -times))
    often = int((times > 1).sum())
    value = np.empty(len(order), dtype=np.int64)
    value[order] = np.arange(1, len(order) + 1)
    value[times == 1] = 0
    parts = []
    for column in columns:
        chosen = column[first[order]]
        parts.append(_varints(chosen) if chosen.dtype == np.int64 else chosen.astype("<f8").tobytes())
    return _Table(b"".join(parts), often, len(order) - often, value[which.ravel()])


def _states(published: Published, question: Question) -> bytes:
    """Of every month, whether the measures were delivered."""
    missing = set(published.missing(question.window, question.measures))
    partly = set().union(*published.partly_missing(question.window, question.measures).values())
    return bytes(
        _MISSING if month in missing else _PARTLY_MISSING if month in partly else _DELIVERED
        for month in question.window.months
    )


def _steps(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first, and how much each of the others is more than the one before it."""
    steps = numbers.copy()
    steps[1:] -= numbers[:-1]
    return steps


def _varints(numbers: NDArray[np.int64] | NDArray[np.float64]) -> bytes:
    buffer = np.empty(10 * len(numbers), dtype=np.uint8)
    return buffer[: _write_varints(numbers, buffer)].tobytes()


def _outlines(tiles: TileSet, of_tile: slice) -> bytes:
    """The rings of these hexagons in tile units, each by how it differs from the one before it."""
    offset = tiles.offset[of_tile.start : of_tile.stop + 1]
    size = int(offset[-1] - offset[0])
    units, start = np.empty((size, 2), dtype=np.int64), np.zeros(len(offset), dtype=np.int64)
    _read_rings(tiles.geometry, offset, units, start)
    corners = int(np.diff(start).max())
    buffer = np.empty(20 * size, dtype=np.uint8)
    return buffer[: _write_rings((units, start), np.zeros((corners, 2), dtype=np.int64), buffer)].tobytes()


@compiled
def _write_varints(numbers, buffer):  # type: ignore[no-untyped-def]
    at = 0
    for i in range(len(numbers)):
        at = write_varint(buffer, at, numbers[i])
    return at


@compiled
def _read_rings(geometry, offset, units, start):  # type: ignore[no-untyped-def]
    """The corners of each feature's ring out of its command stream; MoveTo and LineTo alike are steps."""
    corner = 0
    for feature in range(len(offset) - 1):
        place = [0, 0]
        axis, left = 0, 0
        value, shift = 0, 0
        for at in range(offset[feature], offset[feature + 1]):
            value |= (geometry[at] & 127) << shift
            shift += 7
            if geometry[at] & 128:
                continue
            if left == 0:
                left = 0 if value & 7 == 7 else 2 * (value >> 3)  # 7 closes the path
            else:
                place[axis] += (value >> 1) ^ -(value & 1)
                units[corner, axis] = place[axis]
                corner += axis
                axis = 1 - axis
                left -= 1
            value, shift = 0, 0
        start[feature + 1] = corner


@compiled
def _write_rings(rings, usual, buffer):  # type: ignore[no-untyped-def]
    """`usual` has the steps from corner to corner of the last ring that had so many."""
    units, start = rings
    at, x, y = 0, 0, 0
    for feature in range(len(start) - 1):
        first = start[feature]
        corners = start[feature + 1] - first
        at = write_varint(buffer, at, corners)
        at = _write_signed(buffer, at, units[first, 0] - x)
        at = _write_signed(buffer, at, units[first, 1] - y)
        x, y = units[first, 0], units[first, 1]
        for corner in range(1, corners):
            for axis in range(2):
                step = units[first + corner, axis] - units[first + corner - 1, axis]
                at = _write_signed(buffer, at, step - usual[corner, axis])
                usual[corner, axis] = step
    return at


@compiled
def _write_signed(buffer, at, value):  # type: ignore[no-untyped-def]
    return write_varint(buffer, at, 2 * value if value >= 0 else -2 * value - 1)
