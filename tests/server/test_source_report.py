"""The lines that a check of a source prints."""

import dataclasses
import re

import pytest

from etl.check_source import Columns, Fault, SourceCheck
from etl.profiles import read_profile
from etl.rows import REASONS
from harmgrid.types import Reject, month_from_text
from server.source_report import source_lines

pytestmark = pytest.mark.quick

CHECK = SourceCheck(
    profile=read_profile("cannabis-farms"),
    files=("farms.csv",),
    left_out=("notes.csv",),
    columns=Columns(found=("Reference", "Date found"), missing=(), unknown=("Ward",), refused=False),
    sampled=("farms.csv",),
    loaded=1200,
    rejected=2,
    faults=(
        Fault(
            reason="swapped_axes",
            rows=2,
            example=Reject(file="farms.csv", row=7, reasons=("swapped_axes",), raw='{"Reference": "a\x1b[31m"}'),
        ),
    ),
    accepted=({"reference": "F1", "day": "2022-03-01"},),
    months=(month_from_text("2022-03"), month_from_text("2023-02")),
    located=1100,
    extent=(3.0, 55.0, 3.25, 55.1),
)


def test_a_check_is_told_in_lines() -> None:
    assert list(source_lines(CHECK)) == [
        "Cannabis farms (cannabis-farms event farm)",
        "files        1: farms.csv",
        "left out     notes.csv",
        "columns      Reference, Date found",
        "others       Ward (kept in the details)",
        "sample       the first rows of farms.csv",
        "rows         1,200 to load, 2 to reject",
        "months       2022-03 to 2023-02",
        "places       1,100, longitude 3.0000 to 3.2500, latitude 55.0000 to 55.1000",
        "to load      reference F1; day 2022-03-01",
        f"           2 rejected: swapped_axes ({REASONS['swapped_axes']})",
        '             as row 7 of farms.csv: {"Reference": "a?[31m"}',
        "nothing has been loaded",
    ]


def test_missing_columns_end_it() -> None:
    columns = dataclasses.replace(CHECK.columns, missing=("Longitude", "Latitude"))
    lines = list(source_lines(dataclasses.replace(CHECK, columns=columns, sampled=())))
    assert lines[-2:] == ["missing      Longitude, Latitude: nothing can be loaded without", "nothing has been loaded"]


def test_of_many_files_a_few_are_named() -> None:
    files = tuple(f"{nth}.csv" for nth in range(33))
    (line,) = [line for line in source_lines(dataclasses.replace(CHECK, files=files)) if line.startswith("files")]
    assert line == "files        33: 0.csv, 1.csv, 2.csv, 3.csv, 4.csv and 28 more"


def test_a_long_row_is_cut() -> None:
    lines = source_lines(dataclasses.replace(CHECK, accepted=({"location": "x" * 5000},)))
    (line,) = [line for line in lines if line.startswith("to load")]
    assert re.fullmatch(r"to load      location x{291} …", line)
