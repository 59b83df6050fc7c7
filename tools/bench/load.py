"""Rows of a street crime file into SQLite, against geopandas, h3 row by row and to_sql."""

import math
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas
import h3
import numpy as np
import pandas as pd

from etl.load import load_source
from etl.profiles import read_profile
from harmgrid import grid
from harmgrid.published import BASE_LEVEL
from harmgrid.recipes import DEFAULT_RECIPE, read_recipe
from harmgrid.records import open_records
from harmgrid.records.boundaries import replace_areas
from harmgrid.sectors import Area, Sector, places_from_points
from harmgrid.types import month_from_text
from tools.bench.invented import SEED, sectors, tile_box
from tools.bench.timing import (
    Comparison,
    Disagreement,
    Line,
    Reach,
    Setting,
    Timing,
    times_faster,
    turn_by_turn,
)

CATEGORIES = ("Burglary", "Robbery", "Drugs", "Vehicle crime", "Anti-social behaviour")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FindCells = Callable[[pd.DataFrame], list[str | None]]
HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
)


def compare(setting: Setting) -> Comparison:
    """A first load into an empty database, on both sides."""
    rows, sample = setting.size(1_000_000, 2_000), setting.size(50_000, 500)
    areas = sectors()
    large = write_rows(setting.scratch / "whole", rows)
    small = write_rows(setting.scratch / "sample", sample)
    load_here(small, setting.scratch / "warm.db", areas)
    turns = setting.size(3, 1)
    ours = turn_by_turn(
        {"ours": lambda turn: load_here(large, setting.scratch / f"ours{turn}.db", areas)}, turns=turns, warm_ups=0
    )["ours"]
    placing = turn_by_turn({"placing": lambda _: place_in_sectors(rows, areas)}, turns=turns)["placing"]
    peers = turn_by_turn(
        {
            find.__name__: lambda _, find=find: load_with_geopandas(small, setting.scratch / "peer.db", areas, find)  # type: ignore[misc]  # the default binds it
            for find in (cells_by_apply, cells_by_loop)
        },
        turns=turns,
    )
    applied, looped = peers["cells_by_apply"], peers["cells_by_loop"]
    _require_same(setting.scratch / "warm.db", setting.scratch / "peer.db")
    together = Timing(tuple(one + other for one, other in zip(ours.seconds, placing.seconds, strict=True)))
    per_second = rows / together.median
    return Comparison(
        title="Load into SQLite",
        how=f"street crime as CSV, {rows:,} rows with a Crime ID of their own or none (one in five) into an empty "
        "database: read in a child process, validated, put on hexagons, indexed, accounted for. harmgrid finds the "
        "sector when it publishes, not when it loads; that is timed by itself and added. The peer: pandas reads the "
        f"CSV, checks month, category and box by column, geopandas joins the sectors, h3 is called row by row in two "
        f"ways, `to_sql` writes, two indexes; it gets {sample:,} rows of the same kind and is scaled by the row, which "
        "favours it where indexes grow. It keeps no rejects, no receipt, and cannot load the same file twice.",
        lines=(
            Line(what="harmgrid, load", timing=ours, turns_of=rows),
            Line(what="harmgrid, finding sectors", timing=placing, turns_of=rows),
            Line(what="harmgrid, both", timing=together, turns_of=rows),
            Line(what="geopandas, h3 by `apply` on rows, to_sql", timing=applied, turns_of=sample),
            Line(what="geopandas, h3 in a loop over two lists, to_sql", timing=looped, turns_of=sample),
        ),
        reaches=(
            Reach(
                what="rows a second, sectors included",
                wanted="at least 50,000",
                found=f"{per_second:,.0f}",
                met=per_second >= 50_000,
            ),
            times_faster("against geopandas and `apply`, by the row", per_second / (sample / applied.median), 20),
            times_faster("against geopandas and a loop, by the row", per_second / (sample / looped.median), 20),
        ),
    )


