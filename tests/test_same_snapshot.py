"""The same records give the same snapshot, in however many files, whatever order and format they came."""

import csv
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas
import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.load import load_source
from etl.profiles import read_profile
from harmgrid.recipes import DEFAULT_RECIPE, read_recipe
from harmgrid.records import Records, open_records
from harmgrid.snapshot import Store
from tests.handmere import FOLDER, NOW, SOURCES, load_file, load_handmere, publish_handmere

SCORING = read_recipe(DEFAULT_RECIPE)
LOADED_ANEW = ("recorded-crime", "involvements", "memberships", "homes")


def version(records: Records, folder: Path) -> str:
    publish_handmere(records, folder)
    return Store(directory=folder).current()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("expected")
    records = open_records(f"sqlite:///{folder}/records.sqlite")
    load_handmere(records)
    return version(records, folder)


@pytest.fixture(scope="module")
def without_anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all sources but those that the tests load."""
    path = tmp_path_factory.mktemp("without") / "records.sqlite"
    load_handmere(open_records(f"sqlite:///{path}"), [name for name in SOURCES if name not in LOADED_ANEW])
    return path


def copied(database: Path, folder: Path) -> Records:
    return open_records(f"sqlite:///{shutil.copy(database, folder / 'records.sqlite')}")


def read_rows(source: str) -> list[dict[str, str]]:
    with (FOLDER / SOURCES[source][0]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@given(seed=st.integers(0, 10_000), files=st.integers(1, 5))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_splitting_shuffling_and_reloading_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, without_anew: Path, expected: str, *, seed: int, files: int
) -> None:
    order = random.Random(seed)  # noqa: S311 - no secret
    folder = tmp_path_factory.mktemp("shuffled")
    records = copied(without_anew, folder)
    loads = []
    for source in LOADED_ANEW:
        rows = read_rows(source)
        order.shuffle(rows)
        parts = [rows[i::files] for i in range(files)] if source in {"recorded-crime", "involvements"} else [rows]
        loads += [(source, write_csv(folder / f"{source}-{i}.csv", part)) for i, part in enumerate(parts) if part]
    order.shuffle(loads)
    for source, path in [*loads, *order.sample(loads, len(loads) // 2)]:
        load_file(records, source, path)
    assert version(records, folder) == expected


def write_xlsx(path: Path, rows: list[dict[str, str]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([float(value) if name in {"Longitude", "Latitude"} else value for name, value in row.items()])
    book.save(path)
    return path


def write_parquet(path: Path, rows: list[dict[str, str]]) -> Path:
    pa.parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


def write_points(path: Path, rows: list[dict[str, str]]) -> Path:
    points = [shapely.Point(float(row["Longitude"]), float(row["Latitude"])) for row in rows]
    columns = [{name: row[name] for name in row if name not in {"Longitude", "Latitude"}} for row in rows]
    geopandas.GeoDataFrame(columns, geometry=points, crs="EPSG:4326").to_file(path)
    return path


def write_semicolons(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_either_database_gives_the_same_snapshot(database_url: str, tmp_path: Path, expected: str) -> None:
    records = open_records(database_url)
    load_handmere(records)
    assert version(records, tmp_path) == expected


Write = Callable[[Path, list[dict[str, str]]], Path]
FORMATS: dict[str, tuple[Write, str]] = {  # by suffix
    "csv": (write_semicolons, 'format = "csv"\ndelimiter = ";"\nencoding = "cp1252"'),
    "xlsx": (write_xlsx, 'format = "xlsx"'),
    "parquet": (write_parquet, 'format = "parquet"'),
    "gpkg": (write_points, 'format = "gpkg"'),
    "geojson": (write_points, 'format = "geojson"'),
    "fgb": (write_points, 'format = "fgb"'),
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_another_format_changes_nothing(tmp_path: Path, without_anew: Path, expected: str, suffix: str) -> None:
    write, read = FORMATS[suffix]
    shipped = Path(__file__).parents[1] / "etl" / "profiles" / "recorded-crime.toml"
    text = shipped.read_text(encoding="utf-8").replace('format = "csv"', read).replace('"*.csv"', f'"*.{suffix}"')
    if write is write_points:
        text = text.replace('lon = "Longitude"\nlat = "Latitude"\n', "")
        text = text.replace("[place]\n", '[place]\nform = "geometry"\n')
    profile = tmp_path / "profile.toml"
    profile.write_text(text, encoding="utf-8")
    records = copied(without_anew, tmp_path)
    for source in set(LOADED_ANEW) - {"recorded-crime"}:
        load_file(records, source, FOLDER / SOURCES[source][0])
    path = write(tmp_path / f"recorded-crime.{suffix}", read_rows("recorded-crime"))
    receipt = load_source(
        records, read_profile(str(profile)), path, SCORING, now=lambda: NOW, progress=lambda *_: None
    ).total
    assert (receipt.loaded, receipt.reasons) == (9, {"offence_damaged": 1})
    assert version(records, tmp_path) == expected
