"""Months, windows and receipts: every spelling that is one, and every spelling that is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harmgrid.errors import InvalidWindow
from harmgrid.types import Months, Question, Receipt, Window, month_from_text, month_text

pytestmark = pytest.mark.quick

MONTH = st.integers(min_value=0, max_value=9999 * 12 + 11)
# 2020-05 to 2020-08, of which 2020-07 was never delivered
SUMMER = Months(start=month_from_text("2020-05"), delivered=(True, True, False, True))


def test_a_month_is_twelve_times_the_year_and_the_months_before_it() -> None:
    assert month_from_text("2022-03") == 2022 * 12 + 2
    assert month_text(2022 * 12 + 2) == "2022-03"


def test_january_follows_december() -> None:
    assert month_from_text("2023-01") - month_from_text("2022-12") == 1


@settings(deadline=None)
@given(MONTH)
def test_every_month_reads_back_as_it_was_written(month: int) -> None:
    assert month_from_text(month_text(month)) == month


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023",
        "2023-13",
        "2023-00",
        "2023-1",
        "2023-012",
        "23-01",
        "02023-01",
        "2023/01",
        "2023-01-15",
        "202301",
        "2023\N{EN DASH}01",
        " 2023-01",
        "2023-01 ",
        "2023-01\n",
        "-2023-01",
        "+2023-01",
        "2023-0x",
        "\N{FULLWIDTH DIGIT TWO}023-01",
        "2023-0\N{ARABIC-INDIC DIGIT ONE}",
        "2023-01\x00",
        "2023-01..2023-02",
        "9" * 10_000,
    ],
)
def test_no_other_spelling_is_a_month(text: str) -> None:
    with pytest.raises(InvalidWindow) as raised:
        month_from_text(text)
    assert len(str(raised.value)) < 300


def test_a_window_names_its_first_and_its_last_month() -> None:
    window = Window.from_text("2022-11..2023-02")
    assert [month_text(month) for month in window.months] == ["2022-11", "2022-12", "2023-01", "2023-02"]
    assert window.stop - window.start == 4


def test_one_month_is_named_twice() -> None:
    assert list(Window.from_text("2022-03..2022-03").months) == [month_from_text("2022-03")]


@settings(deadline=None)
@given(MONTH, st.integers(min_value=1, max_value=60))
def test_every_window_reads_back_as_it_was_written(start: int, months: int) -> None:
    window = Window(start, min(start + months, 9999 * 12 + 12))
    assert Window.from_text(window.text) == window


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "2022-03",
        "2022-03..",
        "..2022-03",
        "2022-03.2022-04",
        "2022-03...2022-04",
        "2022-03..2022-04..2022-05",
        "2022-03,2022-04",
        "2022-03/2022-04",
        "2022-03 .. 2022-04",
        "2022-03..2022-13",
        "2022-00..2022-03",
        "2022-03…2022-04",
        "2022-03..2022-04\n",
        "../../etc/passwd",
        "2022-03" * 5_000,
    ],
)
def test_no_other_spelling_is_a_window(text: str) -> None:
    with pytest.raises(InvalidWindow) as raised:
        Window.from_text(text)
    assert len(str(raised.value)) < 300


def test_a_window_that_runs_backwards_is_told_the_right_way_round() -> None:
    with pytest.raises(InvalidWindow, match=r"ask for 2022-03\.\.2023-02"):
        Window.from_text("2023-02..2022-03")


def test_months_know_where_they_begin_and_end() -> None:
    assert SUMMER.window.text == "2020-05..2020-08"
    assert SUMMER.stop - SUMMER.start == 4
    assert [(month_text(month), there) for month, there in SUMMER][1:3] == [("2020-06", True), ("2020-07", False)]


@pytest.mark.parametrize(
    ("window", "missing"),
    [
        ("2020-05..2020-06", []),
        ("2020-05..2020-08", ["2020-07"]),
        ("2020-07..2020-07", ["2020-07"]),
        ("2020-07..2020-08", ["2020-07"]),
        ("2020-08..2020-08", []),
    ],
)
def test_a_window_knows_which_of_its_months_are_missing(window: str, missing: list[str]) -> None:
    assert [month_text(month) for month in SUMMER.missing(Window.from_text(window))] == missing


@pytest.mark.parametrize("window", ["2020-05..2020-08", "2020-05..2020-05", "2020-08..2020-08", "2020-07..2020-08"])
def test_a_window_inside_the_data_with_a_delivered_month_is_answered(window: str) -> None:
    assert SUMMER.require(Window.from_text(window)) == Window.from_text(window)


@pytest.mark.parametrize("window", ["2020-04..2020-05", "2020-08..2020-09", "2019-01..2019-12", "2020-04..2020-09"])
def test_a_window_that_leaves_the_data_is_told_how_far_they_reach(window: str) -> None:
    with pytest.raises(InvalidWindow, match=r"2020-05\.\.2020-08"):
        SUMMER.require(Window.from_text(window))


def test_a_window_of_missing_months_only_is_refused_and_not_answered_with_zero() -> None:
    with pytest.raises(InvalidWindow, match="missing is not zero"):
        SUMMER.require(Window.from_text("2020-07..2020-07"))


def test_equal_questions_are_equal_values() -> None:
    window = Window.from_text("2022-03..2023-02")
    asked = [Question(window=window, measures=frozenset(names)) for names in (["a", "b"], ["b", "a", "b"])]
    assert asked[0] == asked[1]
    assert hash(asked[0]) == hash(asked[1])


def test_a_receipt_accounts_for_every_row_once() -> None:
    assert Receipt(name="f", read=10, loaded=4, updated=3, unchanged=2, rejected=1).balanced
    assert not Receipt(name="f", read=10, loaded=4, updated=3, unchanged=2, rejected=2).balanced
    assert Receipt(name="f", withdrawn=3).balanced, "withdrawn rows were not read"


def test_receipts_add_up_with_their_reasons() -> None:
    total = Receipt(name="all")
    total.add(Receipt(name="a", read=5, loaded=3, rejected=2, reasons={"no month": 1, "half a location": 2}))
    total.add(Receipt(name="b", read=4, updated=1, unchanged=2, rejected=1, withdrawn=6, reasons={"no month": 1}))
    assert total == Receipt(
        name="all",
        read=9,
        loaded=3,
        updated=1,
        unchanged=2,
        rejected=3,
        withdrawn=6,
        reasons={"no month": 2, "half a location": 2},
    )
