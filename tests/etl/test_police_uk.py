"""Rows of a street crime file: which are events, which are rejects, and that row numbers and quotations are exact."""

import csv
import io
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.archive import csv_members
from etl.police_uk import REASONS, month_of_file, read_batches, require_columns
from harmgrid.errors import UnreadableSource
from harmgrid.measures import DEFAULT_RECIPE, read_recipe
from harmgrid.types import Reject, month_from_text
from tests.police_uk_builder import COLUMNS, HEADER, MARCH, Row, asb, crime, csv_text

pytestmark = pytest.mark.quick

CATEGORIES = frozenset(measure.category for measure in read_recipe(DEFAULT_RECIPE).measures)


def read(folder: Path, content: str | bytes, name: str = MARCH) -> tuple[list[dict[str, Any]], list[Reject]]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (member,) = csv_members(path)
    require_columns(member)
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    with member.open() as file:
        for batch in read_batches(member, file, CATEGORIES):
            rows += batch.rows.to_pylist()
            rejects += batch.rejects
    return rows, sorted(rejects, key=lambda reject: reject.row)


def reasons(folder: Path, *rows: Row) -> list[str]:
    """The reasons of each row that was rejected."""
    return [" ".join(reject.reasons) for reject in read(folder, csv_text(rows))[1]]


def line(row: Row) -> str:
    return csv_text([row]).splitlines()[1]


def test_an_event_keeps_every_field_of_its_row(tmp_path: Path) -> None:
    (row,), rejects = read(tmp_path, csv_text([crime("a", Context="seen by a patrol")]))
    assert rejects == []
    assert row == {
        "row_number": 2,
        "reference": "a",
        "month": month_from_text("2022-03"),
        "reported_by": "Havenshire Police",
        "falls_within": "Havenshire Police",
        "lon": 3.05,
        "lat": 55.05,
        "location": "On or near Quay Lane",
        "lsoa_code": "X01000001",
        "lsoa_name": "Havenshire 001A",
        "category": "Burglary",
        "outcome": "Under investigation",
        "context": "seen by a patrol",
    }


def test_columns_may_come_in_another_order(tmp_path: Path) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, sorted(COLUMNS))
    writer.writeheader()
    writer.writerow(crime("a"))
    assert read(tmp_path, text.getvalue()) == read(tmp_path, csv_text([crime("a")]))


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
def test_a_bad_row_is_rejected_with_every_reason(tmp_path: Path, change: Row, expected: str) -> None:
    good = [crime("a"), crime("c")]
    rows, (reject,) = read(tmp_path, csv_text([good[0], crime("b") | change, good[1]]))
    assert " ".join(reject.reasons) == expected
    assert reject.row == 3
    assert reject.raw == line(crime("b") | change).replace("\0", "\\x00")
    assert [(row["reference"], row["row_number"]) for row in rows] == [("a", 2), ("c", 4)]


