"""Shapes as geopandas writes them, their attributes as text, and files that are cut short or are not what they say."""

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.reading.vector import _DRIVERS, _OTHER_DRIVERS, flat
from harmgrid.errors import HarmgridError, UnknownColumn, UnreadableSource
from tests.etl.reading.reads import read, written

FORMATS = ["gpkg", "shp", "geojson", "fgb"]
WKB = [shapely.to_wkb(shapely.Point(x, 50 + x)) for x in range(3)]


def frame(rows: int = 3, crs: Any = 4326) -> geopandas.GeoDataFrame:
    values = {
        "name": [f"Café {row}" for row in range(rows)],
        "n": range(rows),
        "x": [row + 0.5 * (row % 2) for row in range(rows)],
        "day": pd.array([dt.date(2020, 5, 1)] * rows, dtype=object),
    }
    return geopandas.GeoDataFrame(values, geometry=shapely.points(np.arange(rows), 50 + np.arange(rows)), crs=crs)


def write(path: Path, table: geopandas.GeoDataFrame, **how: Any) -> Path:
    table.to_file(path, **how)
    return path


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_same_table(tmp_path: Path, form: str) -> None:
    found = read(write(tmp_path / f"a.{form}", frame()), form)
    assert found.member.columns == ("name", "n", "x", "day", "geometry")
    assert found.member.crs == "EPSG:4326"
    ordered = sorted(found.values)  # FlatGeobuf orders by place
    assert ordered == [
        ("Café 0", "0", "0", "2020-05-01", WKB[0]),
        ("Café 1", "1", "1.5", "2020-05-01", WKB[1]),
        ("Café 2", "2", "2", "2020-05-01", WKB[2]),
    ]
    assert list(found.rows) == [2, 3, 4]
    assert found.damaged == []


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_read_from_an_archive(tmp_path: Path, form: str) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / f"a.{form}", frame())
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (tmp_path / "in").iterdir():
            archive.write(part, f"folder/{part.name}")
    found = read(tmp_path / "b.zip", form)
    assert (found.member.name, len(found.rows), found.member.crs) == (f"a.{form}", 3, "EPSG:4326")


@pytest.mark.parametrize("form", FORMATS)
def test_other_coordinates_are_told(tmp_path: Path, form: str) -> None:
    assert read(write(tmp_path / f"a.{form}", frame(crs=27700)), form).member.crs == "EPSG:27700"


def test_coordinates_that_nobody_told_are_not_made_up(tmp_path: Path) -> None:
    write(tmp_path / "a.shp", frame())
    (tmp_path / "a.prj").unlink()
    assert read(tmp_path / "a.shp", "shp").member.crs == ""
    with pytest.warns(UserWarning, match="crs"):
        write(tmp_path / "a.gpkg", frame(crs=None))
    assert read(tmp_path / "a.gpkg", "gpkg").member.crs == ""


def test_height_is_dropped_and_no_shape_is_none(tmp_path: Path) -> None:
    table = frame()
    shapes: Any = [shapely.Point(0, 50, 9), None, shapely.Point(2, 52, 7)]
    table = table.set_geometry(geopandas.GeoSeries(shapes, crs=4326))
    for form in ("gpkg", "shp", "geojson"):
        found = read(write(tmp_path / f"a.{form}", table), form)
        assert [row[-1] for row in found.values] == [WKB[0], None, WKB[2]]


def test_a_shape_that_is_none_stays_as_it_came() -> None:
    import pyarrow as pa  # beside its only use

    assert flat(pa.array([b"hello", b"", None, WKB[0]], pa.binary())).to_pylist() == [b"hello", b"", None, WKB[0]]


def test_times_are_told_as_the_file_does(tmp_path: Path) -> None:
    table = frame(2).assign(when=pd.to_datetime(["2020-05-01T01:30:00", ""]))
    for form in ("gpkg", "geojson", "fgb"):
        found = read(write(tmp_path / f"a.{form}", table), form)
        assert sorted(row["when"] for row in found.rows.values()) == ["", "2020-05-01T01:30:00"]


