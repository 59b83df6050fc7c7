"""Boundaries of sectors and other areas, from files of any format, from outside and so distrusted.

A file is taken whole or not at all: a map that lacks a sector is worse than no map.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj
import shapely
from numpy.typing import NDArray

from etl.fields.dates import days_from_text
from etl.profiles import Profile
from etl.reading import Member, open_source
from etl.rows import require_columns
from harmgrid.errors import UnusableSectors
from harmgrid.sectors import Area, usable_geometry

_DEGREES = "EPSG:4326"
_TEXTS = ("id", "name", "level", "parent_level", "parent", "parent_name")
_DAYS: dict[str, int | None] = {"valid_from": 0, "valid_to": None}  # and what an empty one means


def read_areas_file(path: Path, profile: Profile, *, told: Callable[[str], object] = lambda _: None) -> list[Area]:
    """The areas of a source, in longitude and latitude, in the order of their ids.

    `told` hears of each ring that had to be repaired, in a sentence.

    Raises:
        UnusableSectors: no areas, an empty or repeated id, or geometry that is of no use.
        UnreadableSource, UnknownColumn: a file that cannot be read, or lacks a column that the profile names.
    """
    found: list[Area] = []
    with open_source(path, profile.read) as source:
        for member in source.members:
            require_columns(member, profile)
            for batch in source.batches(member):
                if batch.damaged:
                    raise _unusable(member, "with rows that are damaged", "whole rows", "save the file anew")
                texts = {field: _texts(profile, member, batch.columns, field) for field in _TEXTS}
                geometry = _geometry(profile, member, batch.columns["geometry"])
                days = {field: _days(profile, member, batch.columns, field) for field in _DAYS}
                found += [
                    _area(member, row, shape, told) for row, shape in zip(_rows(texts | days), geometry, strict=True)
                ]
    if not found:
        raise UnusableSectors(
            came=f"{path.name} without areas", expected="at least one", do="export the boundaries again"
        )
    ids = [(area.id, area.valid_from) for area in found]
    repeated = sorted({area for area in ids if ids.count(area) > 1})
    if repeated:
        raise UnusableSectors(
            came=f"{path.name} with the area {repeated[0][0]!r} {ids.count(repeated[0])} times",
            expected="each id once; parts of one area as a multipolygon",
            do="join the parts, or give them ids of their own",
        )
    return sorted(found, key=lambda area: (area.id, area.valid_from))


def _texts(profile: Profile, member: Member, columns: dict[str, pa.Array], field: str) -> list[str]:
    """A field of every row, trimmed."""
    origin = profile.fields.get(field)
    present = origin.present(member.columns) if origin else ()
    if not present:
        return [profile.fixed.get(field, "")] * len(columns["geometry"])
    values = zip(*(columns[name].to_pylist() for name in present), strict=True)
    return ["|".join(text.strip() for text in row) for row in values]


def _days(profile: Profile, member: Member, columns: dict[str, pa.Array], field: str) -> list[int | None]:
    """A day of every row; where the file does not say, ever since and for ever."""
    texts = _texts(profile, member, columns, field)
    parsed = days_from_text(pa.array(texts, pa.string()), profile.formats, profile.zone)
    days: list[int | None] = parsed.local.to_pylist()
    wrong = next((text for text, day in zip(texts, days, strict=True) if text and day is None), None)
    if wrong is not None:
        raise _unusable(member, f"with {wrong[:40]!r} as {field}", "a date, as in 2024-04-01", "correct it")
    return [day if text else _DAYS[field] for text, day in zip(texts, days, strict=True)]


def _rows(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _geometry(profile: Profile, member: Member, column: pa.Array) -> NDArray[np.object_]:
    """Shapes in degrees."""
    with np.errstate(invalid="ignore"):  # a corner that is no number is refused with the name of its area
        shapes: NDArray[np.object_] = shapely.from_wkb(np.array(column.to_pylist(), dtype=object), on_invalid="ignore")
    crs = (profile.place.crs if profile.place else "") or member.crs
    if not crs or pyproj.CRS(crs) == pyproj.CRS(_DEGREES):
        return shapes
    to_degrees = pyproj.Transformer.from_crs(crs, _DEGREES, always_xy=True)
    degrees: NDArray[np.object_] = shapely.transform(
        shapes, lambda points: np.column_stack(to_degrees.transform(points[:, 0], points[:, 1]))
    )
    return degrees


def _area(member: Member, row: dict[str, Any], shape: Any, told: Callable[[str], object]) -> Area:
    if not row["id"] or not row["name"] or any("\0" in row[field] for field in _TEXTS):
        raise _unusable(member, "with an area whose id or name is empty", "a text for every area", "fill it in")
    if shape is not None and not shapely.is_valid(shape):
        told(f"{row['level']} {row['id']} ({row['name']}): boundary repaired ({shapely.is_valid_reason(shape)})")
    return Area(**row, geometry=usable_geometry(row["name"], shape))


def _unusable(member: Member, how: str, expected: str, do: str) -> UnusableSectors:
    return UnusableSectors(came=f"{member.name}, {how}", expected=expected, do=do)
