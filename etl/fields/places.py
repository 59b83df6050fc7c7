"""From the columns that say where something was, in whatever way, to longitude and latitude in WGS 84.

Four forms: degrees, metres of a projected coordinate system, British grid references, and geometry. A place that cannot
be right is marked with what is most likely wrong with it; nothing is repaired.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from harmgrid.gridrefs import BRITISH, DEGREES, square_from_text

Box = tuple[float, float, float, float]  # west, south, east, north
Form = Literal["lonlat", "metres", "gridref", "geometry"]

MARGIN_DEGREES = 0.5  # around the sectors
FIELDS: dict[Form, tuple[str, ...]] = {
    "lonlat": ("lon", "lat"),
    "metres": ("easting", "northing"),
    "gridref": ("gridref",),
    "geometry": ("geometry",),
}

_Numbers = NDArray[np.float64]
_Mask = NDArray[np.bool_]

_DECIMAL = r"^[+-]?\d{1,9}(\.\d{0,20})?$"
_LEAST_METRES = 1000.0  # whoever gives metres gives more than this, whoever gives degrees less


@dataclass(frozen=True, kw_only=True)
class Place:
    """How a source says where something was, and where that may be.

    `bounds` are a box, or `sectors` for the box around the loaded sectors with a margin; without them only the range of
    the numbers is checked.
    """

    form: Form = "lonlat"
    crs: str = ""  # of lonlat, metres and geometry; empty: WGS 84, and of geometry what the file says
    bounds: Box | Literal["sectors"] | None = None

    def box(self, sectors: Box | None) -> Box | None:
        """Where places have to lie, given the box around the sectors; None if that is not known."""
        if self.bounds != "sectors":
            return self.bounds
        if sectors is None:
            return None
        west, south, east, north = sectors
        return west - MARGIN_DEGREES, south - MARGIN_DEGREES, east + MARGIN_DEGREES, north + MARGIN_DEGREES


@dataclass(frozen=True, kw_only=True)
class Located:
    """Where the rows of a batch are: degrees, null without a place or with one that is marked; marks by reason."""

    lon: pa.Array
    lat: pa.Array
    marks: dict[str, _Mask]


def locate(columns: Mapping[str, pa.Array], place: Place, *, crs: str, sectors: Box | None) -> Located:
    """The places that columns give.

    Args:
        columns: trimmed text by field (see `FIELDS`), empty where none; `geometry` is WKB, or its hexadecimal text.
        place: how to read them.
        crs: what the file says of itself, for geometry.
        sectors: the box around the loaded sectors.
    """
    system, marks = place.crs or DEGREES, dict[str, _Mask]()
    if place.form == "geometry":
        system = place.crs or crs
        x, y = _of_geometry(columns["geometry"], marks)
    elif place.form == "gridref":
        system = BRITISH
        x, y = _of_grid_references(columns["gridref"], marks)
    else:
        names = ("longitude", "latitude") if place.form == "lonlat" else ("easting", "northing")
        pair = [columns[field] for field in FIELDS[place.form]]
        x, y = (_decimals(text, name, marks) for text, name in zip(pair, names, strict=True))
        marks["half_a_location"] = _empty(pair[0]) != _empty(pair[1])
    lon, lat = _degrees(x, y, system)
    marks |= _faults((x, y), (lon, lat), system, box=place.box(sectors), judged=place.bounds is not None)
    wrong = np.logical_or.reduce(list(marks.values()))
    without = wrong | np.isnan(lon) | np.isnan(lat)
    return Located(lon=pa.array(lon, mask=without), lat=pa.array(lat, mask=without), marks=marks)


@functools.cache
def is_geographic(crs: str) -> bool:
    """Whether a coordinate system is of degrees.

    Raises:
        pyproj.exceptions.CRSError: there is no such system.
    """
    return bool(CRS.from_user_input(crs).is_geographic)


@functools.cache
def is_projected(crs: str) -> bool:
    """Whether a coordinate system is of metres, or of another length.

    Raises:
        pyproj.exceptions.CRSError: there is no such system.
    """
    return bool(CRS.from_user_input(crs).is_projected)


@functools.cache
def _transformer(crs: str) -> Transformer:
    return Transformer.from_crs(crs, DEGREES, always_xy=True)


def _degrees(x: _Numbers, y: _Numbers, crs: str) -> tuple[_Numbers, _Numbers]:
    """Longitude and latitude in WGS 84; not a number where there are none, and infinite where the system ends."""
    if crs == DEGREES:
        return x, y
    lon, lat = _transformer(crs).transform(x, y, errcheck=False)
    half = np.isnan(x) | np.isnan(y)
    return np.where(half, np.nan, lon), np.where(half, np.nan, lat)


def _faults(
    given: tuple[_Numbers, _Numbers], degrees: tuple[_Numbers, _Numbers], crs: str, *, box: Box | None, judged: bool
) -> dict[str, _Mask]:
    """Marks for places that cannot be right, the likely cause in place of its effect."""
    (x, y), (lon, lat) = given, degrees
    there = ~np.isnan(x) & ~np.isnan(y)
    of_degrees = is_geographic(crs)
    too_far = np.abs(lon) > 180, np.abs(lat) > 90
    inside = _is_inside(lon, lat, box)
    causes = {
        "location_at_zero": there & (x == 0) & (y == 0) & (judged or not of_degrees),
        "degrees_in_metre_columns": there & (np.maximum(np.abs(x), np.abs(y)) <= 180) & (not of_degrees),
        "metres_in_degree_columns": there
        & (np.minimum(np.abs(x), np.abs(y)) >= _LEAST_METRES)
        & (of_degrees and judged),
    }
    causes["degrees_in_metre_columns"] &= ~causes["location_at_zero"]
    explained = np.logical_or.reduce(list(causes.values()))
    if box is not None:
        doubtful = there & ~inside & ~explained
        causes["swapped_axes"] = doubtful & _is_inside(*_degrees(y, x, crs), box)
        explained |= causes["swapped_axes"]
    effects = {
        "longitude_out_of_range": too_far[0],
        "latitude_out_of_range": too_far[1],
        "outside_force_bounds": there & ~inside & ~too_far[0] & ~too_far[1],
    }
    return causes | {reason: mark & ~explained for reason, mark in effects.items()}


def _is_inside(lon: _Numbers, lat: _Numbers, box: Box | None) -> _Mask:
    if box is None:
        return np.ones(len(lon), dtype=np.bool_)
    west, south, east, north = box
    inside: _Mask = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _decimals(text: pa.Array, name: str, marks: dict[str, _Mask]) -> _Numbers:
    """Decimal numbers, not a number where there are none; what is neither that nor empty is marked."""
    readable = pc.match_substring_regex(text, _DECIMAL)
    marks[f"unreadable_{name}"] = ~(readable.to_numpy(zero_copy_only=False) | _empty(text))
    decimals = pc.if_else(readable, text, pa.scalar(None, text.type)).cast(pa.float64())
    numbers: _Numbers = decimals.to_numpy(zero_copy_only=False)
    return numbers


def _empty(text: pa.Array) -> _Mask:
    empty: _Mask = pc.equal(text, "").to_numpy(zero_copy_only=False)
    return empty


def _of_grid_references(text: pa.Array, marks: dict[str, _Mask]) -> tuple[_Numbers, _Numbers]:
    """Easting and northing of the centre of each square."""
    coded = text.dictionary_encode()
    squares = map(square_from_text, coded.dictionary.to_pylist())
    centres = [square.centre if square else (np.nan, np.nan) for square in squares]
    x, y = np.array(centres, dtype=np.float64).reshape(-1, 2)[coded.indices.to_numpy()].T
    marks["unreadable_grid_reference"] = np.isnan(x) & ~_empty(text)
    return x, y


def _of_geometry(column: pa.Array, marks: dict[str, _Mask]) -> tuple[_Numbers, _Numbers]:
    """Coordinates of points as they are, of anything else of a point inside of it."""
    given = pc.fill_null(pc.greater(pc.binary_length(column), 0), fill_value=False).to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are found below
        shapes = shapely.from_wkb(column.to_numpy(zero_copy_only=False), on_invalid="ignore")
    coordinates, of_shape = shapely.get_coordinates(shapes, return_index=True)
    shapes[of_shape[~np.isfinite(coordinates).all(axis=1)]] = None
    shapes[shapely.is_empty(shapes)] = None
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    points = np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.point_on_surface(shapes))
    x, y = shapely.get_x(points), shapely.get_y(points)
    marks["unusable_geometry"] = given & np.isnan(x)
    return x, y