@pytest.mark.parametrize(
    "change",
    [
        {"Longitude": "180", "Latitude": "-90"},
        {"Longitude": "-180.0", "Latitude": "+90"},
        {"Longitude": "", "Latitude": ""},
        {"Longitude": " 3.05 ", "Month": " 2022-03 ", "Crime type": "Burglary "},
        {"Longitude": "-.5".replace("-.", "-0.")},
        {"Crime ID": "'); DROP TABLE events; --"},
        {"Location": "<script>alert(1)</script>"},
        {"Location": '=cmd|" /C calc"!A0'},
        {"Location": "Ünïcødé ☂ street"},
        {"Context": "x" * 100_000},
    ],
)
def test_an_unusual_row_is_an_event(tmp_path: Path, change: Row) -> None:
    rows, rejects = read(tmp_path, csv_text([crime("a") | change]))
    assert rejects == []
    for column, name in (("Crime ID", "reference"), ("Location", "location"), ("Context", "context")):
        assert rows[0][name] == (crime("a") | change)[column]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a,2022-03", "wrong_number_of_fields"),
        ("   ", "wrong_number_of_fields"),
        (line(crime("a")) + ",one more", "wrong_number_of_fields"),
        ('"a,b",c', "wrong_number_of_fields"),
        ("a\0b", "nul_character wrong_number_of_fields"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_row_of_too_many_or_too_few_fields_is_quoted_as_it_came(
    tmp_path: Path, raw: str, expected: str, line_end: str
) -> None:
    lines = [HEADER, line(crime("x")), raw, line(crime("y"))]
    rows, (reject,) = read(tmp_path, line_end.join(lines))
    assert (" ".join(reject.reasons), reject.row, reject.raw) == (expected, 3, raw.replace("\0", "\\x00"))
    assert [(row["reference"], row["row_number"]) for row in rows] == [("x", 2), ("y", 4)]


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("", "\n"), ("\ufeff", "\n"), ("", "\n\n\n"), ("", "\r\n")], ids=repr
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_marks_and_blank_lines_make_no_difference(
    tmp_path: Path, before: str, after: str, line_end: str
) -> None:
    lines = [HEADER, line(crime("a")), "", line(crime("b")), line(asb())]
    rows, rejects = read(tmp_path, before + line_end.join(lines) + after)
    assert rejects == []
    assert [(row["reference"], row["row_number"]) for row in rows] == [("a", 2), ("b", 3), ("", 4)]


@pytest.mark.parametrize("after", ["", "\n", "\r\n", "\n\n"])
def test_a_file_of_a_header_alone_has_no_rows(tmp_path: Path, after: str) -> None:
    assert read(tmp_path, HEADER + after) == ([], [])


def test_a_field_may_hold_quotes_commas_and_lines(tmp_path: Path) -> None:
    context = 'He said "no",\nthen left.\n\nTwice.'
    rows, rejects = read(tmp_path, csv_text([crime("a", Context=context), crime("b"), crime("c", Month="x")]))
    assert [(row["reference"], row["row_number"], row["context"]) for row in rows] == [("a", 2, context), ("b", 3, "")]
    assert [reject.row for reject in rejects] == [4], "a row of five lines is one row"


def test_a_rejected_row_of_many_lines_is_quoted_whole(tmp_path: Path) -> None:
    bad = crime("a", Month="x", Context='He said "no",\nthen left.')
    (reject,) = read(tmp_path, csv_text([bad]))[1]
    assert next(csv.reader(io.StringIO(reject.raw, newline=""))) == list(bad.values())


def test_a_stray_quote_inside_a_field_is_only_a_quote(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, "\n".join([HEADER, line(crime("a")) + 'a 5" pipe', line(crime("b"))]))
    assert rejects == []
    assert [row["context"] for row in rows] == ['a 5" pipe', ""]


@pytest.mark.parametrize("column", ["Crime ID", "Location", "Context"])
def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path, column: str) -> None:
    lines = csv_text([crime("a") | {column: "%"}, crime("b"), crime("c")]).replace("%", '"oops')
    with pytest.raises(UnreadableSource, match="a quote is never closed"):
        read(tmp_path, lines)


def test_an_open_quote_in_the_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="no CSV"):
        read(tmp_path, csv_text([crime("a")]).replace("Context", '"Context'))


def test_a_row_of_five_megabytes_is_a_row(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, csv_text([crime("a"), crime("b", Context="x" * 5_000_000), crime("c")]))
    assert rejects == []
    assert [(row["reference"], len(row["context"])) for row in rows] == [("a", 0), ("b", 5_000_000), ("c", 0)]


def test_a_row_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="a row is longer than 4,194,304 bytes"):
        read(tmp_path, csv_text([crime("a"), crime("b", Context="x" * 9_000_000), crime("c")]))


