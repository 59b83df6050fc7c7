"""Proof that a snapshot says what the records say, month by month and measure by measure.

records = cube = every H3 level = every level of sectors + unplaced. What counts under several measures is in the totals
once for each; people are there once for each month.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.publish.cubes import rest_of
from etl.publish.levels import level_places
from etl.publish.score import Scored, ScoredRows
from etl.publish.slices import Ground, ground_of, score_slice, slices_of
from etl.publish.state import State, read_state
from harmgrid.cube import Cube
from harmgrid.errors import Inconsistent
from harmgrid.measures import Recipe
from harmgrid.published import HEXAGONS, Level, Published
from harmgrid.recipes import Scoring
from harmgrid.records import Records
from harmgrid.records.engine import Bulk
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


def check(records: Records, store: Store, scoring: Scoring, *, progress: Callable[[str], None]) -> list[Figure]:
    """The totals of the current snapshot and of the records, if they are all equal.

    Raises:
        Inconsistent: two figures differ; it says which.
        UnweighedEvents: the recipe gives an event no weight.
        SnapshotCorrupt, NoSnapshot: the snapshot is not whole, or there is none.
    """
    progress("reading every byte of the snapshot")
    published = store.read(store.current(), verify=True).contents
    progress("reading records")
    with records.bulk() as bulk, bulk.reading():
        state = read_state(bulk, scoring)
        ground = ground_of(state, scoring)
        _require_same_ground(ground, published, scoring)
        of_records, placed = _add_up(_scored(bulk, state, ground), ground)
    figures = [_figure("records", of_records)]
    for where, table in _tables(published):
        progress(f"comparing {where}")
        _require_same(published, of_records, where, table)
        figures.append(_figure(where, table))
    for known in published.levels:
        _require_same_places(known, placed[known.id])
    _require_every_hexagon_in_tiles(published)
    return [*figures, *_split(published)]


def _require_same_ground(ground: Ground, published: Published, scoring: Scoring) -> None:
    """Recipe, months and areas, before anything is added up."""
    _require_equal("the recipe", "settings", scoring.recipe.id, published.recipe.id)
    if ground.scoring.recipe != published.recipe:
        raise Inconsistent(
            came=f"the recipe {scoring.recipe.id} with other measures or weights than the snapshot was made with",
            expected="a recipe that stays as it is under its id, and sources of the same kinds",
            do="run harmgrid publish, and give a changed recipe another id",
        )
    _require_equal("delivered months", "records", ground.months, published.months)
    for name, level in ground.levels.items():
        found = [sector.id for known in published.levels if known.id == name for sector in known.sectors]
        _require_equal(f"areas of the level {name}", "records", [sector.id for sector in level.sectors], found)


def _tables(published: Published) -> list[tuple[str, _Table]]:
    cubes = {f"hexagons at resolution {level}": cube for level, cube in sorted(published.hex_cubes.items())}
    cubes |= {f"{level.layer} + unplaced": level.cube for level in published.levels}
    return [(where, _table_of_cube(cube, published.recipe)) for where, cube in cubes.items()]


def _scored(bulk: Bulk, state: State, ground: Ground) -> Iterator[Scored]:
    """Every event and person, a part at a time."""
    aside: list[ScoredRows] = []
    for part in slices_of(bulk, state, ground, lambda _: None):
        alone, shared = score_slice(part)
        aside.append(shared)
        yield alone.events
    for scored in rest_of(state, ground, aside):
        yield scored.events


def _add_up(parts: Iterable[Scored], ground: Ground) -> tuple[_Table, dict[str, Counter[int]]]:
    """All of these by month and measure; and how many there are in each place of each level."""
    measures = ground.scoring.recipe.measures
    table = _empty(len(ground.months.delivered), len(measures))
    placed: dict[str, Counter[int]] = {level: Counter() for level in ground.levels}
    for part in parts:
        month = part.month - ground.months.start
        outside = int(((month < 0) | (month >= len(table.count))).sum())
        _require_equal("events outside the delivered months", "records", outside, 0)
        for measure in measures:
            chosen = (part.signature & measure.mask) > 0
            np.add.at(table.count[:, measure.bit], month[chosen], 1)
            np.add.at(table.harm[:, measure.bit], month[chosen], part.points[chosen])
        for level, places in level_places(ground.levels, part.lon, part.lat).items():
            place, count = np.unique(places, return_counts=True)
            placed[level].update(dict(zip(place.tolist(), count.tolist(), strict=True)))
    return table, placed


def _empty(months: int, measures: int) -> _Table:
    return _Table(np.zeros((months, measures), dtype=np.int64), np.zeros((months, measures)))


def _table_of_cube(cube: Cube, recipe: Recipe) -> _Table:
    """The cube's entries undone from running sums, without the code that answers questions."""
    row = np.repeat(np.arange(len(cube.signature)), np.diff(cube.row_entry))
    first = np.zeros(len(row), dtype=np.bool_)
    first[cube.row_entry[:-1]] = True
    count = np.where(first, cube.count, np.diff(cube.count, prepend=0))
    harm = np.where(first, cube.harm, np.diff(cube.harm, prepend=0.0))
    table = _empty(cube.months, len(recipe.measures))
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


def _require_same_places(level: Level, expected: Mapping[int, int]) -> None:
    cube = level.cube
    count = np.add.reduceat(cube.count[cube.row_entry[1:] - 1], cube.place_row[:-1])
    found = dict(zip(cube.place.tolist(), count.tolist(), strict=True))
    for place in sorted(expected.keys() | found.keys()):
        if expected.get(place, 0) != found.get(place, 0):
            unplaced = {NO_LOCATION: "without a location", OUTSIDE: "outside every sector"}
            where = unplaced.get(place) or f"in {level.sectors[place - FIRST_SECTOR].name}"
            figures = ("records", expected.get(place, 0)), ("snapshot", found.get(place, 0))
            raise _differ(f"events and people {where}", *figures)


def _require_every_hexagon_in_tiles(published: Published) -> None:
    for (layer, zoom), tiles in published.tiles.items():
        cube = published.hex_cubes[published.resolution_at_zoom[zoom]] if layer == HEXAGONS else None
        sectors = [len(level.sectors) for level in published.levels if level.layer == layer]
        expected = len(located(cube)) if cube else sectors[0]
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
