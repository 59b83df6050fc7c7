"""An invented force: one tile full of hexagons, 35 square sectors over it, nine measures, five years of events."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from harmgrid import grid
from harmgrid.cube import Events, build_cube
from harmgrid.measures import Measure, Recipe, Theme
from harmgrid.published import BASE_LEVEL, HEXAGONS, Level, Published
from harmgrid.sectors import Sector, places_from_points
from harmgrid.tiles import TileAddress, label_anchors, prepare_tiles
from harmgrid.types import Months, Question, Window, month_from_text
from harmgrid.view import located

SEED = 20_26
ZOOM = 10
TILE = TileAddress(z=ZOOM, x=520, y=336)  # in the North Sea, near 2.8 degrees east and 52.4 degrees north
MEASURES = 9
MONTHS = 60
START = month_from_text("2020-01")
COLUMNS, ROWS = 7, 5  # of sectors
POINTS = np.array([2.0, 10.0, 25.0, 60.0, 100.0, 230.0, 377.5, 799.6, 7_832.0])  # of an event, by its first measure


@dataclass(frozen=True)
class Table:
    """Events as a database has them, one a row."""

    hexagon: NDArray[np.uint64]
    sector: NDArray[np.int64]  # place among the sectors
    signature: NDArray[np.uint32]
    month: NDArray[np.int32]  # from the first
    points: NDArray[np.float64]


def question(turn: int = 0) -> Question:
    """Twelve months against the twelve before them, three of nine measures; another window each turn."""
    stop = START + 24 + turn % (MONTHS - 24 + 1)
    return Question(
        window=Window(stop - 12, stop), baseline=Window(stop - 24, stop - 12), measures=frozenset({"m1", "m4", "m7"})
    )


def tile_box() -> tuple[float, float, float, float]:
    """West, south, east, north of the tile in degrees."""
    west, east = (360 * (TILE.x + side) / (1 << ZOOM) - 180 for side in (0, 1))
    south, north = (
        float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (TILE.y + side) / (1 << ZOOM)))))) for side in (1, 0)
    )
    return west, south, east, north


def hexagons(wanted: int) -> NDArray[np.uint64]:
    """As many base cells nearest to the middle of the tile, ascending."""
    west, south, east, north = tile_box()
    lon, lat = np.meshgrid(np.linspace(west, east, 600), np.linspace(south, north, 600))
    cells = np.unique(grid.cells_from_points(lon.ravel(), lat.ravel(), grid.BASE_RESOLUTION))
    x, y = grid.centres(cells)
    # The farther of the two ways from the middle, as a part of the tile's half: squares fill it, circles do not.
    away = np.maximum(abs(2 * (x - west) / (east - west) - 1), abs(2 * (y - south) / (north - south) - 1))
    return np.sort(cells[np.argsort(away)[:wanted]])


def sectors(
    box: tuple[float, float, float, float] | None = None, columns: int = COLUMNS, rows: int = ROWS
) -> tuple[Sector, ...]:
    """Squares over a box in degrees, that of the tile if none is given, row by row from the south-west."""
    west, south, east, north = box or tile_box()
    lon, lat = np.linspace(west, east, columns + 1), np.linspace(south, north, rows + 1)
    return tuple(
        Sector(
            id=f"S{row * columns + column + 1:02d}",
            name=f"Sector {row * columns + column + 1}",
            geometry=shapely.box(lon[column], lat[row], lon[column + 1], lat[row + 1]),
        )
        for row in range(rows)
        for column in range(columns)
    )


def invent_events(events: int, cells: NDArray[np.uint64], areas: tuple[Sector, ...]) -> Table:
    """Events on hexagons, the first hexagons of a shuffled list having the most; one in ten has a second measure."""
    random = np.random.default_rng(SEED)
    shares = 1 / np.arange(1, len(cells) + 1) ** 0.6
    at = random.permutation(len(cells))[random.choice(len(cells), events, p=shares / shares.sum())]
    at[: len(cells)] = np.arange(len(cells))[:events]  # so that no hexagon is without one
    first = random.integers(0, MEASURES, events)
    second = np.where(random.random(events) < 0.1, random.integers(0, MEASURES, events), first)
    lon, lat = grid.centres(cells)
    return Table(
        cells[at],
        places_from_points(areas, lon, lat)[at],
        ((np.uint32(1) << first.astype(np.uint32)) | (np.uint32(1) << second.astype(np.uint32))),
        random.integers(0, MONTHS, events).astype(np.int32),
        POINTS[first],
    )


def publish_in_memory(table: Table, areas: tuple[Sector, ...]) -> Published:
    """The force with these events: one resolution and one zoom."""
    outlines = np.array([area.geometry for area in areas], dtype=object)
    cube = build_cube(_placed(table, table.hexagon), MONTHS)
    of_sectors = build_cube(_placed(table, table.sector.astype(np.uint64)), MONTHS)
    level = Level(id=BASE_LEVEL, sectors=areas, cube=of_sectors, anchors=label_anchors(outlines, [outlines]))
    return Published(
        force="Bench (synthetic)",
        synthetic=True,
        attribution="Synthetic data.",
        months=Months(start=START, delivered=(True,) * MONTHS),
        recipe=_recipe(),
        levels=(level,),
        hex_cubes={grid.BASE_RESOLUTION: cube},
        resolution_at_zoom={ZOOM: grid.BASE_RESOLUTION},
        tiles={
            (HEXAGONS, ZOOM): prepare_tiles(grid.boundaries(located(cube)), ZOOM, clip=False),
            (level.layer, ZOOM): prepare_tiles(outlines, ZOOM, clip=True),
        },
    )


def _placed(table: Table, places: NDArray[np.uint64]) -> Events:
    one = np.ones(len(places), dtype=np.int64)
    return Events(places, table.signature, table.month, one, table.points, table.points**2, table.points)


def _recipe() -> Recipe:
    measures = tuple(
        Measure(id=f"m{bit}", title=f"Measure {bit}", bit=bit, generated="victim", weighed="category")
        for bit in range(MEASURES)
    )
    theme = Theme(id="all", title="All", measures=tuple(measure.id for measure in measures))
    return Recipe(
        id="bench", title="Bench", release="none", source="made up", notes=(), measures=measures, themes=(theme,)
    )
