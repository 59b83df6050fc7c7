"""Which places stand in which tile, with their geometry ready to be written; prepared when a snapshot is published.

Tiles follow the Web Mercator square (XYZ, y downwards); geometry is the Mapbox Vector Tile 2.1 command stream in tile
units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from harmgrid.compiled import compiled

EXTENT = 4096  # tile units along one edge
BUFFER = 64  # tile units that a shape may reach beyond the edge

_MAX_LATITUDE = 85.0511287798066
_AT_ONCE = 50_000  # shapes that are drawn together: their copies take some 50 MB


class TileSet(NamedTuple):
    """All tiles of one layer and zoom: T tiles, F features. Tile t has the features [start[t], start[t + 1])."""

    key: NDArray[np.uint64]  # (T,) ascending, see `tile_key`
    start: NDArray[np.int64]  # (T + 1,)
    place: NDArray[np.int64]  # (F,) position in the polygons that it was prepared from, ascending within a tile
    offset: NDArray[np.int64]  # (F + 1,) bytes of feature f are [offset[f], offset[f + 1])
    geometry: NDArray[np.uint8]  # command streams, one after the other


@dataclass(frozen=True, kw_only=True)
class TileAddress:
    """One tile: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int


def tile_key(x: NDArray[np.int64] | int, y: NDArray[np.int64] | int) -> NDArray[np.uint64]:
    """One number for a tile of a zoom, ordered by column and row."""
    return (np.asarray(x, dtype=np.uint64) << np.uint64(32)) | np.asarray(y, dtype=np.uint64)


