"""Published files of other layouts, by a profile alone, against counts by Python's csv and json modules."""

import csv
import gzip
import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from etl.boundaries import read_areas_file
from etl.profiles import Profile, read_profile
from etl.reading import open_source
from etl.rows import Known, require_columns, rows_from
from harmgrid.types import Reject, month_text

PROFILES = Path(__file__).resolve().parents[1] / "data" / "profiles"


def read(path: Path, profile: Profile) -> tuple[pa.Table, list[Reject]]:
    tables, rejects = [], []
    with open_source(path, profile.read) as source:
        (member,) = source.members
        require_columns(member, profile)
        for batch in source.batches(member):
            judged = rows_from(batch, profile, member, Known())
            tables.append(judged.table)
            rejects += judged.rejects
    return pa.concat_tables(tables), rejects


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", sorted(PROFILES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_profile_of_the_tests_is_named_as_its_source(path: Path) -> None:
    assert read_profile(path).source == path.stem


def test_shootings_of_philadelphia_are_discharges(real_data: Path) -> None:
    path = real_data / "phila-shootings" / "phila_shooting_victims.csv.gz"
    table, rejects = read(path, read_profile(PROFILES / "phila-shootings.toml"))
    rows = rows_of(path)
    assert rejects == []
    assert table.num_rows == len(rows) == 14_861
    assert table["reference"].to_pylist() == [row["objectid"] for row in rows]
    assert len(set(table["incident"].to_pylist())) == len({row["dc_key"] for row in rows}) == 13_455
    assert table["day"].cast(pa.date32()).to_pylist() == [date.fromisoformat(row["date"]) for row in rows]
    assert [month_text(month) for month in table["month"].to_pylist()] == [row["date"][:7] for row in rows]
    assert table["lon"].null_count == sum(not row["lng"] for row in rows) == 574
    assert table["lat"].to_pylist() == [float(row["lat"]) if row["lat"] else None for row in rows]


def test_searches_of_northumbria_are_of_their_local_months(real_data: Path) -> None:
    path = real_data / "northumbria-stop-search" / "northumbria_stop_and_search.csv.gz"
    table, rejects = read(path, read_profile(PROFILES / "northumbria-stop-search.toml"))
    rows = rows_of(path)
    assert rejects == []
    assert table.num_rows == len(rows) == 12_861
    local = [datetime.fromisoformat(row["Date"]).astimezone(ZoneInfo("Europe/London")).date() for row in rows]
    assert table["day"].cast(pa.date32()).to_pylist() == local
    months = Counter(month_text(month) for month in table["month"].to_pylist())
    assert months == Counter(f"{day:%Y-%m}" for day in local)
    assert "2022-01" not in months
    assert table["category"].to_pylist().count("Firearms") == 90
    assert np.isfinite(table["lon"].to_numpy()).all()


def test_wards_are_areas_of_a_level_of_their_own(real_data: Path) -> None:
    path = real_data / "northumbria-boundaries" / "wards_2013.geojson"
    areas = read_areas_file(path, read_profile(PROFILES / "wards-2013.toml"))
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    expected = sorted((ward["properties"]["WD13CD"], ward["properties"]["WD13NM"]) for ward in features)
    assert [(area.id, area.name) for area in areas] == expected
    assert len(areas) == 177
    assert {area.level for area in areas} == {"ward"}
