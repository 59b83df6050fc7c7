"""An invented force of towns with a month's hexagons at five zooms, and the addresses of its tiles."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from harmgrid import grid
from harmgrid.cube import Cube, Events, build_cube
from harmgrid.published import HEXAGONS, Published
from harmgrid.tiles import TileAddress, label_anchors, prepare_tiles
from harmgrid.types import Window
from harmgrid.view import located
from tools.bench.invented import MONTHS, SEED, START, Table, invent_events, publish_in_memory, sectors, tile_box

ZOOMS = (8, 9, 10, 11, 12)
RESOLUTIONS = sorted({grid.FINEST_AT_ZOOM[zoom] for zoom in ZOOMS})
TOWNS = 40
AROUND = 1.5  # tiles of zoom 10 that the force reaches beyond the middle one, to each side


def town_cells(wanted: int) -> NDArray[np.uint64]:
    """As many base cells nearest to any town, ascending: full tiles and sparse ones, as a county has."""
    west, south, east, north = tile_box()
    wide, high = east - west, north - south
    west, east, south, north = west - AROUND * wide, east + AROUND * wide, south - AROUND * high, north + AROUND * high
    lon, lat = np.meshgrid(np.linspace(west, east, 1_500), np.linspace(south, north, 1_500))
    cells = np.unique(grid.cells_from_points(lon.ravel(), lat.ravel(), grid.BASE_RESOLUTION))
    x, y = grid.centres(cells)
    random = np.random.default_rng(SEED)
    towns = random.uniform((west, south), (east, north), (TOWNS, 2))
    away = np.full(len(cells), np.inf)
    for town_x, town_y in towns:
        away = np.minimum(away, ((x - town_x) / wide) ** 2 + ((y - town_y) / high) ** 2)
    return np.sort(cells[np.argsort(away)[:wanted]])


def publish_months(events: int, cells: NDArray[np.uint64]) -> tuple[Table, Published]:
    """Events on these cells, and the force that has them at every zoom in the resolution that suits it."""
    areas = sectors()
    table = invent_events(events, cells, areas)
    force = publish_in_memory(table, areas)
    cubes = {resolution: _cube(table, resolution) for resolution in RESOLUTIONS}
    outlines = np.array([area.geometry for area in areas], dtype=object)
    level = replace(force.levels[0], anchors=label_anchors(outlines, [outlines] * len(ZOOMS)))
    tiles = {(level.layer, zoom): prepare_tiles(outlines, zoom, clip=True) for zoom in ZOOMS}
    for zoom in ZOOMS:
        shapes = grid.boundaries(located(cubes[grid.FINEST_AT_ZOOM[zoom]]))
        tiles[HEXAGONS, zoom] = prepare_tiles(shapes, zoom, clip=False)
    return table, replace(
        force,
        levels=(level,),
        hex_cubes=cubes,
        resolution_at_zoom={zoom: grid.FINEST_AT_ZOOM[zoom] for zoom in ZOOMS},
        tiles=tiles,
    )


def _cube(table: Table, resolution: int) -> Cube:
    one = np.ones(len(table.month), dtype=np.int64)
    places = grid.parents(table.hexagon, resolution)
    points = table.points
    return build_cube(Events(places, table.signature, table.month, one, points, points**2, points), MONTHS)


def tiles_of_month(force: Published) -> list[TileAddress]:
    """Every tile of hexagons that there is."""
    return [
        TileAddress(z=zoom, x=int(key) >> 32, y=int(key) & 0xFFFFFFFF)
        for zoom in ZOOMS
        for key in force.tiles[HEXAGONS, zoom].key
    ]


def tiles_by_chance(force: Published, months: int) -> list[tuple[TileAddress, int]]:
    """Tiles and months, none of them twice, as many of each zoom: a map shows about as many tiles at any zoom."""
    random = np.random.default_rng(SEED)
    tiles = tiles_of_month(force)
    by_zoom = [[(tile, month) for tile in tiles if tile.z == zoom for month in range(months)] for zoom in ZOOMS]
    fewest = min(map(len, by_zoom))
    chosen = [found[at] for found in by_zoom for at in random.permutation(len(found))[:fewest]]
    return [chosen[at] for at in random.permutation(len(chosen))]


def path_of(version: str, address: TileAddress, month: int) -> str:
    """Where harmgrid has the hexagons of a month, counted from the first."""
    window = Window(START + month, START + month + 1).text
    return f"/tiles/{version}/{HEXAGONS}/{address.z}/{address.x}/{address.y}.mvt?window={window}"
