"""Sector boundaries from a GeoJSON file, from outside and so distrusted."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from harmgrid.errors import UnusableSectors
from harmgrid.sectors import Sector, usable_geometry

MAX_BYTES = 256 * 1024**2
_ID_FIELDS = ("sector_id", "id", "code")
_NAME_FIELDS = ("sector_name", "name")
_DEGREES = ("CRS84", "4326")


def read_sector_file(path: Path, *, told: Callable[[str], object] = lambda _: None) -> list[Sector]:
    """The sectors of a GeoJSON feature collection in longitude and latitude, in the order of their ids.

    `told` hears of each ring that had to be repaired, in a sentence.

    Raises:
        UnusableSectors: no such file, no GeoJSON, another coordinate system, no or repeated ids, or geometry that is of
            no use.
    """
    frame = _frame(path, _collection(path))
    ids = _texts(path, frame, _ID_FIELDS)
    names = _texts(path, frame, _NAME_FIELDS)
    repeated = sorted({sector_id for sector_id in ids if ids.count(sector_id) > 1})
    if repeated:
        raise UnusableSectors(
            came=f"{path.name} with the sector {repeated[0]!r} {ids.count(repeated[0])} times",
            expected="each id once; parts of one sector as a multipolygon",
            do="join the parts, or give them ids of their own",
        )
    for sector_id, name, geometry in zip(ids, names, frame.geometry, strict=True):
        if not shapely.is_valid(geometry):
            told(f"sector {sector_id} ({name}): boundary repaired ({shapely.is_valid_reason(geometry)})")
    sectors = [
        Sector(id=sector_id, name=name, geometry=usable_geometry(name, geometry))
        for sector_id, name, geometry in zip(ids, names, frame.geometry, strict=True)
    ]
    return sorted(sectors, key=lambda sector: sector.id)


def _collection(path: Path) -> dict[str, Any]:
    expected = "a GeoJSON feature collection with at least one sector"
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"{path.stat().st_size:,} bytes, over {MAX_BYTES:,}")
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise UnusableSectors(
            came=f"{path}, which does not read ({error})", expected=expected, do="check the path and the file"
        ) from error
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection" or not data.get("features"):
        raise UnusableSectors(
            came=f"{path.name} without features", expected=expected, do="export the boundaries as GeoJSON"
        )
    crs = json.dumps(data.get("crs") or "CRS84")
    if not any(name in crs for name in _DEGREES):
        grid = ", the British National Grid" if "27700" in crs else ""
        raise UnusableSectors(
            came=f"{path.name} in the coordinate system {crs[:120]}{grid}",
            expected="longitude and latitude in degrees (WGS 84, EPSG:4326)",
            do="convert the file, for example with ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson",
        )
    return data


def _frame(path: Path, collection: dict[str, Any]) -> geopandas.GeoDataFrame:
    try:
        with np.errstate(invalid="ignore"):  # a coordinate of 1e999 is refused later, by the sector's name
            frame = geopandas.GeoDataFrame.from_features(collection["features"], crs="EPSG:4326")
            return frame.set_geometry(frame.geometry.force_2d())
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UnusableSectors(
            came=f"{path.name} with a feature that is no GeoJSON ({error!r})",
            expected="features with properties and a polygon",
            do="export the boundaries again",
        ) from error


def _texts(path: Path, frame: geopandas.GeoDataFrame, fields: tuple[str, ...]) -> list[str]:
    """The first of these properties that the file has, as text."""
    present = [field for field in fields if field in frame.columns]
    if not present:
        raise UnusableSectors(
            came=f"{path.name} with the properties {', '.join(map(str, frame.columns[1:]))}"[:300],
            expected=f"one named {' or '.join(fields)}",
            do="rename the property that holds it",
        )
    texts = ["" if value is None or pd.isna(value) else str(value).strip() for value in frame[present[0]]]
    if not all(texts) or any("\0" in text for text in texts):
        raise UnusableSectors(
            came=f"{path.name} with a sector whose {present[0]} is empty",
            expected="a text for every sector",
            do="fill it in",
        )
    return texts
