"""Rows of street crime by its shipped profile: which are events, which are rejects, and that quotations are exact."""

import csv
import io
import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.profiles import read_profile
from etl.reading import Member, RawBatch
from etl.reading.utf8 import NOT_UTF8
from etl.rows import REASONS, Known, Rows, month_of_file, rejects_of, require_columns, rows_from
from harmgrid.errors import UnknownColumn
from harmgrid.types import Reject, month_from_text
from tests.etl.batches import KNOWN, Row, judge, raw_batch, reasons
from tests.police_uk_builder import COLUMNS, MARCH, asb, crime

pytestmark = pytest.mark.quick

POLICE_UK = read_profile("police-uk")


def street(*rows: Row, name: str = MARCH) -> Rows:
    return judge(rows, POLICE_UK, name=name)


def test_an_event_keeps_every_field_of_its_row() -> None:
    judged = street(crime("a", Context="seen by a patrol"))
    assert judged.rejects == []
    assert judged.table.to_pylist() == [
        {
            "row_number": 2,
            "reference": "a",
            "category": "Burglary",
            "offence": "",
            "incident": "",
            "status": "",
            "falls_within": "Havenshire Police",
            "location": "On or near Quay Lane",
            "lsoa_code": "X01000001",
            "lsoa_name": "Havenshire 001A",
            "outcome": "Under investigation",
            "context": "seen by a patrol",
            "reported_by": "Havenshire Police",
            "kind": "street_crime",
            "month": month_from_text("2022-03"),
            "day": None,
            "lon": 3.05,
            "lat": 55.05,
            "details": "",
        }
    ]
    types = {name: str(judged.table.schema.field(name).type) for name in ("row_number", "month", "day", "lon", "kind")}
    assert types == {"row_number": "int64", "month": "int32", "day": "int32", "lon": "double", "kind": "string"}


def test_columns_may_come_in_another_order() -> None:
    assert judge([crime("a")], POLICE_UK, columns=sorted(COLUMNS)).table == street(crime("a")).table


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"Month": "2023-13"}, "unreadable_month"),
        ({"Month": "2202-03"}, "unreadable_month"),
        ({"Month": "0022-03"}, "unreadable_month"),
        ({"Month": "2022-00"}, "unreadable_month"),
        ({"Month": "2022-3"}, "unreadable_month"),
        ({"Month": "March 2022"}, "unreadable_month"),
        ({"Month": "2022-03-01"}, "unreadable_month"),
        ({"Month": "２０２２-03"}, "unreadable_month"),  # noqa: RUF001 - digits of another width
        ({"Month": ""}, "unreadable_month"),
        ({"Month": "2022-04"}, "month_of_another_file"),
        ({"Crime type": "Piracy"}, "unknown_category"),
        ({"Crime type": "burglary"}, "unknown_category"),
        ({"Crime type": ""}, "unknown_category"),
        ({"Latitude": "540"}, "latitude_out_of_range"),
        ({"Latitude": "90.000001"}, "latitude_out_of_range"),
        ({"Latitude": "-91"}, "latitude_out_of_range"),
        ({"Longitude": "180.1"}, "longitude_out_of_range"),
        ({"Longitude": "425000"}, "longitude_out_of_range"),
        ({"Longitude": "425000", "Latitude": "565000"}, "longitude_out_of_range latitude_out_of_range"),
        ({"Longitude": "1e2"}, "unreadable_longitude"),
        ({"Longitude": "nan"}, "unreadable_longitude"),
        ({"Longitude": "inf"}, "unreadable_longitude"),
        ({"Longitude": "0x10"}, "unreadable_longitude"),
        ({"Longitude": "-"}, "unreadable_longitude"),
        ({"Longitude": "3,05"}, "unreadable_longitude"),
        ({"Latitude": "55°03'N"}, "unreadable_latitude"),
        ({"Latitude": "5" * 400}, "unreadable_latitude"),
        ({"Longitude": ""}, "half_a_location"),
        ({"Latitude": " "}, "half_a_location"),
        ({"Location": "Quay\0Lane"}, "nul_character"),
        ({"Crime ID": "\0"}, "nul_character"),
        ({"Location": f"Caf{NOT_UTF8}\\xe9"}, "not_utf8"),
        (
            {"Month": "x", "Crime type": "x", "Longitude": "x", "Latitude": "540"},
            "unreadable_month unknown_category unreadable_longitude latitude_out_of_range",
        ),
        (
            {"Month": "2022-04", "Longitude": "", "Latitude": "x", "Context": "\0"},
            "nul_character month_of_another_file unreadable_latitude half_a_location",
        ),
    ],
)
def test_a_bad_row_is_rejected_with_every_reason(change: Row, expected: str) -> None:
    judged = street(crime("a"), crime("b") | change, crime("c"))
    (reject,) = judged.rejects
    assert " ".join(reject.reasons) == expected
    assert (reject.file, reject.row) == (MARCH, 3)
    came = {name: text.replace("\0", "\\x00").replace(NOT_UTF8, "") for name, text in (crime("b") | change).items()}
    assert list(json.loads(reject.raw).items()) == list(came.items())
    assert [(row["reference"], row["row_number"]) for row in judged.table.to_pylist()] == [("a", 2), ("c", 4)]


