"""Police sectors and other areas: what one is, which one a point lies in, and whether a set of them can be used."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from harmgrid.errors import UnusableSectors

# Places of the sector geography. Every event has one, so that its total is the total of the records.
NO_LOCATION = 0
OUTSIDE = 1
FIRST_SECTOR = 2  # sector i of a snapshot is place FIRST_SECTOR + i
TOUCHING_DEGREES = 1e-4  # 11 m from south to north

AreaGeometry = shapely.Polygon | shapely.MultiPolygon


@dataclass(frozen=True, kw_only=True)
class Sector:
    """A police area. Its geometry is valid, in longitude and latitude (WGS 84)."""

    id: str
    name: str
    geometry: AreaGeometry
    parent: str = ""  # id of the area of the level above that holds it; empty if none does
    residents: int | None = None  # None where no population is loaded

    @cached_property
    def area_km2(self) -> float:
        """Its area on the WGS 84 ellipsoid."""
        square_metres, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(shapely.orient_polygons(self.geometry))
        return abs(square_metres) / 1e6


@dataclass(frozen=True, kw_only=True)
class Area:
    """A sector as the records hold it: of a level, with its days. Days count from 1970-01-01."""

    level: str
    id: str
    name: str
    geometry: AreaGeometry
    parent_level: str = ""
    parent: str = ""
    parent_name: str = ""
    valid_from: int = 0  # 0 for ever since
    valid_to: int | None = None  # last day, included

    def stands_on(self, day: int) -> bool:
        """Whether it is in force on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def sectors_to_json(sectors: tuple[Sector, ...]) -> bytes:
    """The sectors as GeoJSON, the same bytes for the same sectors."""
    features = [
        {
            "type": "Feature",
            "properties": {name: getattr(sector, name) for name in ("id", "name", "parent", "residents")},
            "geometry": shapely.geometry.mapping(sector.geometry),
        }
        for sector in sectors
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, sort_keys=True).encode()


def sectors_from_json(data: bytes) -> tuple[Sector, ...]:
    """The sectors that `sectors_to_json` wrote. Anything else raises, as JSON, dataclasses or shapely do."""
    return tuple(
        Sector(**feature["properties"], geometry=cast("AreaGeometry", shapely.geometry.shape(feature["geometry"])))
        for feature in json.loads(data)["features"]
    )


def usable_geometry(name: str, geometry: object) -> AreaGeometry:
    """The geometry itself, or repaired where its rings cross or touch themselves.

    Raises:
        UnusableSectors: no area, coordinates that are not degrees, or rings whose repair would change the area by over
            1 %.
    """
    if not isinstance(geometry, shapely.Polygon | shapely.MultiPolygon) or geometry.is_empty:
        raise UnusableSectors(
            came=f"the sector {name!r} with {getattr(geometry, 'geom_type', 'no geometry')}",
            expected="a polygon or multipolygon",
            do="give the sector an area or leave it out of the file",
        )
    _require_degrees(name, geometry)
    if geometry.is_valid:
        return geometry
    repaired = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    changed = abs(repaired.area - geometry.area)
    if not isinstance(repaired, shapely.Polygon | shapely.MultiPolygon) or changed >= 0.01 * repaired.area:
        raise UnusableSectors(
            came=f"the sector {name!r} with a ring that crosses itself ({shapely.is_valid_reason(geometry)})",
            expected="a ring that encloses one area",
            do="redraw its boundary; a repair would change its area by more than 1 %",
        )
    return repaired


def _require_degrees(name: str, geometry: AreaGeometry) -> None:
    coordinates = shapely.get_coordinates(geometry)  # not geometry.bounds, which pass over NaN
    (west, south), (east, north) = coordinates.min(axis=0), coordinates.max(axis=0)
    if -180 <= west and east <= 180 and -90 <= south and north <= 90:
        return
    metres = 0 <= west and 360 < east <= 700_000 and 0 <= south and 360 < north <= 1_300_000
    raise UnusableSectors(
        came=f"the sector {name!r} from {west:.0f}, {south:.0f} to {east:.0f}, {north:.0f}"
        + (", which looks like metres on the British National Grid" if metres else ""),
        expected="longitude and latitude in degrees (WGS 84, EPSG:4326)",
        do="convert the file, for example with ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson",
    )


def places_from_points(
    sectors: Sequence[Sector], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The place of each point in the sector geography, shape (points,).

    A point on the edge of two sectors is in the one that comes first.

    Returns:
        NO_LOCATION where a coordinate is NaN, OUTSIDE where no sector holds the point, FIRST_SECTOR + i where sector i
        does.
    """
    place = np.full(lon.shape, NO_LOCATION, dtype=np.int64)
    located = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    from_west = located[np.argsort(lon[located], kind="stable")]
    x, y = lon[from_west], lat[from_west]
    found = np.full(len(from_west), OUTSIDE, dtype=np.int64)
    outlines = np.array([sector.geometry for sector in sectors], dtype=object)
    shapely.prepare(outlines)  # each is asked for many points: thirty times faster than a tree of sectors
    west, south, east, north = shapely.bounds(outlines).reshape(-1, 4).T
    for i in reversed(range(len(outlines))):  # so that the first of several has the last word
        first, last = np.searchsorted(x, west[i], "left"), np.searchsorted(x, east[i], "right")
        near = first + np.flatnonzero((south[i] <= y[first:last]) & (y[first:last] <= north[i]))
        inside = near[shapely.intersects_xy(outlines[i], x[near], y[near])]
        found[inside] = FIRST_SECTOR + i
    place[from_west] = found
    return place


def sectors_at(sectors: Sequence[Sector], lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[Sector | None]:
    """The sector that holds each point; None where none does."""
    places = places_from_points(sectors, lon, lat).tolist()
    return [sectors[place - FIRST_SECTOR] if place >= FIRST_SECTOR else None for place in places]


def touching(sectors: Sequence[Sector]) -> tuple[NDArray[np.int64], ...]:
    """For each sector the positions of those that touch it, ascending, itself left out.

    Boundaries that were drawn apart leave gaps and slivers, so whatever comes within `TOUCHING_DEGREES` touches.
    """
    outlines = np.array([sector.geometry for sector in sectors], dtype=object)
    of, near = shapely.STRtree(outlines).query(outlines, predicate="dwithin", distance=TOUCHING_DEGREES)
    return tuple(np.sort(near[(of == i) & (near != i)]) for i in range(len(outlines)))
