"""Parquet as pyarrow and geopandas write it."""

import datetime as dt
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.reading.archive import Found
from etl.reading.parquet import open_table
from etl.reading.source import Reading
from harmgrid.errors import HarmgridError, UnknownColumn, UnreadableSource
from tests.etl.reading.reads import read, written

TABLE = pa.table({
    "name": ["a", "Café", None],
    "n": [1, 2, None],
    "x": [1.5, 1001.0, None],
    "day": [dt.date(2020, 5, 1), None, None],
    "when": pa.array([dt.datetime(2020, 5, 1, 1, 30, tzinfo=dt.UTC), None, None], pa.timestamp("ns", "UTC")),
    "list": [[1, 2], None, []],
})  # fmt: skip


def open_here(path: Path) -> Any:
    return open_table(Found(path=path, size=path.stat().st_size), Reading(format="parquet"))


def test_every_kind_of_column_is_text(tmp_path: Path) -> None:
    pq.write_table(TABLE, tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet", "parquet")
    assert found.member.columns == ("name", "n", "x", "day", "when", "list")
    assert found.values == [
        ("a", "1", "1.5", "2020-05-01", "2020-05-01T01:30:00+00:00", "[1, 2]"),
        ("Café", "2", "1001", "", "", ""),
        ("", "", "", "", "", "[]"),
    ]


@pytest.mark.parametrize(
    ("crs", "said"), [(27700, "EPSG:27700"), (4326, "EPSG:4326"), ("OGC:CRS84", "EPSG:4326"), (None, "")]
)
def test_shapes_come_last_and_flat(tmp_path: Path, crs: Any, said: str) -> None:
    shapes: Any = [shapely.Point(1, 2, 3), None, shapely.Point(4, 5)]
    geopandas.GeoDataFrame({"n": [1, 2, 3]}, geometry=shapes, crs=crs).rename_geometry("where").assign(
        last=1
    ).to_parquet(tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet", "parquet")
    assert (found.member.columns, found.member.crs) == (("n", "last", "geometry"), said)
    assert [row["geometry"] for row in found.rows.values()] == [
        shapely.to_wkb(shapely.Point(1, 2)),
        None,
        shapely.to_wkb(shapely.Point(4, 5)),
    ]


def test_a_system_of_coordinates_without_a_code_is_told_in_words(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"n": [1]}, geometry=[shapely.Point(1, 2)], crs="+proj=tmerc +lat_0=49 +lon_0=-2 +type=crs"
    )
    frame.to_parquet(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet", "parquet").member.crs.startswith("PROJCRS[")


def test_rows_are_numbered_across_row_groups_and_found_in_archives(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": range(10_000)}), tmp_path / "a.parquet", row_group_size=999)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(tmp_path / "a.parquet", "in/a.parquet")
    for path in (tmp_path / "a.parquet", tmp_path / "b.zip"):
        found = read(path, "parquet")
        assert list(found.rows) == list(range(2, 10_002))
        assert found.values == [(str(number),) for number in range(10_000)]


def test_text_that_is_none_is_damaged(tmp_path: Path) -> None:
    bad = pa.array([b"a", b"Caf\xe9", b"x\0y"]).view(pa.string())
    pq.write_table(pa.table({"a": bad, "b": ["1", "2", "3"]}), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet", "parquet")
    assert found.rows == {2: {"a": "a", "b": "1"}}
    assert [(reject.row, reject.reasons, reject.raw) for reject in found.damaged] == [
        (3, ("not_utf8",), "Caf\\xe9,2"),
        (4, ("nul_character",), "x\\x00y,3"),
    ]


def test_columns_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), tmp_path / "a.parquet")
    with pytest.raises(UnknownColumn, match="a column twice: a"), open_here(tmp_path / "a.parquet"):
        pass


@pytest.mark.parametrize(
    "geo",
    [
        "{",
        "[]",
        "{}",
        '{"primary_column": "x", "columns": {}}',
        '{"primary_column": "b", "columns": {"b": {"encoding": "WKB"}}}',
    ],
)
def test_nonsense_about_shapes_is_refused(tmp_path: Path, geo: str) -> None:
    pq.write_table(pa.table({"a": [1]}).replace_schema_metadata({"geo": geo}), tmp_path / "a.parquet")
    with pytest.raises(UnreadableSource, match="no whole Parquet file"), open_here(tmp_path / "a.parquet"):
        pass


def test_shapes_that_are_no_wkb_are_refused(tmp_path: Path) -> None:
    geo = {"primary_column": "a", "columns": {"a": {"encoding": "point"}}}
    pq.write_table(pa.table({"a": [1]}).replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "a.parquet")
    with pytest.raises(UnreadableSource, match="in the form point"), open_here(tmp_path / "a.parquet"):
        pass


def in_bytes() -> bytes:
    data = io.BytesIO()
    pq.write_table(TABLE, data)
    return data.getvalue()


WHOLE = in_bytes()


@pytest.mark.parametrize("content", [b"", b"PAR1", b"a,b\n1,2\n", WHOLE[:-1], WHOLE[: len(WHOLE) // 2]])
def test_what_is_no_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    with (
        pytest.raises(UnreadableSource, match="no whole Parquet file"),
        open_here(written(tmp_path / "a.parquet", content)),
    ):
        pass


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_within_are_an_error_of_ours(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "a.parquet", b"PAR1" + content + b"PAR1")
        with pytest.raises(HarmgridError), open_here(path) as table:
            list(table.blocks())
