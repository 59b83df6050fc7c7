"""A load's receipt as a person reads it."""

import pytest

from etl.load import LoadReceipt
from etl.profiles import read_profile
from etl.rows import REASONS
from harmgrid.types import Receipt
from server.receipt import receipt_lines

pytestmark = pytest.mark.quick


def lines_of(*files: Receipt, left_out: list[str] | None = None, profile: str = "police-uk") -> list[str]:
    total = Receipt(name="in all")
    for file in files:
        total.add(file)
    return list(
        receipt_lines(read_profile(profile), LoadReceipt(files=list(files), total=total, left_out=left_out or []))
    )


def test_each_file_has_a_line_and_so_have_all_together() -> None:
    first = Receipt(name="2022-01-a-street.csv", read=1234, loaded=1200, updated=10, unchanged=20, rejected=4)
    second = Receipt(name="2022-02-a-street.csv", read=1, unchanged=1)
    assert [line.split() for line in lines_of(first, second)[:4]] == [
        ["file", "read", "loaded", "updated", "unchanged", "rejected"],
        ["2022-01-a-street.csv", "1,234", "1,200", "10", "20", "4"],
        ["2022-02-a-street.csv", "1", "0", "0", "1", "0"],
        ["in", "all", "1,235", "1,200", "10", "21", "4"],
    ]


def test_the_columns_stand_under_their_heads() -> None:
    lines = lines_of(Receipt(name="a" * 60, read=1, loaded=1), Receipt(name="b", read=1, loaded=1))[:4]
    assert len({len(line) for line in lines}) == 1


def test_reasons_are_counted_the_most_frequent_first_and_said_in_words() -> None:
    reasons = {"half_a_location": 1, "unknown_category": 3}
    lines = lines_of(Receipt(name="a", read=4, rejected=4, reasons=reasons))
    assert [line.strip() for line in lines[-2:]] == [
        f"3 rejected: unknown_category ({REASONS['unknown_category']})",
        f"1 rejected: half_a_location ({REASONS['half_a_location']})",
    ]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_can_be_told(reason: str) -> None:
    assert any(REASONS[reason] in line for line in lines_of(Receipt(name="a", read=1, rejected=1, reasons={reason: 1})))


def test_withdrawn_rows_and_files_left_out_are_told_only_if_there_are_any() -> None:
    quiet = lines_of(Receipt(name="a", read=1, loaded=1))
    assert not any("withdrawn" in line or "left out" in line for line in quiet)
    loud = lines_of(Receipt(name="a", read=1, loaded=1, withdrawn=1200), left_out=["x-outcomes.csv", "y.csv"])
    assert any("1,200 rows without a reference withdrawn" in line for line in loud)
    assert loud[-1] == "not police.uk street crime, left out: x-outcomes.csv, y.csv"
    register = lines_of(Receipt(name="a", read=1, loaded=1, withdrawn=2), profile="groups")
    assert any("2 rows withdrawn" in line for line in register)