def to_world(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Web Mercator on the unit square, x eastwards and y southwards, shape (points, 2) as given."""
    lat = np.radians(np.clip(lonlat[:, 1], -_MAX_LATITUDE, _MAX_LATITUDE))
    return np.column_stack([lonlat[:, 0] / 360 + 0.5, 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)])


def prepare_tiles(polygons: NDArray[np.object_], zoom: int, *, clip: bool) -> TileSet:
    """The tiles of one zoom that these polygons, in degrees, touch.

    A polygon stands in every tile whose square, widened by the buffer, meets its bounding box. With `clip` it is cut to
    that square (worth it for shapes that cover many tiles); what is left of it in a tile may be nothing, and then it is
    not there. A polygon too small or thin to be drawn in any tile is drawn as a dot, so that each is somewhere.
    """
    world = np.asarray(shapely.transform(polygons, to_world), dtype=object)
    place, x, y = _touched(world, zoom)
    order = np.lexsort((place, y, x))
    place, x, y = place[order], x[order], y[order]
    geometry, offset = _draw(world, place, (x, y, zoom), clip=clip)
    unseen = np.setdiff1d(place, place[offset[1:] > offset[:-1]])
    if len(unseen):
        world[unseen] = _dots(world[unseen], zoom)
        geometry, offset = _draw(world, place, (x, y, zoom), clip=clip)
    drawn = np.flatnonzero(offset[1:] > offset[:-1])
    keys = tile_key(x[drawn], y[drawn])
    key, start = np.unique(keys, return_index=True)
    return TileSet(
        key=key,
        start=np.append(start, len(drawn)).astype(np.int64),
        place=place[drawn],
        offset=np.append(offset[drawn], offset[-1]),
        geometry=geometry,
    )


def simplified(polygons: NDArray[np.object_], zoom: int) -> NDArray[np.object_]:
    """Polygons in degrees with the detail that a zoom can show; shared edges stay shared, without gap or overlap."""
    degrees = 360 / (1 << zoom) / EXTENT
    return np.asarray(shapely.coverage_simplify(polygons, 4 * degrees, simplify_boundary=True), dtype=object)


def label_anchors(polygons: NDArray[np.object_], drawn: Sequence[NDArray[np.object_]]) -> NDArray[np.float64]:
    """Where the label of each polygon stands at each zoom: the point farthest from its edge on the map.

    It is the same at every zoom at which the polygon, as it is drawn there, holds it; elsewhere it is the drawn one's.

    Args:
        polygons: in degrees, shape (P,).
        drawn: the same as each zoom shows them, in degrees.

    Returns:
        Points of the Web Mercator square, see `to_world`, shape (zooms, P, 2).
    """
    poles = _poles(shapely.transform(polygons, to_world))
    anchors = np.repeat(poles[None], len(drawn), axis=0)
    for anchor, outlines in zip(anchors, drawn, strict=True):
        world = np.asarray(shapely.transform(outlines, to_world), dtype=object)
        outside = np.flatnonzero(~shapely.contains_xy(world, anchor[:, 0], anchor[:, 1]))
        nearer = _poles(world[outside])
        found = np.isfinite(nearer).all(axis=1)
        anchor[outside[found]] = nearer[found]
    return anchors


def _poles(world: NDArray[np.object_]) -> NDArray[np.float64]:
    """The centre of the largest circle in each polygon, shape (polygons, 2); NaN where it has no inside."""
    centres = shapely.get_point(shapely.maximum_inscribed_circle(world), 0)
    return np.column_stack([shapely.get_x(centres), shapely.get_y(centres)])


def point_commands(units: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Command streams of single points in tile units: bytes, and where each begins, shape (points + 1,)."""
    buffer = np.empty(11 * len(units), dtype=np.uint8)
    offset = np.zeros(len(units) + 1, dtype=np.int64)
    _write_points(units, buffer, offset)
    return buffer, offset


def _touched(world: NDArray[np.object_], zoom: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Every pair of a polygon and a tile, as polygon position, column, row, each of shape (pairs,)."""
    side = 1 << zoom
    margin = BUFFER / EXTENT
    bounds = shapely.bounds(world) * side
    low = np.clip(np.floor(bounds[:, :2] - margin), 0, side - 1).astype(np.int64)
    high = np.clip(np.floor(bounds[:, 2:] + margin), 0, side - 1).astype(np.int64)
    across, down = (high - low + 1).T
    pairs = across * down
    place = np.repeat(np.arange(len(world), dtype=np.int64), pairs)
    nth = np.arange(pairs.sum(), dtype=np.int64) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    return place, low[place, 0] + nth // down[place], low[place, 1] + nth % down[place]


def _draw(
    world: NDArray[np.object_],
    place: NDArray[np.int64],
    tiles: tuple[NDArray[np.int64], NDArray[np.int64], int],
    *,
    clip: bool,
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Command streams of places in the units of their tiles: bytes, and where each begins, shape (features + 1,)."""
    x, y, zoom = tiles
    written = [np.zeros(0, dtype=np.uint8)]
    sizes = [np.zeros(1, dtype=np.int64)]
    for start in range(0, len(place), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        shapes = world[place[some]]
        if clip:
            shapes = _clipped(shapes, x[some], y[some], zoom)
        geometry, offset = _encode(shapely.orient_polygons(shapes), x[some], y[some], zoom)
        written.append(geometry)
        sizes.append(np.diff(offset))
    return np.concatenate(written), np.cumsum(np.concatenate(sizes))


def _clipped(shapes: NDArray[np.object_], x: NDArray[np.int64], y: NDArray[np.int64], zoom: int) -> NDArray[np.object_]:
    side, margin = 1 << zoom, BUFFER / EXTENT
    squares = shapely.box((x - margin) / side, (y - margin) / side, (x + 1 + margin) / side, (y + 1 + margin) / side)
    return np.asarray(shapely.intersection(shapes, squares), dtype=object)


def _dots(world: NDArray[np.object_], zoom: int) -> NDArray[np.object_]:
    """A square of two tile units by two inside each polygon, or around it where it is smaller."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(world)).T
    unit = 1 / (1 << zoom) / EXTENT
    return np.asarray(shapely.box(x - unit, y - unit, x + unit, y + unit), dtype=object)


def _encode(
    shapes: NDArray[np.object_], x: NDArray[np.int64], y: NDArray[np.int64], zoom: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Command streams in the units of each shape's tile: bytes, and where each shape's begin, shape (shapes + 1,)."""
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    area = shapely.get_dimensions(parts) == 2  # an edge along the square's side leaves lines and points behind
    parts, shape_of_part = parts[area], shape_of_part[area]
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    tile = shape_of_part[part_of_ring][ring_of_point]
    units = np.rint((points * (1 << zoom) - np.column_stack([x, y])[tile]) * EXTENT).astype(np.int64)
    ring_start = np.searchsorted(ring_of_point, np.arange(len(rings) + 1))
    shape_start = np.searchsorted(shape_of_part[part_of_ring], np.arange(len(shapes) + 1))
    buffer = np.empty(20 * len(points) + 20 * len(rings), dtype=np.uint8)
    offset = np.zeros(len(shapes) + 1, dtype=np.int64)
    exterior = np.append(True, part_of_ring[1:] != part_of_ring[:-1])
    written = _write_commands(units, (ring_start, shape_start, exterior), buffer, offset)
    return buffer[:written].copy(), offset


@compiled
def write_varint(buffer, at, value):  # type: ignore[no-untyped-def]
    """Write an unsigned integer as a protobuf varint; the position after it."""
    while value > 127:
        buffer[at] = (value & 127) | 128
        value >>= 7
        at += 1
    buffer[at] = value
    return at + 1


@compiled
def _write_step(buffer, at, step):  # type: ignore[no-untyped-def]
    return write_varint(buffer, at, 2 * step if step >= 0 else -2 * step - 1)


@compiled
def _write_points(units, buffer, offset):  # type: ignore[no-untyped-def]
    at = 0
    for point in range(len(units)):
        at = write_varint(buffer, at, (1 << 3) | 1)
        at = _write_step(buffer, at, units[point, 0])
        at = _write_step(buffer, at, units[point, 1])
        offset[point + 1] = at


@compiled
def _twice_area(units, ring):  # type: ignore[no-untyped-def]
    """By the surveyor's formula; 0 for fewer than three points."""
    total = 0
    for i in range(len(ring)):
        a, b = ring[i], ring[(i + 1) % len(ring)]
        total += units[a, 0] * units[b, 1] - units[b, 0] * units[a, 1]
    return total


@compiled
def _write_commands(units, rings, buffer, offset):  # type: ignore[no-untyped-def]
    """Rings as MoveTo, LineTo and ClosePath; a ring that rounding has collapsed or turned over is left out.

    Exterior rings have a positive area by the surveyor's formula on tile units, interior ones a negative, as MVT asks.
    A hole goes with its exterior.
    """
    ring_start, shape_start, exterior = rings
    at = 0
    kept = np.empty(len(units), dtype=np.int64)
    for shape in range(len(shape_start) - 1):
        cursor_x, cursor_y = 0, 0
        drawn = False
        for ring in range(shape_start[shape], shape_start[shape + 1]):
            n = 0
            for point in range(ring_start[ring], ring_start[ring + 1] - 1):  # the last point repeats the first
                if n == 0 or units[point, 0] != units[kept[n - 1], 0] or units[point, 1] != units[kept[n - 1], 1]:
                    kept[n] = point
                    n += 1
            area = _twice_area(units, kept[:n])
            whole = area != 0 and (area > 0) == exterior[ring]
            if exterior[ring]:
                drawn = whole
            if not (whole and drawn):
                continue
            for i in range(n):
                if i == 0:
                    at = write_varint(buffer, at, (1 << 3) | 1)
                elif i == 1:
                    at = write_varint(buffer, at, ((n - 1) << 3) | 2)
                at = _write_step(buffer, at, units[kept[i], 0] - cursor_x)
                at = _write_step(buffer, at, units[kept[i], 1] - cursor_y)
                cursor_x, cursor_y = units[kept[i], 0], units[kept[i], 1]
            at = write_varint(buffer, at, (1 << 3) | 7)
        offset[shape + 1] = at
    return at
