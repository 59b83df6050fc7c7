"""Files of the demo force: text columns under the headers of the shipped profiles, the same bytes for the same rows."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.estmere.days import Days
from etl.estmere.land import Shapes, degrees_from_km
from etl.estmere.places import Sites
from etl.estmere.plans import AREAS, PLACE_NAMES, PLANS
from harmgrid.types import SYNTHETIC_MARK, month_text

FORCE = f"Estmere Police {SYNTHETIC_MARK}"

Columns = dict[str, NDArray[np.str_]]  # header -> str (row,), all of one length, in the order of the file


def force_column(rows: int) -> NDArray[np.str_]:
    """The name of the force in every row."""
    return np.full(rows, FORCE)


def lon_lat_columns(sites: Sites, site: NDArray[np.intp]) -> Columns:
    """Where each row lies."""
    return {"Longitude": sites.longitude[site], "Latitude": sites.latitude[site]}


def numbered_by_year(prefix: str, days: Days, digits: int) -> NDArray[np.str_]:
    """References such as E21-000123 for rows in the order of their days: the year, then a number within it."""
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    _, first, row = np.unique(years, return_index=True, return_inverse=True)
    numbers = np.arange(days.size) - first[row] + 1
    year_texts = np.char.mod(f"{prefix}%02d-", years % 100)
    return np.char.add(year_texts, np.char.mod(f"%0{digits}d", numbers))


def write_rows(path: Path, columns: Columns) -> None:
    """One CSV file of all rows."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
    write_whole(path, text.getvalue().encode())


def write_months(folder: Path, columns: Columns, month: NDArray[np.int64], months: list[int]) -> None:
    """A file for each of these months, also for one without rows; `month` says in which each row belongs, ascending."""
    folder.mkdir(exist_ok=True)
    for one in months:
        start, stop = np.searchsorted(month, [one, one + 1]).tolist()
        rows = {header: column[start:stop] for header, column in columns.items()}
        write_rows(folder / f"{folder.name}-{month_text(one)}.csv", rows)


def write_sectors(path: Path, sectors: Shapes) -> None:
    """The sectors in WGS84, six decimals; neighbours share every vertex of their common edge."""
    shapes = shapely.orient_polygons(shapely.transform(sectors, degrees_from_km))
    features = [
        {
            "type": "Feature",
            "properties": {
                "sector_id": plan.sector_id,
                "sector_name": plan.name,
                "area_id": plan.sector_id[0],
                "area_name": AREAS[plan.sector_id[0]],
            },
            "geometry": shapely.geometry.mapping(shape),
        }
        for plan, shape in zip(PLANS, shapes, strict=True)
    ]
    collection = {"type": "FeatureCollection", "name": FORCE, "features": features}
    write_whole(path, json.dumps(collection, separators=(",", ":")).encode())


def write_residents(path: Path) -> None:
    """Who lives in each sector."""
    rows = len(PLANS)
    columns = {
        "Level": np.full(rows, "sector"),
        "Area": np.array([plan.sector_id for plan in PLANS]),
        "Residents": np.array([str(plan.residents) for plan in PLANS]),
        "Year": np.full(rows, "2022"),
    }
    write_rows(path, columns)


def write_place_names(path: Path) -> None:
    """What people call places."""
    names, x, y = zip(*PLACE_NAMES, strict=True)
    lon, lat = degrees_from_km(np.column_stack([x, y])).T
    write_rows(path, {"Name": np.array(names), "Longitude": lon, "Latitude": lat})


def write_whole(path: Path, content: bytes) -> None:
    """The file with all of its content or as it was before, never half of it."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
