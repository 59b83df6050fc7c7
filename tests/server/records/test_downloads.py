"""Files of events: the same as the page shows, whole, marked, and without a formula in them."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pyogrio
import pytest
from flask.testing import FlaskClient

from harmgrid.records import open_records
from server.records import downloads
from tests.handmere import WHOLE, load_file, publish_handmere
from tests.server.answers import answered, refused, require_headers
from tests.server.conftest import records_app

ENDINGS = ("csv", "xlsx", "geojson", "gpkg", "parquet")
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "'=1", "#N/A", "=cmd|'/C calc'!A1")


def take(client: FlaskClient, ending: str, **parameters: str) -> bytes:
    response = client.get(f"/api/events.{ending}", query_string={"window": WHOLE} | parameters)
    assert response.status_code == 200, response.get_data(as_text=True)[:500]
    require_headers(response)
    data: bytes = response.data
    return data


def lines_of(client: FlaskClient, ending: str, folder: Path, **parameters: str) -> list[dict[str, object]]:
    """The lines of a file, read by another library than the one that wrote it where there is one."""
    data = take(client, ending, **parameters)
    path = folder / f"events.{ending}"
    path.write_bytes(data)
    if ending == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    if ending == "xlsx":
        header, *rows = openpyxl.load_workbook(path)["Events"].iter_rows(values_only=True)
        return [dict(zip(map(str, header), row, strict=True)) for row in rows]
    if ending == "geojson":
        return [feature["properties"] for feature in json.loads(data)["features"]]
    if ending == "gpkg":
        found: list[dict[str, object]] = pyogrio.read_dataframe(path).to_dict("records")
        return found
    return pyarrow.parquet.read_table(path).to_pylist()  # type: ignore[no-any-return]  # untyped


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_has_every_row_of_every_event(handmere: FlaskClient, tmp_path: Path, ending: str) -> None:
    page = answered(handmere.get(f"/api/events?window={WHOLE}&place=C3&sort=-harm"))
    expected = [(number, row["reference"]) for number, event in enumerate(page["events"], 1) for row in event["rows"]]
    lines = lines_of(handmere, ending, tmp_path, place="C3", sort="-harm")
    assert [(int(str(line["event"])), line["reference"]) for line in lines] == expected
    harm = [float(str(line["event_harm"])) for line in lines if line["stands"] in {True, "yes"}]
    assert sum(harm) == pytest.approx(page["figure"]["harm"])
    assert {line["snapshot"] for line in lines} == {page["snapshot"]}
    assert all("SYNTHETIC" in str(line["data"]) for line in lines)


@pytest.mark.parametrize("ending", ENDINGS)
def test_its_name_says_place_window_snapshot_and_that_it_is_synthetic(handmere: FlaskClient, ending: str) -> None:
    snapshot = answered(handmere.get("/api/snapshot"))["snapshot"]
    for place, named in (("C3", "C3"), ("area:N", "area-N"), ("", "everywhere")):
        response = handmere.get(f"/api/events.{ending}?window=2023-02..2023-03&place={place}")
        name = f"harmgrid-events-{named}-2023-02..2023-03-{snapshot}-synthetic.{ending}"
        assert response.headers["Content-Disposition"] == f"attachment; filename={name}"


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_line_bears_the_marking(handmere_dir: Path, tmp_path: Path, ending: str) -> None:
    marked = records_app(handmere_dir, HARMGRID_MARKING="OFFICIAL-SENSITIVE").test_client()
    lines = lines_of(marked, ending, tmp_path)
    assert {line["marking"] for line in lines} == {"OFFICIAL-SENSITIVE"}


def test_a_gis_finds_points_and_none_where_there_is_no_location(handmere: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "events.gpkg").write_bytes(take(handmere, "gpkg"))
    frame = pyogrio.read_dataframe(tmp_path / "events.gpkg")
    assert frame.crs.to_epsg() == 4326
    at = dict(zip(frame["reference"], frame.geometry, strict=True))
    assert (at["C09"].x, at["C09"].y, at["I1"]) == (3.25, 56.05, None)
    features = {f["properties"]["reference"]: f["geometry"] for f in json.loads(take(handmere, "geojson"))["features"]}
    assert features["C09"] == {"type": "Point", "coordinates": [3.25, 56.05]}
    assert features["I1"] is None
    assert json.loads(take(handmere, "geojson"))["about"]["force"] == "Handmere Police (synthetic)"


def test_a_workbook_says_what_it_is(handmere: FlaskClient) -> None:
    about = dict(openpyxl.load_workbook(io.BytesIO(take(handmere, "xlsx")))["About"].iter_rows(values_only=True))
    assert (about["window"], about["place"], about["force"]) == (WHOLE, "everywhere", "Handmere Police (synthetic)")
    assert about["events of the figure"] == about["events found"]


@pytest.fixture
def poisoned(handmere_dir: Path, tmp_path: Path) -> FlaskClient:
    """Handmere with crimes whose places and numbers look like formulas."""
    folder = shutil.copytree(handmere_dir, tmp_path / "copy")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Crime number", "Date", "Offence code", "Longitude", "Latitude", "Location", "Outcome", "Force"])
    for number, formula in enumerate(FORMULAS):
        force = "Handmere Police (synthetic)"
        writer.writerow([f"{formula}{number}", "2023-04-01", "92A", "3.15", "56.05", formula, "", force])
    (tmp_path / "poisoned.csv").write_text(text.getvalue(), encoding="utf-8")
    records = open_records(f"sqlite:///{folder}/records.sqlite")
    assert load_file(records, "recorded-crime", tmp_path / "poisoned.csv").loaded == len(FORMULAS)
    publish_handmere(records, folder)
    return records_app(folder).test_client()


def test_no_cell_of_a_csv_file_begins_like_a_formula(poisoned: FlaskClient) -> None:
    text = take(poisoned, "csv").decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert "'=1+1" in cells
    assert [cell for cell in cells if re.match(r"[=@\t\r+]|-(?!\d+(\.\d+)?$)", cell)] == []


def test_every_text_of_a_workbook_is_a_text(poisoned: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(take(poisoned, "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    values = {cell.value for cell in cells}
    assert {"'=1+1", "#N/A"} <= values
    assert "=1+1" not in values


def test_a_file_of_too_many_events_is_refused(handmere: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "EVENTS_AT_MOST", 8)
    error = refused(handmere.get(f"/api/events.csv?window={WHOLE}"), 400)
    assert (error["code"], error["came"]) == ("too_broad", "a file of 9 events")


@pytest.mark.parametrize("ending", ["exe", "CSV", "csv.gz", "shp"])
def test_there_is_no_other_kind_of_file(handmere: FlaskClient, ending: str) -> None:
    assert refused(handmere.get(f"/api/events.{ending}"), 404)["code"] == "not_found"


def test_a_page_is_no_parameter_of_a_file(handmere: FlaskClient) -> None:
    assert refused(handmere.get("/api/events.csv?page=1"), 400)["code"] == "unknown_parameter"
