"""The land of the demo force: a coast, a river, its sectors and the small areas that they are made of.

It lies in the open North Sea, so that no real place gets invented crime. The outline and the river are drawn by hand;
the roughness comes from one fixed generator, so that every seed of the demo has the same map, the one that has been
looked at. Everything is drawn on a plane in km, x to the east and y to the north of `CENTRE`, and turned to degrees by
one linear step at the end: straight edges stay straight, and a vertex that two sectors share stays one vertex.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.estmere.plans import PLANS

CENTRE = (3.2, 55.9)
"""Longitude and latitude of the plane's origin, decimal degrees WGS84."""

_KM_PER_DEGREE = (62.41, 111.2)  # at the latitude of CENTRE
_ROUGHNESS_SEED = 5590
_EDGE_STEP_KM = 0.22

Points = NDArray[np.float64]  # (point, 2), x and y in km
Shapes = NDArray[np.object_]  # (shape,), shapely geometries

# Control points in km; smooth curves go through them.
_COAST = [
    (16.2, 24.6), (18.4, 21.6), (16.6, 18.6), (18.6, 16.9), (21.6, 15.2), (20.6, 12.6), (17.6, 10.4), (18.2, 7.6),
    (20.6, 5.8), (23.4, 4.6), (23.6, 2.4), (22.6, 0.4), (23.4, -1.6), (23.8, -4.6), (25.4, -7.4), (27.6, -9.8),
    (26.4, -12.6), (23.0, -14.2), (21.4, -16.8), (22.4, -19.6), (25.2, -21.4), (25.8, -24.2),
]  # fmt: skip
_BORDER = [
    (20.0, -23.2), (14.0, -25.0), (8.0, -22.6), (1.0, -24.2), (-6.0, -21.6), (-12.0, -23.4), (-17.6, -20.2),
    (-23.6, -20.6), (-27.6, -15.4), (-26.8, -9.6), (-29.8, -4.4), (-27.8, 1.2), (-29.6, 7.0), (-25.8, 11.4),
    (-27.0, 16.6), (-21.8, 20.4), (-15.6, 19.8), (-9.8, 23.4), (-3.0, 22.0), (4.0, 24.4), (10.0, 23.0),
]  # fmt: skip
_RIVER = [
    (-33.0, 2.0), (-28.0, 4.4), (-24.0, 1.4), (-19.6, 4.8), (-15.4, 3.4), (-12.4, 7.2), (-8.6, 7.0), (-6.2, 3.6),
    (-2.4, 4.2), (-0.2, 0.4), (3.6, 1.6), (6.4, -1.8), (9.4, -1.6), (11.6, -0.2), (13.8, -1.6), (16.6, -1.8),
    (19.4, 0.4), (22.6, 0.6), (27.0, 1.4),
]  # fmt: skip
_TIDAL_FROM_X = 10.0
_PARTS_FROM_X = -16.0  # further up the river is too small to part two sectors


def draw_sectors() -> Shapes:
    """One polygon in km for each of `PLANS`, object (sector,); the one map of the demo force, never another."""
    rng = np.random.default_rng(_ROUGHNESS_SEED)
    warp = _Warp.draw(rng, wavelengths_km=(16.0, 8.0, 4.0, 2.0, 1.0), slope=0.4)
    shore = _Warp.draw(rng, wavelengths_km=(4.0, 2.0, 1.0, 0.5), slope=0.62)
    river = warp.moved(_curve(_RIVER))  # (vertex, 2)
    coast = warp.moved(shore.moved(_curve([(17.0, 40.0), *_COAST, (25.0, -40.0)])))  # (vertex, 2)
    mainland = shapely.make_valid(shapely.Polygon([*coast, (-60.0, -40.0), (-60.0, 40.0)]))
    land = _largest(shapely.difference(mainland, _estuary(river)))
    faces = _faces(land, river, warp.lines_moved(_parish_edges(rng)))
    sector_of_face = _without_exclaves(faces, _sector_of_face(faces, river))
    sectors = [shapely.coverage_union_all(faces[sector_of_face == index]) for index in range(len(PLANS))]
    return np.array(sectors, dtype=object)


def degrees_from_km(points: Points) -> Points:
    """Longitude and latitude of points on the plane, float64 (point, 2), to six decimals."""
    degrees: Points = np.round(points / np.array(_KM_PER_DEGREE) + np.array(CENTRE), 6)
    return degrees