@pytest.mark.parametrize(
    "change",
    [
        {"Longitude": "180", "Latitude": "-90"},
        {"Longitude": "-180.0", "Latitude": "+90"},
        {"Longitude": "0", "Latitude": "0"},
        {"Longitude": "", "Latitude": ""},
        {"Longitude": " 3.05 ", "Month": " 2022-03 ", "Crime type": "Burglary "},
        {"Longitude": "-0.5"},
        {"Crime ID": "'); DROP TABLE events; --"},
        {"Location": "<script>alert(1)</script>"},
        {"Location": '=cmd|" /C calc"!A0'},
        {"Location": "Ünïcødé ☂ street"},
        {"Context": "x" * 100_000},
    ],
)
def test_an_unusual_row_is_an_event(change: Row) -> None:
    judged = street(crime("a") | change)
    assert judged.rejects == []
    (event,) = judged.table.to_pylist()
    for column, name in (("Crime ID", "reference"), ("Location", "location"), ("Context", "context")):
        assert event[name] == (crime("a") | change)[column]


def test_damaged_rows_of_a_batch_come_first_among_its_rejects() -> None:
    damaged = Reject(file=MARCH, row=3, reasons=("wrong_number_of_fields",), raw="a,b")
    batch = raw_batch([crime("a", Month="x")], damaged=[damaged])
    member = Member(name=MARCH, size=0, columns=COLUMNS)
    judged = rows_from(batch, POLICE_UK, member, KNOWN)
    assert judged.rejects == [
        damaged,
        Reject(file=MARCH, row=2, reasons=("unreadable_month",), raw=judged.rejects[1].raw),
    ]


def test_a_batch_without_rows_gives_a_table_without_rows() -> None:
    batch = raw_batch([], COLUMNS)
    judged = rows_from(batch, POLICE_UK, Member(name=MARCH, size=0, columns=COLUMNS), KNOWN)
    assert (judged.table.num_rows, judged.rejects) == (0, [])
    assert judged.table.schema == street(crime("a")).table.schema


def test_a_row_is_quoted_by_its_number() -> None:
    numbers = np.array([5, 9, 12], dtype=np.int64)
    columns = {name: pa.array([crime(reference)[name] for reference in "abc"]) for name in COLUMNS}
    batch = RawBatch(numbers=numbers, columns=columns, damaged=[], done=0)
    (reject,) = rejects_of(MARCH, batch, [9], "repeated_reference")
    assert (reject.file, reject.row, reject.reasons) == (MARCH, 9, ("repeated_reference",))
    assert json.loads(reject.raw) == crime("b")


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufdd0\ufdd1"), max_size=8)


@given(st.lists(st.tuples(CELL, CELL, st.booleans()), min_size=1, max_size=6))
def test_whatever_stands_in_a_text_comes_out_again(fields: list[tuple[str, str, bool]]) -> None:
    rows = [crime(reference, Context=context, Month="2022-03" if good else "x") for reference, context, good in fields]
    judged = street(*rows)
    found = {row["row_number"]: (row["reference"], row["context"]) for row in judged.table.to_pylist()}
    quoted = {reject.row: json.loads(reject.raw) for reject in judged.rejects}
    for number, (reference, context, good) in enumerate(fields, start=2):
        if good:
            assert tuple(text.strip() for text in found.pop(number)) == (reference.strip(), context.strip())
        else:
            assert quoted.pop(number) == rows[number - 2]
    assert found == quoted == {}


def test_a_reject_can_be_loaded_again_as_it_came() -> None:
    bad = crime("a", Month="x", Context='He said "no",\nthen left.')
    (reject,) = street(bad).rejects
    text = io.StringIO()
    csv.DictWriter(text, COLUMNS).writerow(json.loads(reject.raw))
    assert next(csv.reader(io.StringIO(text.getvalue(), newline=""))) == list(bad.values())
    mended = json.loads(reject.raw) | {"Month": "2022-03"}
    assert street(mended).table.num_rows == 1


@pytest.mark.parametrize(
    ("name", "month"),
    [
        (MARCH, "2022-03"),
        ("2022-12-a-b-c-street.csv", "2022-12"),
        ("2022-03-HAVENSHIRE-STREET.CSV", "2022-03"),
        ("2022-13-havenshire-street.csv", None),
        ("2202-03-havenshire-street.csv", None),
        ("2022-03.csv", None),
        ("havenshire-2022-03.csv", None),
        ("20220-3-havenshire.csv", None),
        ("2022-03-havenshire-street.txt", None),
        ("2022-03-havenshire-street.csv\n", None),
        ("٢٠٢٢-03-havenshire-street.csv", None),
    ],
)
def test_a_file_is_the_delivery_of_the_month_in_its_name(name: str, month: str | None) -> None:
    assert month_of_file(POLICE_UK, name) == (month and month_from_text(month))


def test_a_file_without_a_month_in_its_name_may_hold_any() -> None:
    judged = street(asb(Month="2021-01"), asb(Month="2023-02"), name="all.csv")
    assert judged.rejects == []
    assert judged.table["month"].to_pylist() == [month_from_text("2021-01"), month_from_text("2023-02")]


def test_the_categories_are_those_that_the_recipe_knows() -> None:
    assert reasons(judge([crime("a")], POLICE_UK, known=Known())) == ["unknown_category"]


def test_a_file_of_another_layout_is_refused_with_what_is_missing_and_what_is_strange() -> None:
    columns = (*(name for name in COLUMNS if name != "Context"), "Kontext")
    with pytest.raises(
        UnknownColumn, match=r"2022-03\S+ without Context and with Kontext\. Expected the columns of police\.uk"
    ):
        require_columns(Member(name=MARCH, size=0, columns=columns), POLICE_UK)
    require_columns(Member(name=MARCH, size=0, columns=tuple(sorted(COLUMNS))), POLICE_UK)


def test_every_reason_has_its_sentence() -> None:
    assert all(sentence and reason.replace("_", "").isalnum() for reason, sentence in REASONS.items())
