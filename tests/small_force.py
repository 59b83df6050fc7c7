"""A force small enough to work out by hand: three sectors at sea, three measures, four months, thirteen events.

The months are 2021-11 to 2022-02; 2022-01 was never delivered. One event, a burglary for drugs, counts under two
measures. The weights are round, and no second moment is the square of its mean. Birch and Alder are the area South,
Cedar is the area North.
"""

from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from harmgrid import grid
from harmgrid.cube import POLICE, Events, build_cube
from harmgrid.measures import Measure, Recipe, Theme
from harmgrid.published import HEXAGONS, SECTORS, Level, Published
from harmgrid.sectors import FIRST_SECTOR, Sector, places_from_points
from harmgrid.tiles import label_anchors, prepare_tiles, simplified
from harmgrid.types import Months, Question, Window, month_from_text
from harmgrid.view import located

ASB, BURGLARY, DRUGS = 0b001, 0b010, 0b100
POINTS = {ASB: 0.0, BURGLARY: 100.0, DRUGS: 50.0, BURGLARY | DRUGS: 100.0}
SECOND_MOMENTS = {ASB: 0.0, BURGLARY: 12_000.0, DRUGS: 2_600.0, BURGLARY | DRUGS: 12_000.0}

NOWHERE = (np.nan, np.nan)
AT_SEA = (3.1, 56.1)  # in no sector
ALDER_WEST, ALDER_EAST, BIRCH, CEDAR = (3.005, 56.005), (3.015, 56.015), (3.03, 56.01), (3.01, 56.03)


class Happening(NamedTuple):
    """One event of the small force."""

    month: str
    signature: int
    where: tuple[float, float]  # lon, lat


HAPPENINGS = (
    Happening("2021-11", BURGLARY, ALDER_WEST),
    Happening("2021-11", ASB, ALDER_WEST),
    Happening("2021-11", DRUGS, BIRCH),
    Happening("2021-12", BURGLARY, ALDER_WEST),
    Happening("2021-12", BURGLARY, ALDER_EAST),
    Happening("2021-12", DRUGS, BIRCH),
    Happening("2021-12", DRUGS, BIRCH),
    Happening("2021-12", BURGLARY, CEDAR),
    Happening("2022-02", BURGLARY, BIRCH),
    Happening("2022-02", ASB, ALDER_EAST),
    Happening("2022-02", BURGLARY | DRUGS, CEDAR),
    Happening("2022-02", BURGLARY, NOWHERE),
    Happening("2022-02", DRUGS, AT_SEA),
)

MONTHS = Months(start=month_from_text("2021-11"), delivered=(True, True, False, True))

# Not in the order of their ids, so that a position taken for a rank is seen.
SECTOR_LIST = (
    Sector(id="B1", name="Birch", geometry=shapely.box(3.02, 56.00, 3.04, 56.02), parent="S"),
    Sector(id="A1", name="Alder & Elm", geometry=shapely.box(3.00, 56.00, 3.02, 56.02), parent="S"),
    Sector(id="C1", name="Cêdre 雪松", geometry=shapely.box(3.00, 56.02, 3.04, 56.04), parent="N"),
)
AREAS = (
    Sector(id="N", name="North", geometry=shapely.box(3.00, 56.02, 3.04, 56.04)),
    Sector(id="S", name="South", geometry=shapely.box(3.00, 56.00, 3.04, 56.02)),
)

RECIPE = Recipe(
    id="small",
    title="Small",
    release="none",
    source="made up",
    notes=("A note.",),
    measures=(
        Measure(id="asb", title="Disorder", bit=0, generated="victim"),
        Measure(id="burglary", title="Burglary", bit=1, weighed="category", points=100.0, generated="victim"),
        Measure(id="drugs", title="Drugs", bit=2, weighed="category", points=50.0, generated="police"),
    ),
    themes=(Theme(id="all_crime", title="All crime", measures=("asb", "burglary", "drugs")),),
)


def events_at(places: NDArray[np.uint64], happenings: tuple[Happening, ...]) -> Events:
    """These happenings as columns, one event a row, at these places."""
    return Events(
        places,
        np.array([event.signature | POLICE * bool(event.signature & DRUGS) for event in happenings], dtype=np.uint32),
        np.array([month_from_text(event.month) - MONTHS.start for event in happenings], dtype=np.int32),
        np.ones(len(happenings), dtype=np.int64),
        np.array([POINTS[event.signature] for event in happenings], dtype=np.float64),
        np.array([SECOND_MOMENTS[event.signature] for event in happenings], dtype=np.float64),
        np.array([POINTS[event.signature] for event in happenings], dtype=np.float64),
    )