def test_what_looks_like_a_date_in_geojson_stays_as_it_is(tmp_path: Path) -> None:
    places = [
        {"type": "Feature", "properties": {"a": value, "b": {"c": [1]}}, "geometry": None}
        for value in ("2020/05/01", None)
    ]
    path = written(tmp_path / "a.geojson", "\ufeff\n" + json.dumps({"type": "FeatureCollection", "features": places}))
    found = read(path, "geojson")
    assert [row["a"] for row in found.rows.values()] == ["2020/05/01", ""]
    assert json.loads(found.rows[2]["b"]) == {"c": [1]}


@pytest.mark.parametrize(
    ("written_in", "cpg", "encoding"),
    [
        ("utf-8", "UTF-8", "utf-8"),
        ("utf-8", None, "utf-8"),
        ("cp1252", "1252", "utf-8"),
        ("cp1252", None, "cp1252"),
        ("ISO-8859-1", None, "latin-1"),
    ],
)
def test_the_letters_of_a_shapefile_are_those_that_it_or_the_profile_says(
    tmp_path: Path, written_in: str, cpg: str | None, encoding: str
) -> None:
    write(tmp_path / "a.shp", frame(), encoding=written_in)
    (tmp_path / "a.cpg").unlink(missing_ok=True)
    if cpg:
        written(tmp_path / "a.cpg", cpg)
    assert read(tmp_path / "a.shp", "shp", encoding=encoding).rows[2]["name"] == "Café 0"


def test_letters_of_a_shapefile_are_not_guessed(tmp_path: Path) -> None:
    write(tmp_path / "a.shp", frame(), encoding="cp1252")
    (tmp_path / "a.cpg").unlink()
    assert {reject.reasons for reject in read(tmp_path / "a.shp", "shp").damaged} == {("not_utf8",)}


def test_letters_that_are_none_are_damaged(tmp_path: Path) -> None:
    write(tmp_path / "a.gpkg", frame())
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")  # they call functions that only GDAL has
        database.execute("UPDATE a SET name = CAST(x'436166E9' AS TEXT) WHERE n = 1")
    database.close()
    found = read(tmp_path / "a.gpkg", "gpkg")
    assert [row["n"] for row in found.rows.values()] == ["0", "2"]
    (reject,) = found.damaged
    assert (reject.row, reject.reasons) == (3, ("not_utf8",))
    assert reject.raw.startswith("Caf\\xe9,1,")


def test_a_layer_is_chosen_by_name_and_the_first_without_one(tmp_path: Path) -> None:
    write(tmp_path / "a.gpkg", frame(), layer="first")
    write(tmp_path / "a.gpkg", frame(2), layer="second")
    assert len(read(tmp_path / "a.gpkg", "gpkg").rows) == 3
    assert len(read(tmp_path / "a.gpkg", "gpkg", layer="second").rows) == 2
    with pytest.raises(UnreadableSource, match=r"without the layer third.* first, second"):
        read(tmp_path / "a.gpkg", "gpkg", layer="third")


def test_a_table_without_shapes_has_no_column_of_them(tmp_path: Path) -> None:
    features = [{"type": "Feature", "properties": {"a": 1}, "geometry": None}]
    written(tmp_path / "a.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    assert read(tmp_path / "a.geojson", "geojson").values in ([("1",)], [("1", None)])


def test_a_column_called_geometry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownColumn, match="a column twice: geometry"):
        read(write(tmp_path / "a.gpkg", frame().rename_geometry("geom").assign(geometry="x")), "gpkg")


