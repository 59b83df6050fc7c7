"""What a snapshot holds, in memory: `harmgrid.snapshot` reads and writes it, `harmgrid.view` answers from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harmgrid.cube import Cube
from harmgrid.errors import InvalidWindow
from harmgrid.measures import Recipe
from harmgrid.placenames import PlaceName, plain_words
from harmgrid.sectors import Sector, touching
from harmgrid.tiles import TileSet
from harmgrid.types import Months, Question, Window

HEXAGONS = "hex"
SECTORS = "sectors"  # the layer of the level `sector`; other levels are layers under their own id
BASE_LEVEL = "sector"


class Group(NamedTuple):
    """A group that events are linked to. No name, no person."""

    id: str
    kind: str  # OCG, UCG or PCG


@dataclass(frozen=True, kw_only=True)
class Level:
    """The areas of one level of a hierarchy: sectors, the areas above them, the force, wards."""

    id: str
    sectors: tuple[Sector, ...]  # sector i is place FIRST_SECTOR + i of the cube
    cube: Cube
    anchors: NDArray[np.float64]  # (zooms, sectors, 2) where labels stand, see `label_anchors`; zooms ascending

    @property
    def layer(self) -> str:
        """Its name as a layer of tiles."""
        return SECTORS if self.id == BASE_LEVEL else self.id

    @cached_property
    def touching(self) -> tuple[NDArray[np.int64], ...]:
        """For each of its areas the positions of those that touch it."""
        return touching(self.sectors)

    def place_id(self, sector: Sector) -> str:
        """What names a sector of this level among the places of all levels."""
        return sector.id if self.id == BASE_LEVEL else f"{self.id}:{sector.id}"


@dataclass(frozen=True, kw_only=True)
class Published:
    """One immutable version of everything that the map shows.

    Every geography holds every event: place 0 of each is "no location", place 1 of a level is "outside every sector".
    """

    force: str
    synthetic: bool
    attribution: str
    months: Months
    recipe: Recipe
    levels: tuple[Level, ...]  # the level `sector` first
    hex_cubes: Mapping[int, Cube]  # by resolution
    resolution_at_zoom: Mapping[int, int]  # of the hexagon layer
    tiles: Mapping[
        tuple[str, int], TileSet
    ]  # by layer and zoom; places are positions in the sectors or the hexagons with a location
    groups: tuple[Group, ...] = ()  # group i is place i of the group cube
    group_cube: Cube | None = None  # of events linked to groups; place len(groups) has each of them once
    lacking: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # delivered months that a measure lacks
    unfed: tuple[str, ...] = ()  # titles of the recipe's measures that no source feeds
    names: tuple[PlaceName, ...] = ()  # that the force brings itself, to find places by
    population: str = ""  # what the residents of the sectors are, with their year; empty where none are loaded

    @property
    def sectors(self) -> tuple[Sector, ...]:
        """The sectors of the level `sector`."""
        return self.levels[0].sectors

    @property
    def sector_cube(self) -> Cube:
        """The cube of the level `sector`."""
        return self.levels[0].cube

    @cached_property
    def plain_names(self) -> tuple[str, ...]:
        """Each of `names` as `plain_words` has it."""
        return tuple(plain_words(name.name) for name in self.names)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers of tiles."""
        return (HEXAGONS, *(level.layer for level in self.levels))

    def level(self, level_id: str) -> Level:
        """The level of that id, which must be there."""
        return next(level for level in self.levels if level.id == level_id)

    def area(self, place_id: str) -> tuple[Level, int] | None:
        """The level of the area that goes by that name among all places, and its position there."""
        areas = ((level, i) for level in self.levels for i in range(len(level.sectors)))
        return next(((level, i) for level, i in areas if level.place_id(level.sectors[i]) == place_id), None)

    def missing(self, window: Window, measures: Iterable[str]) -> tuple[int, ...]:
        """The months of a window in which none of these measures was delivered."""
        lacking = [set(self.lacking.get(measure, ())) for measure in measures]
        lack_all = set.intersection(*lacking) if lacking else set()
        never = set(self.months.missing(window))
        return tuple(month for month in window.months if month in never or month in lack_all)

    def partly_missing(self, window: Window, measures: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """The measures that lack some months of a window in which others of them were delivered, and which months."""
        chosen = sorted(measures)
        gone = set(self.missing(window, chosen))
        found = {
            measure: tuple(m for m in self.lacking.get(measure, ()) if m in window.months and m not in gone)
            for measure in chosen
        }
        return {measure: months for measure, months in found.items() if months}

    def require(self, question: Question) -> Question:
        """The question itself, if its windows lie inside the data and something was delivered for each.

        Raises:
            InvalidWindow: see `Months.require`; or none of the measures was delivered in any month of a window.
        """
        for window in filter(None, (question.window, question.baseline)):
            self.months.require(window)
            if len(self.missing(window, question.measures)) == len(window.months):
                raise InvalidWindow(
                    came=f"the window {window.text}, for which none of the chosen measures was delivered",
                    expected="at least one delivered month",
                    do="choose a longer window or other measures; missing is not zero",
                )
        return question