@pytest.mark.parametrize("at", [0, 1_048_560, 1_048_576, 4_194_300])
def test_bytes_that_are_no_utf8_are_spelled_out(tmp_path: Path, at: int) -> None:
    filler = line(crime("f"))
    lines = [filler] * (at // len(filler))
    latin, short = line(crime("a", Location="Café")), "Café,2"
    content = "\n".join([HEADER, *lines, latin, line(crime("b", Location="Café ☂")).replace("☂", "?"), short])
    rows, rejects = read(tmp_path, content.encode("latin-1"))
    assert [reject.reasons for reject in rejects] == [
        ("not_utf8",),
        ("not_utf8",),
        ("not_utf8", "wrong_number_of_fields"),
    ]
    assert rejects[0].raw == latin.replace("é", "\\xe9")
    assert rejects[2].raw == "Caf\\xe9,2"
    assert [reject.row for reject in rejects] == [len(lines) + 2, len(lines) + 3, len(lines) + 4]
    assert len(rows) == len(lines)


def test_a_character_of_many_bytes_may_lie_across_the_edge_of_a_block(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, csv_text([crime(f"☂{n}", Location="☂" * 99) for n in range(12_000)]))
    assert rejects == []
    assert {row["location"] for row in rows} == {"☂" * 99}


@pytest.mark.parametrize("share", [0.0001, 0.05, 0.5])
def test_row_numbers_are_exact_over_many_blocks(tmp_path: Path, share: float) -> None:
    random = Random(7)  # noqa: S311 - it decides nothing but which rows are bad
    good, lines, damaged, unread = line(crime("R")), [HEADER], [], []
    for number in range(2, 60_000):
        kind = random.random()
        if kind < share:
            damaged.append(number)
            lines.append(f"damaged {number},x")
        elif kind < 2 * share:
            unread.append(number)
            lines.append(good.replace("R", f"unread {number}", 1).replace("2022-03", "x"))
        else:
            lines.append(good.replace("R", f"good {number}", 1))
        lines += [""] * (kind > 0.99)
    rows, rejects = read(tmp_path, "\n".join(lines))
    assert [row["reference"] for row in rows] == [f"good {row['row_number']}" for row in rows]
    assert all(reject.raw.startswith((f"damaged {reject.row},", f"unread {reject.row},")) for reject in rejects)
    assert sorted(reject.row for reject in rejects) == sorted(damaged + unread)
    assert len(rows) + len(rejects) == 59_998


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufdd0\ufdd1"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, st.booleans()), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_whatever_stands_in_a_text_comes_out_again(fields: list[tuple[str, str, bool]], line_end: str) -> None:
    given_rows = [
        crime(reference, Context=context, Month="2022-03" if good else "x") for reference, context, good in fields
    ]
    with tempfile.TemporaryDirectory() as folder:
        rows, rejects = read(Path(folder), csv_text(given_rows, line_end))
    found = {row["row_number"]: (row["reference"], row["context"]) for row in rows}
    for number, (reference, context, good) in enumerate(fields, start=2):
        if good:
            assert tuple(text.strip() for text in found.pop(number)) == (reference.strip(), context.strip())
    assert found == {}
    assert [reject.row for reject in rejects] == [n for n, (_, _, good) in enumerate(fields, start=2) if not good]


@pytest.mark.parametrize(
    ("name", "month"),
    [
        (MARCH, "2022-03"),
        ("2022-12-a-b-c-street.csv", "2022-12"),
        ("2022-03-HAVENSHIRE-STREET.CSV", "2022-03"),
        ("2022-13-havenshire-street.csv", None),
        ("2022-03.csv", None),
        ("havenshire-2022-03.csv", None),
        ("20220-3-havenshire.csv", None),
        ("2022-03-havenshire-street.txt", None),
        ("٢٠٢٢-03-havenshire-street.csv", None),
    ],
)
def test_a_file_is_the_delivery_of_the_month_in_its_name(name: str, month: str | None) -> None:
    assert month_of_file(name) == (month and month_from_text(month))


def test_a_file_without_a_month_in_its_name_may_hold_any(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, csv_text([asb(Month="2021-01"), asb(Month="2023-02")]), "all.csv")
    assert rejects == []
    assert [row["month"] for row in rows] == [month_from_text("2021-01"), month_from_text("2023-02")]


def test_every_reason_has_its_sentence() -> None:
    assert all(sentence and reason.replace("_", "").isalnum() for reason, sentence in REASONS.items())