def test_many_rows_come_in_their_order(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.gpkg", frame(5_000)), "gpkg")
    assert [(number, row["n"]) for number, row in found.rows.items()] == [(n + 2, str(n)) for n in range(5_000)]


# ---- cut short, or not what it says


@pytest.mark.parametrize("part", ["gpkg", "shp", "shx", "dbf", "geojson", "fgb"])
@pytest.mark.parametrize("share", [0.1, 0.95])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, part: str, share: float) -> None:
    form = "shp" if part in {"shx", "dbf"} else part
    write(tmp_path / f"a.{form}", frame(3_000))
    whole = (tmp_path / f"a.{part}").read_bytes()
    written(tmp_path / f"a.{part}", whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableSource, match=rf"a\.{form}"):
        read(tmp_path / f"a.{form}", form)


@pytest.mark.parametrize("part", ["shx", "dbf"])
def test_a_shapefile_without_its_other_files_is_refused(tmp_path: Path, part: str) -> None:
    write(tmp_path / "a.shp", frame())
    (tmp_path / f"a.{part}").unlink()
    with pytest.raises(UnreadableSource, match=rf"there is no \.{part} beside it"):
        read(tmp_path / "a.shp", "shp")


BEGINNINGS = {"gpkg": b"SQLite format 3\0", "shp": b"\0\0\x27\x0a", "geojson": b'{"type": ', "fgb": b"fgb\3fgb\1"}
VRT = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_leads_to_another_is_not_followed(tmp_path: Path, form: str) -> None:
    secret = written(tmp_path / "secret.csv", "password\ns3cret\n")
    with pytest.raises(UnreadableSource) as caught:
        read(written(tmp_path / f"a.{form}", BEGINNINGS[form] + VRT.format(secret).encode()), form)
    assert "s3cret" not in str(caught.value)


def test_gdal_has_no_driver_but_the_one_that_is_asked_for() -> None:
    skipped = ",".join([_OTHER_DRIVERS, *(driver for driver in _DRIVERS.values() if driver != "GPKG")])
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import pyogrio; print(*pyogrio.list_drivers())"],
        env=os.environ | {"GDAL_SKIP": skipped},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == ["GPKG"], "a newer GDAL may have more to leave out"


@pytest.mark.parametrize("name", ["a!b", "a}b"])
def test_a_path_that_could_mean_another_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    write(tmp_path / "a.fgb", frame())
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.write(tmp_path / "a.fgb", "a.fgb")
    with pytest.raises(UnreadableSource, match="could mean another file"):
        read(folder / "b.zip", "fgb")


def test_a_name_that_climbs_out_of_the_archive_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.fgb", frame())
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(tmp_path / "a.fgb", "../../a.fgb")
    with pytest.raises(UnreadableSource, match="could mean another file"):
        read(tmp_path / "b.zip", "fgb")


def test_a_geopackage_that_somebody_has_open_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "a.gpkg", frame())
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    assert len(read(tmp_path / "a.gpkg", "gpkg").rows) == 3
    assert [found.name for found in tmp_path.iterdir()] == ["a.gpkg"]
    database = sqlite3.connect(tmp_path / "a.gpkg")
    database.execute("CREATE TABLE not_there_yet (a)")
    with pytest.raises(UnreadableSource, match="another program is writing"):
        read(tmp_path / "a.gpkg", "gpkg")
    database.close()


@settings(max_examples=2, deadline=None)
@given(st.binary(max_size=300))
@pytest.mark.parametrize("form", FORMATS)
def test_any_bytes_are_an_error_of_ours(form: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / f"a.{form}", BEGINNINGS[form] + content)
        with pytest.raises(HarmgridError):
            read(path, form)


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ('[{"type": "Feature", "properties": {"id": "A"}, "geometry": null}, null]', "feature 2 is none"),
        ('["a text"]', "feature 1 is none"),
        ('[{"type": "Feature", "properties": {"id": "A\\u0000B"}, "geometry": null}]', "a character of value zero"),
    ],
)
def test_features_that_gdal_would_leave_out_without_a_word_are_refused(
    tmp_path: Path, features: str, message: str
) -> None:
    path = tmp_path / "areas.geojson"
    path.write_text(f'{{"type": "FeatureCollection", "features": {features}}}', encoding="utf-8")
    with pytest.raises(UnreadableSource, match=message):
        read(path, "geojson")