def write_rows(folder: Path, rows: int, month: str = "2022-03") -> Path:
    """A file of that many rows of a month; one in five has no Crime ID, one in fifty no location."""
    folder.mkdir(exist_ok=True)
    random = np.random.default_rng([SEED, month_from_text(month)])
    path = folder / f"{month}-havenshire-street.csv"
    west, south, east, north = tile_box()
    lon, lat = random.uniform(west, east, rows), random.uniform(south, north, rows)
    category = random.integers(0, len(CATEGORIES), rows)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for number in range(rows):
            kind = CATEGORIES[category[number]]
            reference = "" if kind == CATEGORIES[-1] else f"{month}{number:057x}"
            where = "," if number % 50 == 0 else f"{lon[number]:.6f},{lat[number]:.6f}"
            file.write(
                f"{reference},{month},Havenshire Police (synthetic),Havenshire Police (synthetic),{where},"
                f"On or near Quay Lane,X01000001,Havenshire 001A,{kind},Under investigation,\n"
            )
    return path


def load_here(path: Path, database: Path, areas: tuple[Sector, ...]) -> None:
    """What `harmgrid load` does, sectors first."""
    records = open_records(f"sqlite:///{database}")
    replace_areas(
        records,
        BASE_LEVEL,
        [Area(level=BASE_LEVEL, id=area.id, name=area.name, geometry=area.geometry) for area in areas],
    )
    receipt = load_source(
        records,
        read_profile("police-uk"),
        path,
        read_recipe(DEFAULT_RECIPE),
        now=lambda: NOW,
        progress=lambda _, __: None,
    )
    if receipt.total.loaded != receipt.total.read:
        raise Disagreement(f"rows were rejected: {receipt.total.reasons}")


def place_in_sectors(rows: int, areas: tuple[Sector, ...]) -> None:
    """The sector of as many points as there are rows, in the same box."""
    random = np.random.default_rng(SEED)
    west, south, east, north = tile_box()
    places_from_points(areas, random.uniform(west, east, rows), random.uniform(south, north, rows))


def cells_by_apply(table: pd.DataFrame) -> list[str | None]:
    """As a notebook has it: a function of the row."""

    def cell(row: Any) -> str | None:
        if math.isnan(row["Longitude"]):
            return None
        return str(h3.latlng_to_cell(row["Latitude"], row["Longitude"], grid.BASE_RESOLUTION))

    found: Any = table
    return list(found.apply(cell, axis=1))  # the stubs know no function that may give None


def cells_by_loop(table: pd.DataFrame) -> list[str | None]:
    """The same without a pandas row in between."""
    return [
        None if math.isnan(lon) else h3.latlng_to_cell(lat, lon, grid.BASE_RESOLUTION)
        for lon, lat in zip(table["Longitude"].tolist(), table["Latitude"].tolist(), strict=True)
    ]


def load_with_geopandas(path: Path, database: Path, areas: tuple[Sector, ...], find_cells: FindCells) -> None:
    """What one would write in a notebook, with care for what costs nothing."""
    database.unlink(missing_ok=True)
    frame = pd.read_csv(path, dtype={"Crime ID": str})
    frame["checked_month"] = pd.to_datetime(frame["Month"], format="%Y-%m").dt.strftime("%Y-%m")
    west, south, east, north = tile_box()
    inside = frame["Longitude"].between(west, east) & frame["Latitude"].between(south, north)
    frame = frame[frame["Crime type"].isin(CATEGORIES) & (inside | frame["Longitude"].isna())]
    points = geopandas.GeoDataFrame(
        frame, geometry=geopandas.points_from_xy(frame["Longitude"], frame["Latitude"]), crs="EPSG:4326"
    )
    outlines = geopandas.GeoDataFrame(
        {"sector": [area.id for area in areas]}, geometry=[area.geometry for area in areas], crs="EPSG:4326"
    )
    placed = points.sjoin(outlines, how="left", predicate="within").drop(columns=["geometry", "index_right"])
    table = pd.DataFrame(placed)
    table["cell"] = find_cells(table)
    with closing(sqlite3.connect(database)) as connection:
        table.to_sql("events", connection, index=False)
        connection.execute('CREATE INDEX by_reference ON events ("Crime ID")')
        connection.execute("CREATE INDEX by_place ON events (checked_month, cell)")
        connection.commit()


def _require_same(ours: Path, peer: Path) -> None:
    counted = []
    for path, query in (
        (ours, "SELECT count(*), count(lon), count(DISTINCT NULLIF(cell, 0)) FROM events"),
        (peer, 'SELECT count(*), count("Longitude"), count(DISTINCT cell) FROM events'),
    ):
        with closing(sqlite3.connect(path)) as connection:
            counted.append(connection.execute(query).fetchone())
    if counted[0] != counted[1]:
        raise Disagreement(f"rows, rows with a place, cells: {counted[0]} here, {counted[1]} there")
