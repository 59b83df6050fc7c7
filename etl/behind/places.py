"""Places of the map as conditions on records: in which base cells to look, and whether a point lies inside."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from etl.publish.levels import Standing, level_places, levels_of_snapshot
from harmgrid import grid
from harmgrid.cube import Cube
from harmgrid.errors import UnknownPlace
from harmgrid.published import BASE_LEVEL, Published
from harmgrid.sectors import FIRST_SECTOR, NO_LOCATION, OUTSIDE
from harmgrid.types import Question, Sum
from harmgrid.view import sum_of, sums_of

NOWHERE = "unplaced:no_location"
ELSEWHERE = "unplaced:outside_sectors"  # of the level `sector`; of another one with a colon and its id behind

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Ground:
    """A snapshot, with what its levels are made of."""

    published: Published
    levels: Mapping[str, Standing] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", levels_of_snapshot(self.published))

    def places(self, level: str, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.uint64]:
        """The place of each point in a level, shape (points,), as publishing found it."""
        standing = self.levels[level]
        needed = dict.fromkeys(filter(None, (standing.parts, level)))
        return level_places({name: self.levels[name] for name in needed}, lon, lat)[level]


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One place of a snapshot, or all of it."""

    id: str  # empty for everywhere
    ground: Ground
    level: str = ""  # empty for hexagons and for everywhere
    number: int | None = None  # in its cube; None for everywhere
    cells: Ranges | None = None  # base cells among which its records are; None for any

    def holds(self, lon: NDArray[np.float64], lat: NDArray[np.float64], cell: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Whether each of these lies in it, shape (points,)."""
        if self.number is None:
            return np.ones(len(lon), dtype=np.bool_)
        if self.level:
            place = self.ground.places(self.level, lon, lat)
        else:
            place = grid.parents(cell, grid.resolution_of(self.number))
        return np.equal(place, np.uint64(self.number))

    def figure(self, question: Question) -> Sum:
        """What the snapshot says of its events; people are left out, as they are no events."""
        published = self.ground.published
        events = frozenset(
            measure.id
            for measure in published.recipe.measures
            if measure.id in question.measures and measure.unit == "event"
        )
        cube = self._cube()
        at = cube.everywhere
        if self.number is not None:
            at = cube.positions(np.array([self.number], dtype=np.uint64))
        return sum_of(sums_of(published, cube, at, question=replace(question, measures=events)))

    def _cube(self) -> Cube:
        published = self.ground.published
        if self.number is None or self.level:
            return published.level(self.level or BASE_LEVEL).cube
        return published.hex_cubes[grid.resolution_of(self.number)]


def spot_from_text(ground: Ground, text: str) -> Spot:
    """The place of that id: a hexagon, an area as `level:id`, one of the two that are unplaced, or all if it is empty.

    Raises:
        UnknownPlace: nothing of this snapshot.
    """
    if not text:
        return Spot(id=text, ground=ground)
    if text == NOWHERE:
        nowhere = ((grid.NO_CELL, grid.NO_CELL),)
        return Spot(id=text, ground=ground, level=BASE_LEVEL, number=NO_LOCATION, cells=nowhere)
    for level in ground.published.levels:
        if text == (ELSEWHERE if level.id == BASE_LEVEL else f"{ELSEWHERE}:{level.id}"):
            return Spot(id=text, ground=ground, level=level.id, number=OUTSIDE)
        for i, sector in enumerate(level.sectors):
            if level.place_id(sector) == text:
                cells = tuple(grid.base_ranges_over(sector.geometry))
                return Spot(id=text, ground=ground, level=level.id, number=FIRST_SECTOR + i, cells=cells)
    return _hexagon(ground, text)


def _hexagon(ground: Ground, text: str) -> Spot:
    cell = grid.cell_from_text(text)
    if grid.resolution_of(cell) not in ground.published.hex_cubes:
        raise UnknownPlace(
            came=f"a hexagon of resolution {grid.resolution_of(cell)}",
            expected=f"one of resolution {', '.join(map(str, sorted(ground.published.hex_cubes)))}",
            do="take the hexagon's parent or children at one of those",
        )
    return Spot(id=text, ground=ground, number=cell, cells=(grid.base_range(cell),))
