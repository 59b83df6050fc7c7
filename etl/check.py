"""Proof that a snapshot says what the records say, month by month and measure by measure.

records = cube = every H3 level = sectors + unplaced.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from harmgrid.cube import Cube
from harmgrid.errors import Inconsistent
from harmgrid.measures import Recipe
from harmgrid.published import HEXAGONS, Published
from harmgrid.records import Records
from harmgrid.records.boundaries import read_sectors
from harmgrid.records.reading import delivered_months, monthly_events, placed_events
from harmgrid.sectors import FIRST_SECTOR, NO_LOCATION, OUTSIDE
from harmgrid.snapshot import Store
from harmgrid.types import month_text
from harmgrid.view import located

_TOLERANCE = 1e-9  # of a harm sum: float64 adds in another order


@dataclass(frozen=True)
class Figure:
    """One total, and where it was taken."""

    where: str
    count: int
    harm: float


@dataclass(frozen=True)
class _Table:
    """Events and harm by month and measure, each of shape (months, measures)."""

    count: NDArray[np.int64]
    harm: NDArray[np.float64]


def check(records: Records, store: Store, *, progress: Callable[[str], None]) -> list[Figure]:
    """The totals of the current snapshot and of the records, if they are all equal.

    Raises:
        Inconsistent: two figures differ; it says which.
        SnapshotCorrupt, NoSnapshot: the snapshot is not whole, or there is none.
    """
    progress("reading every byte of the snapshot")
    published = store.read(store.current(), verify=True).contents
    progress("reading records")
    with records.bulk() as bulk, bulk.reading():
        months = delivered_months(bulk)
        grouped = monthly_events(bulk)
        placed = placed_events(bulk)
        sectors = read_sectors(bulk)
    _require_equal("delivered months", "records", months, [month for month, there in published.months if there])
    _require_equal("sectors", "records", [s.id for s in sectors], [s.id for s in published.sectors])
    of_records = _table_of_records(grouped, published)
    figures = [_figure("records", of_records)]
    for where, table in _tables(published):
        progress(f"comparing {where}")
        _require_same(published, of_records, where, table)
        figures.append(_figure(where, table))
    _require_same_places(published, placed)
    _require_every_hexagon_in_tiles(published)
    return [*figures, *_split(published)]


def _tables(published: Published) -> list[tuple[str, _Table]]:
    cubes = {f"hexagons at resolution {level}": cube for level, cube in sorted(published.hex_cubes.items())}
    cubes["sectors + unplaced"] = published.sector_cube
    return [(where, _table_of_cube(cube, published.recipe)) for where, cube in cubes.items()]


def _table_of_records(grouped: pa.Table, published: Published) -> _Table:
    count = np.zeros((len(published.months.delivered), len(published.recipe.measures)), dtype=np.int64)
    bit = {measure.category: measure.bit for measure in published.recipe.measures}
    for row in grouped.to_pylist():
        month = row["month"] - published.months.start
        if row["category"] not in bit or not 0 <= month < len(count):
            raise _differ(
                f"{row['category']} in {month_text(row['month'])}", ("records", row["count"]), ("snapshot", 0)
            )
        count[month, bit[row["category"]]] += row["count"]
    return _Table(count, count * np.array([measure.points.points for measure in published.recipe.measures]))


def _table_of_cube(cube: Cube, recipe: Recipe) -> _Table:
    """The cube's entries undone from running sums, without the code that answers questions."""
    row = np.repeat(np.arange(len(cube.signature)), np.diff(cube.row_entry))
    first = np.zeros(len(row), dtype=np.bool_)
    first[cube.row_entry[:-1]] = True
    count = np.where(first, cube.count, np.diff(cube.count, prepend=0))
    harm = np.where(first, cube.harm, np.diff(cube.harm, prepend=0.0))
    table = _Table(
        np.zeros((cube.months, len(recipe.measures)), dtype=np.int64), np.zeros((cube.months, len(recipe.measures)))
    )
    for measure in recipe.measures:
        chosen = (cube.signature[row] & measure.mask) > 0
        np.add.at(table.count[:, measure.bit], cube.month[chosen], count[chosen])
        np.add.at(table.harm[:, measure.bit], cube.month[chosen], harm[chosen])
    return table


def _figure(where: str, table: _Table) -> Figure:
    return Figure(where, int(table.count.sum()), float(table.harm.sum()))


def _split(published: Published) -> list[Figure]:
    """The parts of sectors + unplaced."""
    cube = published.sector_cube
    last = cube.row_entry[1:] - 1
    place = np.repeat(cube.place, np.diff(cube.place_row))
    parts = {
        "  without a location": place == NO_LOCATION,
        "  outside every sector": place == OUTSIDE,
        "  in sectors": place >= FIRST_SECTOR,
    }
    return [
        Figure(name, int(cube.count[last[rows]].sum()), float(cube.harm[last[rows]].sum()))
        for name, rows in parts.items()
    ]


def _require_same(published: Published, expected: _Table, where: str, found: _Table) -> None:
    wrong = (expected.count != found.count) | ~np.isclose(expected.harm, found.harm, rtol=_TOLERANCE, atol=0)
    if not wrong.any():
        return
    month, bit = (int(at[0]) for at in np.nonzero(wrong))
    what = f"{published.recipe.measures[bit].title} in {month_text(published.months.start + month)}"
    raise _differ(
        what,
        ("records", f"{expected.count[month, bit]} events, {expected.harm[month, bit]:,.2f} points"),
        (where, f"{found.count[month, bit]} events, {found.harm[month, bit]:,.2f} points"),
    )


def _require_same_places(published: Published, expected: Mapping[int, int]) -> None:
    cube = published.sector_cube
    count = np.add.reduceat(cube.count[cube.row_entry[1:] - 1], cube.place_row[:-1])
    found = dict(zip(cube.place.tolist(), count.tolist(), strict=True))
    for place in sorted(expected.keys() | found.keys()):
        if expected.get(place, 0) != found.get(place, 0):
            unplaced = {NO_LOCATION: "without a location", OUTSIDE: "outside every sector"}
            where = unplaced.get(place) or f"in {published.sectors[place - FIRST_SECTOR].name}"
            raise _differ(f"events {where}", ("records", expected.get(place, 0)), ("snapshot", found.get(place, 0)))


def _require_every_hexagon_in_tiles(published: Published) -> None:
    for (layer, zoom), tiles in published.tiles.items():
        cube = published.hex_cubes[published.resolution_at_zoom[zoom]] if layer == HEXAGONS else None
        expected = len(located(cube)) if cube else len(published.sectors)
        _require_equal(f"places in the {layer} tiles of zoom {zoom}", "cube", expected, len(np.unique(tiles.place)))


def _require_equal(what: str, where: str, expected: object, found: object) -> None:
    if expected != found:
        raise _differ(what, (where, expected), ("snapshot", found))


def _differ(what: str, first: tuple[str, object], second: tuple[str, object]) -> Inconsistent:
    return Inconsistent(
        came=f"{what}: {first[0]} {first[1]}, {second[0]} {second[1]}",
        expected="the same figure in both",
        do="run harmgrid publish if records have been loaded since; otherwise report this",
    )
