"""The only door to H3. Cells are uint64 indexes; 0 stands for "no location".

Longitude comes before latitude everywhere; only here it flips.

Base cells are binned once and coarser cells are their H3 parents, so that levels nest and add up exactly (a point near
an edge may belong to a neighbour if it is binned directly at the coarser level).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import h3
import h3ronpy
import numpy as np
import shapely
from h3ronpy import ContainmentMode, vector
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from harmgrid.errors import UnknownPlace

BASE_RESOLUTION = 9  # the finest honest one for police.uk snap points; edges of about 200 m
NO_CELL = 0

RESOLUTIONS = (3, 4, 5, 6, 7, 8, 9)  # that are published
# Hexagons about 10 to 30 pixels across. Publishing takes a coarser resolution where a tile would hold too many.
FINEST_AT_ZOOM = {4: 4, 5: 5, 6: 6, 7: 7, 8: 7, 9: 8, 10: 8, 11: 9, 12: 9}
MIN_ZOOM, MAX_ZOOM = min(FINEST_AT_ZOOM), max(FINEST_AT_ZOOM)
MAX_HEXAGONS = 5_000  # in one tile

_INDEX = re.compile(r"[0-9a-f]{15}", re.ASCII)  # h3 itself would read 0x89.., +89.. and 89_..
_BASE_DIGIT = 3 * (15 - BASE_RESOLUTION)  # the bit at which the digit of the base resolution begins
_ID_BITS = 52  # seven bits of base cell and fifteen digits of three: below 2^53, so exact in JavaScript


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Which resolutions a publish has, and which a zoom shows: the rule that keeps a tile small.

    A zoom shows the finest of them that is no finer than `finest_at_zoom` says and of which no tile holds more than
    `max_hexagons`. It coarsens as a whole; a tile never drops a hexagon.
    """

    resolutions: tuple[int, ...] = RESOLUTIONS  # ascending; the last is the base of all
    finest_at_zoom: Mapping[int, int] = field(default_factory=lambda: FINEST_AT_ZOOM)  # zooms ascending, without a gap
    max_hexagons: int = MAX_HEXAGONS

    def candidates(self, zoom: int) -> list[int]:
        """The resolutions that a zoom may show, the finest first."""
        return sorted((level for level in self.resolutions if level <= self.finest_at_zoom[zoom]), reverse=True)


DEFAULT_LEVELS = Levels()


def cells_from_points(lon: NDArray[np.float64], lat: NDArray[np.float64], resolution: int) -> NDArray[np.uint64]:
    """The cell of each point, shape (points,); NO_CELL where a coordinate is NaN."""
    cells = np.full(lon.shape, NO_CELL, dtype=np.uint64)
    located = np.isfinite(lon) & np.isfinite(lat)
    if located.any():
        cells[located] = np.asarray(vector.coordinates_to_cells(lat[located], lon[located], resolution))
    return cells


def parents(cells: NDArray[np.uint64], resolution: int) -> NDArray[np.uint64]:
    """The ancestor of each cell at a coarser or equal resolution, shape (cells,); NO_CELL stays."""
    coarser = np.full(cells.shape, NO_CELL, dtype=np.uint64)
    located = cells != NO_CELL
    if located.any():
        coarser[located] = np.asarray(h3ronpy.change_resolution(cells[located], resolution))
    return coarser


def boundaries(cells: NDArray[np.uint64]) -> NDArray[np.object_]:
    """The polygon of each cell in degrees, shape (cells,); at the antimeridian it keeps to the side of its centre."""
    polygons = shapely.from_wkb(np.array(vector.cells_to_wkb_polygons(cells).to_pylist(), dtype=object))
    centre_lon, _ = centres(cells)
    lonlat, owner = shapely.get_coordinates(polygons, return_index=True)
    lonlat[:, 0] -= 360 * np.round((lonlat[:, 0] - centre_lon[owner]) / 360)
    return np.asarray(shapely.set_coordinates(polygons, lonlat), dtype=object)


