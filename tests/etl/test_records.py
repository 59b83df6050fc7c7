"""Rows of every record but street crime, mostly by the shipped profiles: their types, their faults, what they keep."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
import shapely

from etl.profiles import read_profile, shipped_profiles
from etl.reading import Member
from etl.rows import REASONS, Known, require_columns, rows_from
from harmgrid.errors import UnknownColumn, UnreadableSource
from harmgrid.gridrefs import BRITISH
from harmgrid.types import month_from_text
from tests.etl.batches import KNOWN, Row, judge, raw_batch, reasons, write_profile

pytestmark = pytest.mark.quick

FORCE = "Havenshire Police (synthetic)"
FIRST_OF_MAY = 18_383  # 2020-05-01, days since 1970-01-01: 50 years, 13 leap days, 121 days
MAY = month_from_text("2020-05")
CRIME = {
    "Crime number": "HV/1",
    "Date": "2020-05-01",
    "Offence code": "05D",
    "Longitude": "3.05",
    "Latitude": "55.05",
    "Location": "Quay Lane",
    "Outcome": "Charged",
    "Force": FORCE,
}
DISCHARGE = {
    "Reference": "D1",
    "Date": "2020-05-01",
    "Offence code": "",
    "Crime number": "HV/1",
    "Longitude": "3.05",
    "Latitude": "55.05",
    "Force": FORCE,
}
DEATH = {
    "Case": "C1",
    "Date of death": "2020-05-01",
    "Date notified": "2020-05-03",
    "Date concluded": "",
    "Status": "suspected",
    "Substances": 'heroin, "blue" tablets',
    "Longitude": "3.05",
    "Latitude": "55.05",
    "Force": FORCE,
}
SEARCH = {
    "Type": "Person search",
    "Date": "2020-05-31T23:10:00+00:00",
    "Latitude": "55.05",
    "Longitude": "3.05",
    "Gender": "Male",
    "Legislation": "Misuse of Drugs Act 1971 (section 23)",
    "Object of search": "Controlled drugs",
    "Outcome": "Arrest",
    "Outcome linked to object of search": "True",
}
MEMBER = {"Group": "G1", "Nominal": "N1", "Role": "leader", "From": "2020-05-01", "To": "2020-06-30", "Force": FORCE}


def only(row: Row, profile: str, name: str = "rows.csv") -> dict[str, object]:
    """The one record that a row becomes."""
    judged = judge([row], profile, name=name)
    assert judged.rejects == []
    record: dict[str, object] = judged.table.to_pylist()[0]
    return {field: value for field, value in record.items() if value not in ("", FORCE)}


def test_a_crime_has_its_code_in_the_form_of_the_table_and_is_its_own_incident() -> None:
    assert only(CRIME, "recorded-crime", "recorded-crime-2020-05.csv") == {
        "row_number": 2,
        "reference": "HV/1",
        "kind": "crime",
        "month": MAY,
        "day": FIRST_OF_MAY,
        "offence": "5D",
        "incident": "HV/1",
        "lon": 3.05,
        "lat": 55.05,
        "location": "Quay Lane",
        "outcome": "Charged",
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"Offence code": "44784"}, "offence_damaged"),
        ({"Offence code": "99Z"}, "offence_without_weight"),
        ({"Offence code": ""}, "missing_offence"),
        ({"Crime number": " "}, "missing_reference"),
        ({"Date": "2020-05-32"}, "unreadable_date"),
        ({"Date": ""}, "unreadable_date"),
        ({"Date": "2020-06-01"}, "month_of_another_file"),
        ({"Longitude": "55.05", "Latitude": "3.05"}, "swapped_axes"),
        ({"Longitude": "0", "Latitude": "0"}, "location_at_zero"),
        ({"Longitude": "9"}, "outside_force_bounds"),
        (
            {"Crime number": "", "Date": "x", "Offence code": "08-Nov", "Latitude": ""},
            "missing_reference unreadable_date offence_damaged half_a_location",
        ),
    ],
)
def test_a_crime_with_faults_is_rejected_with_all_of_them(change: Row, expected: str) -> None:
    assert reasons(judge([CRIME | change], "recorded-crime", name="crime-2020-05.csv")) == [expected]


def test_a_column_that_is_optional_may_be_absent() -> None:
    row = {name: text for name, text in CRIME.items() if name not in {"Location", "Outcome", "Force"}}
    assert {"location", "outcome"}.isdisjoint(only(row, "recorded-crime"))
    member = Member(name="a.csv", size=0, columns=tuple(name for name in row if name != "Offence code"))
    with pytest.raises(UnknownColumn, match="without Offence code"):
        require_columns(member, read_profile("recorded-crime"))


def test_a_discharge_names_the_crime_that_it_also_is() -> None:
    record = only(DISCHARGE, "firearms-discharges")
    assert (record["kind"], record["reference"], record["incident"]) == ("discharge", "D1", "HV/1")


def test_a_death_keeps_its_status_and_what_no_field_holds_as_details() -> None:
    record = only(DEATH | {"Ward": "Quayside"}, "drug-deaths")
    assert (record["status"], record["day"]) == ("suspected", FIRST_OF_MAY)
    details = {"Ward": "Quayside", "notified": "2020-05-03", "substances": 'heroin, "blue" tablets'}
    assert json.loads(str(record["details"])) == details


def test_a_search_is_of_its_local_day_unless_the_name_of_its_file_says_otherwise() -> None:
    free = only(SEARCH, "stop-and-search", "searches.csv")
    assert (free["month"], free["day"]) == (MAY + 1, FIRST_OF_MAY + 31)
    june = only(SEARCH, "stop-and-search", "2020-06-havenshire-stop-and-search.csv")
    assert (june["month"], june["day"]) == (MAY + 1, FIRST_OF_MAY + 31)
    may = only(SEARCH, "stop-and-search", "2020-05-havenshire-stop-and-search.csv")
    assert (may["month"], may["day"]) == (MAY, FIRST_OF_MAY + 30)
    april = judge([SEARCH], "stop-and-search", name="2020-04-havenshire-stop-and-search.csv")
    assert reasons(april) == ["month_of_another_file"]


def test_nothing_is_kept_of_what_a_search_tells_of_the_person() -> None:
    record = only(SEARCH, "stop-and-search", "searches.csv")
    assert json.loads(str(record["details"])) == {"type": "Person search", "linked": "True"}
    assert "Male" not in map(str, record.values())


def test_a_month_alone_gives_no_day() -> None:
    row = {"Reference": "R1", "Month": "2020-05", "Subject": "Drugs", "Longitude": "", "Latitude": "", "Force": FORCE}
    record = only(row, "crimestoppers", "crimestoppers-2020-05.csv")
    assert (record["month"], record["day"], record["lon"]) == (MAY, None, None)


def test_a_membership_runs_from_its_first_day_to_its_last_or_is_open() -> None:
    judged = judge([MEMBER, MEMBER | {"To": ""}], "memberships")
    closed, open_ = judged.table.to_pylist()
    assert (closed["first_day"], closed["last_day"], open_["last_day"]) == (FIRST_OF_MAY, FIRST_OF_MAY + 60, None)
    assert (closed["reference"], closed["group_ref"], closed["role"]) == ("G1|N1|2020-05-01", "G1", "leader")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"To": "2020-04-30"}, "ends_before_it_starts"),
        ({"To": "2020-05-01"}, ""),
        ({"To": "soon"}, "unreadable_date"),
        ({"From": "soon"}, "unreadable_date"),
        ({"From": ""}, "missing_first_day"),
        ({"Group": ""}, "missing_group_ref"),
        ({"Nominal": "", "Role": ""}, "missing_nominal missing_role"),
        (
            {"Group": "", "Nominal": "", "From": ""},
            "missing_reference missing_nominal missing_first_day missing_group_ref",
        ),
    ],
)
def test_a_membership_needs_group_person_role_and_first_day(change: Row, expected: str) -> None:
    assert reasons(judge([MEMBER | change], "memberships")) == [expected] * bool(expected)


@pytest.mark.parametrize(("kind", "expected"), [("OCG", ""), ("UCG", ""), ("PCG", ""), ("Gang", "unknown_group_kind")])
def test_a_group_is_organised_urban_or_of_peers(kind: str, expected: str) -> None:
    row = {"Group": "G1", "Kind": kind, "Name": "Lantern", "Basis": "mapping", "Reviewed": "", "Force": FORCE}
    judged = judge([row], "groups")
    assert reasons(judged) == [expected] * bool(expected)
    assert judged.table["details"].to_pylist() == ['{"basis":"mapping"}'] * (not expected)


def test_a_group_without_a_kind_lacks_it() -> None:
    assert reasons(judge([{"Group": "G1", "Kind": ""}], "groups")) == ["missing_kind"]


def test_an_involvement_refers_to_a_crime_of_the_crimes_source() -> None:
    record = only({"Crime number": "HV/1", "Nominal": "N1", "Role": "suspect", "Force": FORCE}, "involvements")
    assert record == {
        "row_number": 2,
        "reference": "HV/1|N1|suspect",
        "event_source": "recorded-crime",
        "event": "HV/1",
        "nominal": "N1",
        "role": "suspect",
    }


def test_a_home_may_be_anywhere_on_earth_but_where_a_zero_stands() -> None:
    home = {"Nominal": "N1", "From": "2020-05-01", "To": "", "Longitude": "-3.7", "Latitude": "40.4", "Force": FORCE}
    at_zero = home | {"Longitude": "0", "Latitude": "0"}
    judged = judge([home, home | {"Longitude": "", "Latitude": ""}, at_zero], "homes")
    assert judged.table["lon"].to_pylist() == [-3.7, None]
    assert reasons(judged) == ["location_at_zero"]


def test_nominals_and_priorities_are_read() -> None:
    nominal = only({"Nominal": "N1", "Name": "Person 1", "Review by": "2027-01-01", "Force": FORCE}, "nominals")
    assert nominal == {"row_number": 2, "reference": "N1", "name": "Person 1", "details": '{"review_by":"2027-01-01"}'}
    row = {"Nominal": "N1", "From": "2020-05-01", "To": "", "Force": FORCE}
    assert only(row, "priority-individuals")["reference"] == "N1|2020-05-01"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ""),
        ({"Residents": "0"}, ""),
        ({"Residents": "12.5"}, "unreadable_number"),
        ({"Residents": "-1"}, "unreadable_number"),
        ({"Residents": "9999999999"}, "unreadable_number"),
        ({"Residents": ""}, "missing_residents"),
        ({"Year": "20"}, "unreadable_number"),
        ({"Area": "", "Year": "x"}, "missing_area unreadable_number"),
    ],
)
def test_residents_are_a_whole_number_of_an_area_and_a_year(change: Row, expected: str) -> None:
    judged = judge([{"Level": "sector", "Area": "W1", "Residents": "1200", "Year": "2020"} | change], "residents")
    assert reasons(judged) == [expected] * bool(expected)
    if not change:
        (record,) = judged.table.to_pylist()
        assert (record["reference"], record["residents"], record["year"]) == ("sector|W1", 1200, 2020)


OWN = """
source = "own"
title = "Own"
record = "involvement"
[read]
format = "csv"
encoding = "cp1252"
[fields]
reference = "Ref"
event = { first = ["Crime no", "Crime ref"] }
nominal = "Person"
role = "Role"
[fixed]
event_source = "recorded-crime"
[optional]
columns = ["Person"]
[values.role]
"SUSP" = "suspect"
"n/a" = ""
[unknown]
columns = "keep"
"""


def test_values_are_translated_and_the_first_column_that_is_there_is_taken(tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "own.toml", OWN)
    rows = [
        {"Ref": str(nth), "Crime ref": "HV/1", "Person": "N1", "Role": role, "Note": "x" * nth}
        for nth, role in enumerate([" SUSP ", "susp", "n/a", "charged"])
    ]
    records = judge(rows, profile).table.to_pylist()
    assert [record["role"] for record in records] == ["suspect", "susp", "", "charged"]
    assert {record["event"] for record in records} == {"HV/1"}
    assert [record["details"] for record in records] == ["", '{"Note":"x"}', '{"Note":"xx"}', '{"Note":"xxx"}']


def test_a_column_that_is_absent_leaves_what_is_needed_missing(tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "own.toml", OWN)
    assert reasons(judge([{"Ref": "1", "Crime no": "HV/1", "Role": ""}], profile)) == ["missing_nominal"]
    with pytest.raises(UnknownColumn, match="without Crime no/Crime ref"):
        require_columns(Member(name="a.csv", size=0, columns=("Ref", "Role")), profile)


GEOMETRY = """
source = "own"
title = "Own"
record = "event"
kind = "farm"
[read]
format = "gpkg"
[fields]
reference = "ref"
date = "found"
[place]
form = "geometry"
"""


def test_a_shape_is_located_in_the_system_of_its_file_and_quoted_as_hexadecimal_text(tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "own.toml", GEOMETRY)
    shape = shapely.Point(424500, 564500)
    batch = raw_batch([{"ref": "1", "found": "2020-05-01"}, {"ref": "2", "found": "x"}])
    batch.columns["geometry"] = pa.array([shape.wkb] * 2, pa.binary())
    member = Member(name="farms.gpkg", size=0, columns=("ref", "found", "geometry"), crs=BRITISH)
    judged = rows_from(batch, profile, member, Known())
    assert judged.table["lon"].to_pylist() == [pytest.approx(-1.61878, abs=1e-5)]
    assert judged.table["details"].to_pylist() == [""]
    assert json.loads(judged.rejects[0].raw) == {"ref": "2", "found": "x", "geometry": shape.wkb_hex.lower()}
    with pytest.raises(UnreadableSource, match="does not say its coordinate system"):
        require_columns(Member(name="farms.gpkg", size=0, columns=member.columns), profile)


def test_bytes_that_are_no_text_are_called_by_the_encoding_of_the_profile(tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "own.toml", OWN)
    row = {"Ref": "1", "Crime no": "\ufdd0\\x81", "Person": "N1", "Role": ""}
    assert reasons(judge([row], profile)) == ["undecodable"]


@pytest.mark.parametrize("profile", [name for name in shipped_profiles() if name != "sectors"])
def test_rows_of_nothing_but_blanks_are_events_of_no_source(profile: str) -> None:
    shipped = read_profile(profile)
    judged = judge([dict.fromkeys(shipped.columns, " ")], shipped, known=KNOWN)
    assert judged.table.num_rows == 0
    assert set(judged.rejects[0].reasons) <= REASONS.keys()
    assert set(shipped.shape.fields) - {"date", "month"} <= set(judged.table.column_names)
