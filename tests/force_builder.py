"""A force small enough to add up by hand, in the open sea: three sectors, twenty events, one of five months missing.

Where the events are, `month: place: category x times` (B burglary, R robbery, S shoplifting, A anti-social behaviour):

    2022-01: A1: B x 2;  B2: B
    2022-02: A1: S x 3;  B2: R;  no location: B
    2022-03: never delivered
    2022-04: A1: B, A x 4;  C3: B;  outside every sector: R
    2022-05: B2: R x 2;  C3: B;  no location: A;  outside every sector: S

    A1: 10 events, 3 B + 3 S;  B2: 4, B + 3 R;  C3: 2, 2 B;  no location: 2, B;  outside: 2, R + S;
    in all 20, 7 B + 4 R + 4 S
"""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COLUMNS = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
)  # fmt: skip
ROOT = Path(__file__).resolve().parent.parent
NAME = "Testmere Police"
MONTHS = ("2022-01", "2022-02", "2022-03", "2022-04", "2022-05")
MISSING = "2022-03"
WHOLE = "2022-01..2022-05"
B, R, S, A = "Burglary", "Robbery", "Shoplifting", "Anti-social behaviour"
SECTOR_IDS = ("A1", "B2", "C3")
SECTOR_NAMES = ("Ashby Quay", "Braeholm", "Cøld & <b>Ness</b>")
NOWHERE, OUTSIDE = "no location", "outside"
# Sectors are squares of a tenth of a degree, side by side from 3 degrees east; longitude and latitude of the events:
POINTS = {
    "A1": ("3.02", "56.03"),
    "A1 too": ("3.08", "56.07"),
    "B2": ("3.15", "56.05"),
    "C3": ("3.25", "56.05"),
    NOWHERE: ("", ""),
    OUTSIDE: ("3.5", "56.05"),
}
EVENTS = (
    ("2022-01", "A1", B, 1), ("2022-01", "A1 too", B, 1), ("2022-01", "B2", B, 1),
    ("2022-02", "A1 too", S, 3), ("2022-02", "B2", R, 1), ("2022-02", NOWHERE, B, 1),
    ("2022-04", "A1", B, 1), ("2022-04", "A1", A, 4), ("2022-04", "C3", B, 1), ("2022-04", OUTSIDE, R, 1),
    ("2022-05", "B2", R, 2), ("2022-05", "C3", B, 1), ("2022-05", NOWHERE, A, 1), ("2022-05", OUTSIDE, S, 1),
)  # fmt: skip
WEIGHTS = ROOT / "harmgrid" / "data" / "police_uk_category_mean_css2020.csv"


def points(**events: int) -> float:
    """Harm points of so many events of each category, B, R, S and A, by the published weights: `points(B=3, S=3)`."""
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        weight = {row["policeuk_cat"]: float(row["mean_css_weight"]) for row in csv.DictReader(file)}
    each = {"B": weight["Burglary"], "R": weight["Robbery"], "S": weight["Shoplifting"], "A": 0.0}
    return sum(times * each[category] for category, times in events.items())


@dataclass(frozen=True, kw_only=True)
class Force:
    """A published force: its data folder, and the files that it was made from."""

    data_dir: Path
    archive: Path
    sectors: Path


def build_force(folder: Path) -> Force:
    """The small force, loaded and published through the command line."""
    force = Force(
        data_dir=folder / "data",
        archive=write_archive(folder / "testmere.zip", rows()),
        sectors=write_sectors(folder / "sectors.geojson"),
    )
    run("load", "police-uk", str(force.archive), "--sectors", str(force.sectors), data_dir=force.data_dir)
    run("publish", data_dir=force.data_dir)
    return force


def rows(force: str = NAME) -> Iterator[dict[str, str]]:
    """The twenty events as rows of police.uk; anti-social behaviour has no Crime ID there."""
    number = 0
    for month, place, category, times in EVENTS:
        lon, lat = POINTS[place]
        for _ in range(times):
            number += 1
            yield dict.fromkeys(COLUMNS, "") | {
                "Crime ID": "" if category == A else f"{number:064x}",
                "Month": month,
                "Reported by": force,
                "Falls within": force,
                "Longitude": lon,
                "Latitude": lat,
                "Crime type": category,
            }


def write_archive(path: Path, of_rows: Iterable[Mapping[str, str]]) -> Path:
    """A zip archive with one CSV file for each month that has a row."""
    by_month: dict[str, list[Mapping[str, str]]] = {}
    for row in of_rows:
        by_month.setdefault(row["Month"], []).append(row)
    with zipfile.ZipFile(path, "w") as archive:
        for month, found in by_month.items():
            archive.writestr(f"{month}/{month}-testmere-street.csv", csv_text(found))
    return path


def csv_text(of_rows: Iterable[Mapping[str, str]], columns: Iterable[str] = COLUMNS) -> str:
    """These rows under a header of these columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, tuple(columns), extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(of_rows)
    return text.getvalue()


def write_sectors(path: Path, *, west: float = 3.0, south: float = 56.0, side: float = 0.1, **members: Any) -> Path:
    """The three sectors side by side as GeoJSON, with more members of the collection if there are any."""
    features = []
    for i, (sector_id, name) in enumerate(zip(SECTOR_IDS, SECTOR_NAMES, strict=True)):
        left, right = west + i * side, west + (i + 1) * side
        ring = [[left, south], [right, south], [right, south + side], [left, south + side], [left, south]]
        features.append(
            {
                "type": "Feature",
                "properties": {"sector_id": sector_id, "sector_name": name},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    collection = {"type": "FeatureCollection", "features": features, **members}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """This process's environment, with these settings and no other."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HARMGRID_")}
    return inherited | {"HARMGRID_DATA_DIR": str(data_dir)} | settings


def program() -> str:
    """The path of the installed command."""
    return str(Path(sys.executable).with_name("harmgrid"))


def run(*words: str, data_dir: Path, status: int = 0, **settings: str) -> subprocess.CompletedProcess[str]:
    """A harmgrid command, run to its end, which must be with this status."""
    done = subprocess.run(
        [program(), *words],
        env=environment(data_dir, **settings),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == status, f"harmgrid {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done
