"""A sample of a source, judged as a load would judge it."""

import csv
import json
from pathlib import Path

import pytest

from etl.check_source import check_source
from etl.profiles import read_profile
from harmgrid.errors import UnreadableSource
from harmgrid.types import month_from_text
from tests.etl.batches import KNOWN, Row
from tests.etl.test_records import CRIME
from tests.police_uk_builder import havens, write_sectors


def write_rows(path: Path, rows: list[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def crimes(month: str, count: int) -> list[Row]:
    return [CRIME | {"Crime number": f"{month}/{nth}", "Date": f"{month}-01"} for nth in range(count)]


def test_rows_are_judged_and_the_first_are_shown_as_text(tmp_path: Path) -> None:
    wrong = [
        CRIME | {"Crime number": "b", "Offence code": "44784", "Latitude": "x"},
        CRIME | {"Offence code": "08-Nov"},
    ]
    path = write_rows(tmp_path / "crimes.csv", [CRIME, *wrong, CRIME, *crimes("2021-01", 4)])
    checked = check_source(path, read_profile("recorded-crime"), KNOWN)
    assert (checked.files, checked.sampled, checked.left_out) == (("crimes.csv",), ("crimes.csv",), ())
    assert (checked.loaded, checked.rejected) == (5, 3)
    assert [(fault.reason, fault.rows, fault.example.row) for fault in checked.faults] == [
        ("offence_damaged", 2, 3),
        ("unreadable_latitude", 1, 3),
        ("repeated_reference", 1, 5),
    ]
    assert json.loads(checked.faults[0].example.raw)["Offence code"] == "44784"
    assert checked.accepted[0] == {
        "reference": "HV/1",
        "kind": "crime",
        "offence": "5D",
        "incident": "HV/1",
        "month": "2020-05",
        "day": "2020-05-01",
        "lon": "3.050000",
        "lat": "55.050000",
        "location": "Quay Lane",
        "outcome": "Charged",
        "falls_within": CRIME["Force"],
    }
    assert len(checked.accepted) == 3
    assert checked.months == (month_from_text("2020-05"), month_from_text("2021-01"))
    assert (checked.located, checked.extent) == (5, (3.05, 55.05, 3.05, 55.05))


def test_no_more_than_the_first_rows_of_three_files_are_read(tmp_path: Path) -> None:
    for month in range(1, 6):
        write_rows(tmp_path / f"crime-2020-0{month}.csv", crimes(f"2020-0{month}", 30))
    checked = check_source(tmp_path, read_profile("recorded-crime"), KNOWN, rows=10)
    assert checked.sampled == ("crime-2020-01.csv", "crime-2020-03.csv", "crime-2020-05.csv")
    assert (len(checked.files), checked.loaded, checked.rejected) == (5, 30, 0)
    assert checked.months == (month_from_text("2020-01"), month_from_text("2020-05"))


def test_damaged_rows_of_the_sample_are_counted(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "crimes.csv", crimes("2020-05", 3))
    path.write_text(path.read_text(encoding="utf-8") + "a,b\n" * 3, encoding="utf-8")
    checked = check_source(path, read_profile("recorded-crime"), KNOWN, rows=4)
    assert (checked.loaded, checked.rejected) == (3, 1)
    assert [fault.reason for fault in checked.faults] == ["wrong_number_of_fields"]


def test_columns_that_are_missing_or_refused_are_told_and_nothing_is_read(tmp_path: Path) -> None:
    lacking = [
        {name: text for name, text in CRIME.items() if name not in {"Offence code", "Force"}} | {"Ward": "Quayside"}
    ]
    checked = check_source(write_rows(tmp_path / "crimes.csv", lacking), read_profile("recorded-crime"), KNOWN)
    assert (checked.columns.missing, checked.columns.unknown) == (("Offence code",), ("Ward",))
    assert checked.columns.found == ("Crime number", "Date", "Longitude", "Latitude", "Location", "Outcome")
    assert (checked.sampled, checked.loaded, checked.accepted, checked.extent) == ((), 0, (), None)
    columns = dict.fromkeys([*read_profile("police-uk").columns, "Ward"], "")
    refused = check_source(write_rows(tmp_path / "street.csv", [columns]), read_profile("police-uk"), KNOWN)
    assert (refused.columns.unusable, refused.columns.unknown, refused.sampled) == (True, ("Ward",), ())


def test_records_that_are_no_events_have_neither_months_nor_places(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "groups.csv", [{"Group": "G1", "Kind": "OCG"}, {"Group": "G2", "Kind": "?"}])
    checked = check_source(path, read_profile("groups"), KNOWN)
    assert (checked.accepted, checked.months, checked.extent) == (({"reference": "G1", "kind": "OCG"},), None, None)
    assert [fault.reason for fault in checked.faults] == ["unknown_group_kind"]


def test_areas_are_shown_without_their_shapes(tmp_path: Path) -> None:
    path = write_sectors(tmp_path / "sectors.geojson", [*havens(), havens()[0]])
    checked = check_source(path, read_profile("sectors"), KNOWN)
    first = {"level": "sector", "id": "W1", "name": "Westhaven", "parent_level": "area"}
    assert (checked.accepted[0], checked.loaded, checked.located) == (first, 2, 2)
    assert checked.extent == pytest.approx((3.05, 55.05, 3.15, 55.05))
    assert [fault.reason for fault in checked.faults] == ["repeated_reference"]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource):
        check_source(tmp_path / "absent.csv", read_profile("groups"), KNOWN)