@dataclass(frozen=True, kw_only=True)
class _Warp:
    """A smooth random displacement of the plane: a sum of sine waves, so that one point always moves to one point."""

    wave_vectors: Points  # (wave, 2), radians a km
    phases: NDArray[np.float64]  # (wave,), radians
    moves: Points  # (wave, 2), km

    @classmethod
    def draw(cls, rng: np.random.Generator, *, wavelengths_km: tuple[float, ...], slope: float) -> "_Warp":
        """Five waves of random direction for each wavelength; their height is its wavelength times `slope` / 2 pi."""
        lengths = np.repeat(wavelengths_km, 5)  # (wave,)
        heights = lengths * slope / (2 * np.pi * np.sqrt(5))
        along, across = rng.uniform(0, 2 * np.pi, (2, lengths.size))
        return cls(
            wave_vectors=_unit(along) * (2 * np.pi / lengths)[:, None],
            phases=rng.uniform(0, 2 * np.pi, lengths.size),
            moves=_unit(across) * heights[:, None],
        )

    def moved(self, points: Points) -> Points:
        return points + np.sin(points @ self.wave_vectors.T + self.phases) @ self.moves

    def lines_moved(self, lines: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(shapely.segmentize(lines, _EDGE_STEP_KM), self.moved)


def _unit(angles: NDArray[np.float64]) -> Points:
    return np.column_stack([np.cos(angles), np.sin(angles)])


def _curve(controls: list[tuple[float, float]]) -> Points:
    """A spline through the controls (Catmull and Rom 1974), float64 (vertex, 2), a vertex each `_EDGE_STEP_KM`."""
    knots = np.array([controls[0], *controls, controls[-1]])
    pieces = []
    for before, start, end, after in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        count = max(2, int(np.hypot(*(end - start)) / _EDGE_STEP_KM))
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        pieces.append(
            start
            + t * (end - before) / 2
            + t**2 * (before - 2.5 * start + 2 * end - after / 2)
            + t**3 * (1.5 * (start - end) + (after - before) / 2)
        )
    return np.vstack([*pieces, knots[-1:]])


def _estuary(river: Points) -> shapely.Geometry:
    """The tidal river as water: from a ditch where the tide ends to 1.6 km at the mouth."""
    tidal = river[river[:, 0] > _TIDAL_FROM_X]
    reach = np.clip((tidal[:, 0] - _TIDAL_FROM_X) / 13.0, 0, 1)
    rings = shapely.buffer(shapely.points(tidal), 0.1 + 0.7 * reach**2.2)
    pairs = shapely.multipolygons(np.column_stack([rings[:-1], rings[1:]]))
    return shapely.simplify(shapely.union_all(shapely.convex_hull(pairs)), 0.01)


def _parish_edges(rng: np.random.Generator) -> shapely.Geometry:
    """Voronoi edges of scattered parish centres, close together in the towns and far apart on the moors."""
    kept = np.empty((0, 2))
    reaches = np.array([plan.reach for plan in PLANS])
    for point in rng.uniform((-36, -32), (34, 32), (6000, 2)):
        nearest = _weighted_distances(point[None, :])[0].argmin()
        spacing = 1.15 * reaches[nearest] ** 1.7
        if not kept.size or np.hypot(*(kept - point).T).min() > spacing:
            kept = np.vstack([kept, point])
    return shapely.voronoi_polygons(shapely.MultiPoint(kept), only_edges=True)


def _weighted_distances(points: Points) -> NDArray[np.float64]:
    """Distance from each point to each sector centre divided by the sector's reach, float64 (point, sector)."""
    centres = np.array([(plan.x, plan.y) for plan in PLANS])
    reaches = np.array([plan.reach for plan in PLANS])
    distances: NDArray[np.float64] = np.linalg.norm(points[:, None, :] - centres, axis=2) / reaches
    return distances


def _faces(land: shapely.Geometry, river: Points, edges: shapely.Geometry) -> Shapes:
    """The parishes of the force, cut by coast and river, object (face,): those whose inside lies within the border."""
    parting = shapely.LineString(river[river[:, 0] > _PARTS_FROM_X])
    noded = shapely.union_all([shapely.boundary(land), parting, edges])
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(pieces)
    force = shapely.Polygon([*_BORDER, (40.0, 30.0), (40.0, -30.0)])
    pieces = pieces[shapely.contains(land, inside) & shapely.contains(force, inside)]
    one_piece = _largest(shapely.coverage_union_all(pieces))
    return pieces[shapely.contains(one_piece, shapely.point_on_surface(pieces))]


def _sector_of_face(faces: Shapes, river: Points) -> NDArray[np.intp]:
    """The nearest sector centre of each face on its own side of the river, index into PLANS, intp (face,)."""
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))  # (face, 2)
    north = shapely.Polygon([*river, (40.0, 60.0), (-40.0, 60.0)])
    side = np.where(shapely.contains_xy(north, *inside.T), "north", "south")
    plans = np.array([plan.side for plan in PLANS])
    allowed = (plans == side[:, None]) | (plans == "either")  # (face, sector)
    nearest: NDArray[np.intp] = np.where(allowed, _weighted_distances(inside), np.inf).argmin(axis=1)
    return nearest


def _without_exclaves(faces: Shapes, sector: NDArray[np.intp]) -> NDArray[np.intp]:
    """The same sectors with each cut-off face given to the neighbour that it shares most border with, intp (face,)."""
    sector = sector.copy()
    inside = shapely.point_on_surface(faces)
    for index in range(len(PLANS)):
        main = _largest(shapely.coverage_union_all(faces[sector == index]))
        for face in np.flatnonzero((sector == index) & ~shapely.contains(main, inside)):
            shared = shapely.length(shapely.intersection(shapely.boundary(faces[face]), shapely.boundary(faces)))
            by_sector = np.bincount(sector, weights=shared, minlength=len(PLANS))
            by_sector[index] = 0
            sector[face] = by_sector.argmax()
    return sector


def _largest(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    largest: shapely.Geometry = parts[shapely.area(parts).argmax()]
    return largest
