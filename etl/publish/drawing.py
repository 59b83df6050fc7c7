"""Places to tiles: which resolution a zoom shows, the outlines of areas, and where their labels stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.workers import Workers
from harmgrid import grid
from harmgrid.sectors import Sector
from harmgrid.tiles import TileSet, prepare_tiles, simplified

HEXAGONS_HERE = 50_000  # of the finest resolution: so few are prepared before another process has started


@dataclass(frozen=True, kw_only=True)
class Zoom:
    """What the worker of a zoom gets."""

    zoom: int
    cells: Mapping[int, NDArray[np.uint64]]  # by resolution
    levels: grid.Levels


def hexagon_tiles(
    cells: Mapping[int, NDArray[np.uint64]], levels: grid.Levels, workers: Workers
) -> dict[int, tuple[int, TileSet]]:
    """By zoom, the resolution that it shows and its tiles."""
    zooms = [
        Zoom(zoom=zoom, cells={level: cells[level] for level in levels.candidates(zoom)}, levels=levels)
        for zoom in levels.finest_at_zoom
    ]
    few = len(zooms) if max(map(len, cells.values())) < HEXAGONS_HERE else 0
    return dict(zip(levels.finest_at_zoom, workers.in_order(fitting_tiles, zooms, few=few), strict=True))


def fitting_tiles(asked: Zoom) -> tuple[int, TileSet]:
    """The finest resolution whose tiles hold few enough hexagons at that zoom, and those tiles; else the coarsest.

    A tile never drops hexagons: the zoom coarsens as a whole.
    """
    for resolution in asked.levels.candidates(asked.zoom):
        tiles = prepare_tiles(grid.boundaries(asked.cells[resolution]), asked.zoom, clip=False)
        if np.diff(tiles.start).max(initial=0) <= asked.levels.max_hexagons:
            break
    return resolution, tiles


def outlines(sectors: Sequence[Sector]) -> NDArray[np.object_]:
    """Their polygons, shape (sectors,)."""
    return np.array([sector.geometry for sector in sectors], dtype=object)


def drawn_outlines(sectors: Sequence[Sector], levels: grid.Levels) -> dict[int, NDArray[np.object_]]:
    """The outlines of areas as each zoom shows them, ascending."""
    return {zoom: simplified(outlines(sectors), zoom) for zoom in levels.finest_at_zoom}
