"""Offence codes: brought to the form of the weight table, or told apart from what a spreadsheet makes of them."""

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from etl.fields.offences import codes_from_text

KNOWN = frozenset({"5D", "92A", "1", "105A", "05X", "5X"})


def judged(*texts: str, known: frozenset[str] = KNOWN) -> list[tuple[str, str]]:
    codes, damaged, unknown = codes_from_text(pa.array(texts, pa.string()), known)
    words = [
        "damaged" if is_damaged else "unknown" if is_unknown else ""
        for is_damaged, is_unknown in zip(damaged, unknown, strict=True)
    ]
    return list(zip(codes.to_pylist(), words, strict=True))


@pytest.mark.quick
@pytest.mark.parametrize(
    ("text", "code"),
    [("5D", "5D"), ("5d", "5D"), ("05D", "5D"), ("005d", "5D"), ("92A", "92A"), ("", ""), ("05X", "05X"), ("5X", "5X")],
)
def test_a_code_is_known_whatever_its_case_and_leading_zeros(text: str, code: str) -> None:
    assert judged(text) == [(code, "")]


@pytest.mark.quick
@pytest.mark.parametrize(
    "text", ["5Q", "0", "092", "99/99", "814/1", "802", "15/00", "5E", "10E", "00811", "19512", "1/4.1/4.10"]
)
def test_any_other_code_has_no_weight(text: str) -> None:
    assert judged(text) == [(text, "unknown")]


@pytest.mark.quick
@pytest.mark.parametrize(
    "text",
    [
        *(
            "44784",
            "36526",
            "55000",
            "11902",
            "44784.0",
            "2022-11-08",
            "2022-11-08T00:00:00",
            "08/11/2022",
            "8.11.2022",
        ),
        *("08-Nov", "8-nov", "08 Nov", "8-Nov-22", "Nov-08", "Aug-32", "November 1999", "8.5E+12", "5.00E-03", "1E+10"),
    ],
)
def test_what_a_spreadsheet_makes_of_a_code_is_named(text: str) -> None:
    assert judged(text)[0][1] == "damaged"


@pytest.mark.quick
def test_a_code_of_the_table_is_never_damaged() -> None:
    assert judged("44784", known=frozenset({"44784"})) == [("44784", "")]


def test_exactly_the_damaged_codes_of_the_home_office_map_are_named(real_data: Path) -> None:
    with (real_data / "police-uk-offence-map" / "police_uk_category_mappings.csv").open(
        newline="", encoding="utf-8"
    ) as file:
        rows = list(csv.DictReader(file))
    with (real_data / "css-weights" / "css_weights_2020.csv").open(newline="", encoding="utf-8") as file:
        weighed = frozenset(row["ho_recorded_crime_code"] for row in csv.DictReader(file))
    raw = [row["ho_code_raw"].strip() for row in rows]
    was_damaged = [row["ho_code_raw"] != row["ho_code_repaired"] for row in rows]
    words = [word for _, word in judged(*raw, known=weighed)]
    assert len(rows) == 1482
    assert was_damaged.count(True) == 124
    assert [word == "damaged" for word in words] == was_damaged
    assert all((word == "") == (code in weighed) for code, word in zip(raw, words, strict=True))
