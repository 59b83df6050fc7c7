"""Small archives of street crime and small maps of sectors, written as a test needs them, and the records read back.

The places are invented and lie in the open North Sea: Westhaven and Easthaven are two squares that share the edge at
3.1 degrees east.
"""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import shapely
import sqlalchemy as sa

from etl.load import LoadReceipt, load_source
from etl.profiles import read_profile
from etl.publish import publish
from harmgrid.published import BASE_LEVEL
from harmgrid.recipes import DEFAULT_RECIPE, Scoring, read_recipe
from harmgrid.records import Records, open_records
from harmgrid.records.boundaries import replace_areas
from harmgrid.sectors import Area
from harmgrid.snapshot import Store
from harmgrid.types import Receipt

BURGLARY, ROBBERY = 377.4699379468708, 799.628870231477  # mean CSS weights of the table in harmgrid/data
COLUMNS = (
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
)
HEADER = ",".join(COLUMNS)
FORCE = "Havenshire Police"
MARCH = "2022-03-havenshire-street.csv"
APRIL = "2022-04-havenshire-street.csv"
MAY = "2022-05-havenshire-street.csv"
ASB = "Anti-social behaviour"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

WEST = (3.05, 55.05)  # in Westhaven
EAST = (3.15, 55.05)  # in Easthaven
SEA = (3.5, 55.05)  # in neither

Row = dict[str, str]
Feature = dict[str, Any]


def crime(reference: str = "", /, at: tuple[float, float] | None = WEST, **changes: str) -> Row:
    """A burglary of March 2022 in Westhaven; `changes` name columns with underscores, as in Crime_type."""
    lon, lat = (f"{at[0]:.6f}", f"{at[1]:.6f}") if at else ("", "")
    row = {
        "Crime ID": reference,
        "Month": "2022-03",
        "Reported by": FORCE,
        "Falls within": FORCE,
        "Longitude": lon,
        "Latitude": lat,
        "Location": "On or near Quay Lane",
        "LSOA code": "X01000001",
        "LSOA name": "Havenshire 001A",
        "Crime type": "Burglary",
        "Last outcome category": "Under investigation",
        "Context": "",
    }
    unknown = {name.replace("_", " ") for name in changes} - row.keys()
    assert not unknown, unknown
    return row | {name.replace("_", " "): value for name, value in changes.items()}


def asb(**changes: Any) -> Row:
    """Anti-social behaviour, which has no Crime ID and no outcome."""
    return crime("", **({"Crime_type": ASB, "Last_outcome_category": ""} | changes))


def csv_text(rows: Iterable[Row], line_end: str = "\n") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_csv(path: Path, rows: Iterable[Row]) -> Path:
    path.write_text(csv_text(rows), encoding="utf-8", newline="")
    return path


def write_archive(
    path: Path, files: Mapping[str, Sequence[Row] | str | bytes], method: int = zipfile.ZIP_DEFLATED
) -> Path:
    """A zip archive of these files; a name without a folder stands in the folder of its month, as at the origin."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            inside = name if "/" in name else f"{name[:7]}/{name}"
            archive.writestr(inside, content if isinstance(content, str | bytes) else csv_text(content))
    return path


def square(sector_id: str, name: str, west: float, south: float, east: float, north: float) -> Feature:  # noqa: PLR0917 - four edges
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"sector_id": sector_id, "sector_name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def havens() -> list[Feature]:
    """Westhaven (W1) and Easthaven (E1)."""
    return [square("W1", "Westhaven", 3.0, 55.0, 3.1, 55.1), square("E1", "Easthaven", 3.1, 55.0, 3.2, 55.1)]


def write_sectors(path: Path, features: Sequence[Any], **members: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **members}), encoding="utf-8")
    return path


def area(feature: Feature, **changes: Any) -> Area:
    """A sector of the records; `changes` are of its fields, as in level or parent."""
    names = {"id": feature["properties"]["sector_id"], "name": feature["properties"]["sector_name"]}
    geometry: Any = shapely.geometry.shape(feature["geometry"])
    return Area(**{"level": BASE_LEVEL, "geometry": geometry} | names | changes)


def take_sectors(records: Records, features: Sequence[Feature]) -> Receipt:
    """Put these sectors into the records, in place of those that are there."""
    return replace_areas(records, BASE_LEVEL, [area(feature) for feature in features])


@cache
def default_recipe() -> Scoring:
    return read_recipe(DEFAULT_RECIPE)


def load(records: Records, path: Path) -> LoadReceipt:
    profile = read_profile("police-uk")
    return load_source(records, profile, path, default_recipe(), now=lambda: NOON, progress=lambda _, __: None)


def publish_records(records: Records, folder: Path, now: datetime = NOON) -> str:
    """Publish the records into the store of a folder; the version."""
    return publish(records, Store(directory=folder), default_recipe(), now=now, progress=lambda _: None)


def figures(receipt: Receipt) -> tuple[int, int, int, int, int, int]:
    """Read, loaded, updated, unchanged, rejected, withdrawn."""
    names = ("read", "loaded", "updated", "unchanged", "rejected", "withdrawn")
    read, loaded, updated, unchanged, rejected, withdrawn = (getattr(receipt, name) for name in names)
    return read, loaded, updated, unchanged, rejected, withdrawn


def table(records: Records, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query, read with the databases' own drivers and not with harmgrid's."""
    if records.url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(f"file:{records.url.database}?mode=ro", uri=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()
    url = records.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as reader:
        return reader.execute(sa.text(query).text.encode()).fetchall()


def contents(records: Records) -> dict[str, list[tuple[Any, ...]]]:
    """All that the records hold but ids and loads, in an order of its own: equal records have equal contents."""
    return {
        "events": table(
            records,
            "SELECT reference, ordinal, f.name, row_number, kind, month, day, category, offence, incident, status,"
            " lon, lat, cell, location, lsoa_code, lsoa_name, outcome, context, reported_by, falls_within, details"
            " FROM events JOIN files f ON f.id = file_id ORDER BY reference",
        ),
        "rejects": table(
            records,
            "SELECT f.name, row_number, reasons, raw FROM rejects JOIN files f ON f.id = file_id ORDER BY 1, 2",
        ),
        "deliveries": table(records, "SELECT month FROM deliveries ORDER BY month"),
        "files": table(records, "SELECT name FROM files ORDER BY name"),
        "areas": [
            (*texts, bytes(shape))
            for *texts, shape in table(
                records,
                "SELECT level, id, valid_from, valid_to, name, parent_level, parent, parent_name, geometry"
                " FROM areas ORDER BY level, id, valid_from",
            )
        ],
    }


def load_havens(url: str, folder: Path) -> Records:
    """March: 2 burglaries and 3 ASB in the west, 1 robbery in the east. May: 1 robbery at sea, 1 burglary nowhere."""
    records = open_records(url)
    take_sectors(records, havens())
    march = [crime("a"), crime("b"), *[asb()] * 3, crime("c", at=EAST, Crime_type="Robbery")]
    may = [crime("d", at=SEA, Month="2022-05", Crime_type="Robbery"), crime("e", at=None, Month="2022-05")]
    load(records, write_archive(folder / "a.zip", {MARCH: march, MAY: may}))
    return records