def publish(happenings: tuple[Happening, ...], sectors: tuple[Sector, ...] = SECTOR_LIST) -> Published:
    """A force with these events, in memory, with every layer and zoom."""
    lon, lat = np.array([event.where for event in happenings], dtype=np.float64).reshape(-1, 2).T
    cells = grid.cells_from_points(lon, lat, grid.BASE_RESOLUTION)
    months = len(MONTHS.delivered)
    hex_cubes = {
        level: build_cube(events_at(grid.parents(cells, level), happenings), months) for level in grid.RESOLUTIONS
    }
    in_sectors = places_from_points(sectors, lon, lat).astype(np.uint64)
    in_areas = area_of_place(sectors)[in_sectors.astype(np.int64)]
    levels = tuple(
        Level(
            id=name,
            sectors=of_level,
            cube=build_cube(events_at(places, happenings), months),
            anchors=label_anchors(outlines(of_level), [simplified(outlines(of_level), z) for z in grid.FINEST_AT_ZOOM]),
        )
        for name, of_level, places in (("sector", sectors, in_sectors), ("area", AREAS, in_areas))
    )
    tiles = {}
    for zoom, resolution in grid.FINEST_AT_ZOOM.items():
        tiles[HEXAGONS, zoom] = prepare_tiles(grid.boundaries(located(hex_cubes[resolution])), zoom, clip=False)
        for level in levels:
            tiles[level.layer, zoom] = prepare_tiles(simplified(outlines(level.sectors), zoom), zoom, clip=True)
    return Published(
        force="Small Force (synthetic)",
        synthetic=True,
        attribution="Synthetic data.",
        months=MONTHS,
        recipe=RECIPE,
        levels=levels,
        hex_cubes=hex_cubes,
        resolution_at_zoom=grid.FINEST_AT_ZOOM,
        tiles=tiles,
    )


def outlines(sectors: tuple[Sector, ...]) -> NDArray[np.object_]:
    """The polygons of these sectors."""
    return np.array([sector.geometry for sector in sectors], dtype=object)


def with_sectors(force: Published, **changes: object) -> Published:
    """A force with other sectors, or with another cube of them."""
    base, *above = force.levels
    return replace(force, levels=(replace(base, **changes), *above))  # type: ignore[arg-type]  # as the tests name them


def area_of_place(sectors: tuple[Sector, ...]) -> NDArray[np.uint64]:
    """The place among the areas of each place among the sectors."""
    ids = [area.id for area in AREAS]
    of_sectors = (FIRST_SECTOR + ids.index(sector.parent) for sector in sectors)
    return np.array([*range(FIRST_SECTOR), *of_sectors], dtype=np.uint64)


@cache
def small_force() -> Published:
    """The thirteen events, published once for all tests."""
    return publish(HAPPENINGS)


@cache
def with_people() -> Published:
    """The events of one measure, those of drugs as people instead: how many there are at the end of a month."""
    force = publish(tuple(event for event in HAPPENINGS if event.signature.bit_count() == 1))
    measures = (*RECIPE.measures[:2], replace(RECIPE.measures[2], unit="person", weighed="local"))
    return replace(force, recipe=replace(RECIPE, measures=measures))


@cache
def smallest_force() -> Published:
    """The same with one level of sectors and of hexagons and one zoom: as few files as a snapshot can have."""
    whole = small_force()
    return replace(
        whole,
        levels=whole.levels[:1],
        hex_cubes={4: whole.hex_cubes[4]},
        tiles={key: tiles for key, tiles in whole.tiles.items() if key in {(HEXAGONS, 4), (SECTORS, 4)}},
    )


def ask(window: str, baseline: str | None = None, **rest: object) -> Question:
    """A question about the small force: all measures, each counted, unless said otherwise."""
    named = {"measures": RECIPE.all} | rest
    return Question(
        window=Window.from_text(window),
        baseline=Window.from_text(baseline) if baseline else None,
        **named,  # type: ignore[arg-type]  # measures and counting, as the tests name them
    )
