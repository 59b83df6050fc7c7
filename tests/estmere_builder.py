"""The demo force read back from its files with other means than those that wrote it, for the tests of two modules."""

import csv
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from etl.estmere import DemoFiles, build_demo

SUSPECTS = ("suspect", "charged", "offender")


@dataclass(frozen=True, kw_only=True)
class Estmere:
    """The files of one demo, every column as text."""

    files: DemoFiles
    tables: dict[str, pd.DataFrame]  # profile -> rows
    sectors: NDArray[np.object_]  # (sector,)
    sector_ids: list[str]

    @property
    def crimes(self) -> pd.DataFrame:
        """Recorded crime, with the sector that each lies in ("" for none) and its points."""
        return self.tables["recorded-crime"]

    def crimes_of(self, kind: str) -> pd.Series:
        """Which crimes have a suspect who was a member of such a group on the day, bool (crime,)."""
        involved = self.tables["involvements"]
        members = self.tables["memberships"].merge(self.tables["groups"][["Group", "Kind"]], on="Group")
        members = members[(members["Role"] != "associate") & (members["Kind"] == kind)]
        linked = (
            involved[involved["Role"].isin(SUSPECTS)]
            .merge(self.crimes[["Crime number", "Date"]], on="Crime number")
            .merge(members, on="Nominal")
        )
        on_day = (linked["From"] <= linked["Date"]) & ((linked["To"] == "") | (linked["Date"] <= linked["To"]))
        return self.crimes["Crime number"].isin(linked.loc[on_day, "Crime number"])


def build_estmere(folder: Path) -> Estmere:
    """The whole demo force, written to a folder and read back."""
    written = build_demo(folder)
    tables = {profile: read_rows(path) for profile, path in written.sources if profile != "sectors"}
    features = json.loads((folder / "sectors.geojson").read_bytes())["features"]
    sectors = np.array([shapely.geometry.shape(feature["geometry"]) for feature in features], dtype=object)
    ids = [feature["properties"]["sector_id"] for feature in features]
    crimes = tables["recorded-crime"]
    crimes["sector"] = sectors_of(crimes, sectors, ids)
    crimes["points"] = crimes["Offence code"].map(css_points()).fillna(0.0)
    return Estmere(files=written, tables=tables, sectors=sectors, sector_ids=ids)


def read_rows(path: Path) -> pd.DataFrame:
    """The rows of a file, or of all files of a folder in the order of their names."""
    parts = sorted(path.iterdir()) if path.is_dir() else [path]
    return pd.concat([pd.read_csv(part, dtype=str, keep_default_na=False) for part in parts], ignore_index=True)


def lon_lat(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Longitude and latitude, NaN where there are none, float64 (row, 2)."""
    return np.asarray(rows[["Longitude", "Latitude"]].apply(pd.to_numeric), dtype=np.float64)


def sectors_of(rows: pd.DataFrame, sectors: NDArray[np.object_], ids: list[str]) -> NDArray[np.object_]:
    """The id of the sector that each row lies in, "" for none."""
    row, found = shapely.STRtree(sectors).query(
        shapely.points(np.nan_to_num(lon_lat(rows), nan=999.0)), predicate="within"
    )
    of_row = np.full(len(rows), "", dtype=object)
    of_row[row] = np.array(ids)[found]
    return of_row


def css_points() -> dict[str, float]:
    """What each offence code weighs."""
    with (files("harmgrid") / "data" / "css_2020.csv").open(encoding="utf-8") as table:
        return {row["code"]: float(row["points"]) for row in csv.DictReader(table)}
