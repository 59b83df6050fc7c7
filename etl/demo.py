"""The demo force: a fictional police force as data.police.uk would publish it, for people who have no data yet.

It writes files only. They are loaded, published and served by the same code as real ones. The force lies in the open
North Sea and every name is made up, see demo_land. The same seed gives the same bytes.
"""

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.demo_crimes import CATEGORIES, Crimes, delivered_months, draw_crimes
from etl.demo_land import PLANS, Land, degrees_from_km, draw_land
from etl.demo_places import SnapPoints, draw_snap_points

FORCE = "Estmere Police (synthetic)"
_SLUG = "estmere-synthetic"
_HEADER = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
)  # fmt: skip
_ZIP_TIME = (2024, 2, 1, 0, 0, 0)
_ZIP_LEVEL = 6
_LOST_SHARE = 0.0015  # crimes without a location
_STRAY_SHARE = 0.001  # crimes outside every sector
_STRAYS_KM = (
    (-33.5, 4.0), (-31.5, -12.0), (-32.0, 17.0), (-18.0, 26.5), (2.0, 28.0), (13.0, 28.5), (-12.0, -27.5), (5.0, -28.5),
    (17.0, -28.5), (29.0, 4.5), (30.5, -17.0), (27.5, 12.0),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DemoFiles:
    """Where the demo force lies: the crime archive and the sector boundaries."""

    archive: Path
    sectors: Path


@dataclass(frozen=True, kw_only=True)
class _Places:
    """The four columns that say where, each str (place,): the snap points, then the strays, then nowhere."""

    longitude: NDArray[np.str_]
    latitude: NDArray[np.str_]
    location: NDArray[np.str_]
    lsoa_code: NDArray[np.str_]
    lsoa_name: NDArray[np.str_]


def build_demo(folder: Path, *, seed: int = 20240501) -> DemoFiles:
    """The demo force written to `folder`: about 60,000 crimes in 35 monthly files, and 24 sectors.

    Args:
        folder: made if it is not there; files of an earlier demo in it are replaced.
        seed: the same seed gives the same bytes. It draws streets and crimes; the map is always the same.
    """
    rng = np.random.default_rng(seed)
    land = draw_land()
    points = draw_snap_points(land, rng)
    crimes = draw_crimes(points, rng)
    places = _places(land, points)
    place = _place_of_crime(crimes, len(points.pull), rng)
    rows = _rows(crimes, places, place, _crime_ids(crimes, seed))
    folder.mkdir(parents=True, exist_ok=True)
    files = DemoFiles(archive=folder / "demo-police.zip", sectors=folder / "demo-sectors.geojson")
    _write_whole(files.sectors, _sectors_geojson(land))
    _write_whole(files.archive, _archive(rows, crimes.month))
    return files


def _places(land: Land, points: SnapPoints) -> _Places:
    """Every place that a row can name, written as police.uk writes it."""
    codes, names = _small_area_names(land)
    point, area = shapely.STRtree(land.small_areas).query(shapely.points(points.xy), predicate="within")
    area_of_point = np.zeros(len(points.pull), dtype=np.intp)
    area_of_point[point] = area
    strays = len(_STRAYS_KM)
    degrees = np.char.mod("%.6f", degrees_from_km(np.vstack([points.xy, np.array(_STRAYS_KM)])))  # (place, 2)
    return _Places(
        longitude=np.append(degrees[:, 0], ""),
        latitude=np.append(degrees[:, 1], ""),
        location=np.concatenate([points.location, ["On or near "] * strays, ["No Location"]]),
        lsoa_code=np.concatenate([codes[area_of_point], ["X01900001"] * strays, [""]]),
        lsoa_name=np.concatenate([names[area_of_point], ["Beyond Estmere 001A"] * strays, [""]]),
    )


def _small_area_names(land: Land) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Codes that no statistics office gives out, and names as LSOAs have them, `Marrowick 003B`; both str (area,)."""
    codes = np.array([f"X01{number:06d}" for number in range(1, len(land.small_areas) + 1)])
    districts = np.array([plan.area for plan in PLANS])[land.sector_of_area]
    names = districts.astype("<U64")
    for district in np.unique(districts):
        here = np.flatnonzero(districts == district)
        names[here] = [f"{district} {k // 5 + 1:03d}{'ABCDE'[k % 5]}" for k in range(here.size)]
    return codes, names


def _place_of_crime(crimes: Crimes, points: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Index into the places for each crime, intp (crime,): its snap point, or now and then a stray or nowhere."""
    chance = rng.random(crimes.point.size)
    stray = points + rng.integers(0, len(_STRAYS_KM), crimes.point.size)
    place = np.where(chance < _STRAY_SHARE, stray, crimes.point)
    return np.where(chance > 1 - _LOST_SHARE, points + len(_STRAYS_KM), place)


def _crime_ids(crimes: Crimes, seed: int) -> list[str]:
    """64 hex digits a crime, and nothing for anti-social behaviour, which police.uk gives no ID."""
    has_id = np.array([category.name != "Anti-social behaviour" for category in CATEGORIES])[crimes.category]
    return [
        hashlib.sha256(f"{seed}:{number}".encode()).hexdigest() if known else ""
        for number, known in enumerate(has_id.tolist())
    ]


def _rows(crimes: Crimes, places: _Places, place: NDArray[np.intp], ids: list[str]) -> list[tuple[str, ...]]:
    """Every crime as a row of the archive, in the order of `crimes`."""
    month = np.array([_month_text(int(month)) for month in crimes.month])
    force = [FORCE] * len(ids)
    columns = (
        ids, month, force, force, places.longitude[place], places.latitude[place], places.location[place],
        places.lsoa_code[place], places.lsoa_name[place],
        np.array([category.name for category in CATEGORIES])[crimes.category], crimes.outcome, [""] * len(ids),
    )  # fmt: skip
    return list(zip(*(np.asarray(column).tolist() for column in columns), strict=True))


def _archive(rows: list[tuple[str, ...]], month_of_row: NDArray[np.int64]) -> bytes:
    """The zip file with one CSV a delivered month; its times are fixed, so that the bytes are."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for month in delivered_months():
            text = _month_text(month)
            start, stop = np.searchsorted(month_of_row, [month, month + 1]).tolist()
            entry = zipfile.ZipInfo(f"{text}/{text}-{_SLUG}-street.csv", _ZIP_TIME)
            entry.create_system = 3  # Unix, wherever it is written
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, _csv(rows[start:stop]), zipfile.ZIP_DEFLATED, _ZIP_LEVEL)
    return packed.getvalue()


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    writer.writerows(rows)
    return text.getvalue().encode()


def _sectors_geojson(land: Land) -> bytes:
    """The sectors in WGS84, six decimals; neighbours share every vertex of their common edge."""
    shapes = shapely.orient_polygons(shapely.transform(land.sectors, degrees_from_km))
    features = [
        {
            "type": "Feature",
            "properties": {"sector_id": plan.sector_id, "sector_name": plan.name, "area_name": plan.area},
            "geometry": shapely.geometry.mapping(shape),
        }
        for plan, shape in zip(PLANS, shapes, strict=True)
    ]
    collection = {"type": "FeatureCollection", "name": FORCE, "features": features}
    return json.dumps(collection, separators=(",", ":")).encode()


def _month_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _write_whole(path: Path, content: bytes) -> None:
    """The file with all of its content or as it was before, never half of it."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