def centres(cells: NDArray[np.uint64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of each cell's centre in degrees, each of shape (cells,)."""
    columns = vector.cells_to_coordinates(cells)
    return np.asarray(columns.column("lng")), np.asarray(columns.column("lat"))


def bounds(cells: NDArray[np.uint64]) -> tuple[float, float, float, float]:
    """West, south, east, north of these cells, at least one, in degrees.

    Only the outermost are looked at: those whose centre is no farther from the outermost centre than any reaches.
    """
    centre = np.column_stack(centres(cells))
    outermost = np.concatenate([centre.argmin(axis=0), centre.argmax(axis=0)])
    west, south, east, north = shapely.bounds(boundaries(cells[outermost])).T
    reach = 2 * np.maximum(east - west, north - south).max()
    near = (centre < centre.min(axis=0) + reach) | (centre > centre.max(axis=0) - reach)
    found = shapely.total_bounds(boundaries(cells[near.any(axis=1)]))
    return float(found[0]), float(found[1]), float(found[2]), float(found[3])


def feature_ids(cells: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A number for each cell that is unique within its resolution and below 2^53, shape (cells,)."""
    return cells & np.uint64((1 << _ID_BITS) - 1)


def texts(cells: NDArray[np.uint64]) -> list[str]:
    """The H3 index of each cell as 15 hexadecimal digits."""
    return [f"{cell:x}" for cell in cells.tolist()]


def cell_from_text(text: str) -> int:
    """The cell that an H3 index names.

    Raises:
        UnknownPlace: no H3 cell.
    """
    if not _INDEX.fullmatch(text) or not h3.is_valid_cell(text):
        raise UnknownPlace(
            came=f"the place {text[:40]!r}",
            expected="the id of a sector, or an H3 index of 15 hexadecimal digits in lower case",
            do="take the id from /api/sectors or the h3 property of a tile's feature",
        )
    return int(h3.str_to_int(text))


def ring(cell: int) -> NDArray[np.uint64]:
    """The cells that share an edge with this one, shape (6,), or (5,) around a pentagon."""
    near = np.asarray(h3ronpy.grid_disk(np.array([cell], dtype=np.uint64), 1, flatten=True))
    return np.setdiff1d(near, np.array([cell], dtype=np.uint64))


def finest_for(km2: float, resolutions: Iterable[int]) -> int:
    """The finest of these resolutions whose cells are on average at least half of an area; the coarsest if none is."""
    ascending = sorted(resolutions)
    large = [level for level in ascending if h3.average_hexagon_area(level, unit="km^2") >= km2 / 2]
    return large[-1] if large else ascending[0]


def base_range(cell: int) -> tuple[int, int]:
    """The first and the last index that a base cell below this one can have, both included."""
    digits = ((1 << 3 * (BASE_RESOLUTION - resolution_of(cell))) - 1) << _BASE_DIGIT
    base = cell & ~(0xF << _ID_BITS) | BASE_RESOLUTION << _ID_BITS
    return base & ~digits, base | digits


def base_ranges_over(geometry: BaseGeometry, most: int = 50) -> list[tuple[int, int]]:
    """Ranges of base cells, first and last included, ascending, with that of every point of this geometry in degrees.

    They reach beyond it. A cell does not quite hold the points of the cells below it, but its neighbours do.

    Args:
        geometry: areas.
        most: about so many hexagons lie over it, the finest that are no more.
    """
    for resolution in range(BASE_RESOLUTION):
        found = vector.geometry_to_cells(geometry, resolution, ContainmentMode.Covers)
        if resolution == 0 or len(found) <= most:
            over = found
        else:
            break
    near = np.unique(np.asarray(h3ronpy.grid_disk(over, 1, flatten=True)))
    ranges: list[tuple[int, int]] = []
    for first, last in sorted(base_range(cell) for cell in near.tolist()):
        if ranges and first >> _BASE_DIGIT == (ranges[-1][1] >> _BASE_DIGIT) + 1:
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((first, last))
    return ranges


def mean_area_km2(resolution: int) -> float:
    """The average area of a cell, as H3's cell statistics have it."""
    return float(h3.average_hexagon_area(resolution, unit="km^2"))


def resolution_of(cell: int) -> int:
    """The H3 resolution of one cell."""
    return int(h3.get_resolution(h3.int_to_str(cell)))
