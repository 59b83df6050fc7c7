"""The same table in any format is the same text."""

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.reading.text import text_of, texts_of

pytestmark = pytest.mark.quick

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        (" a ", " a "),
        (0, "0"),
        (-12, "-12"),
        (2**70, "1180591620717411303424"),
        (1001.0, "1001"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-7, "1e-07"),
        (1e22, "1e+22"),
        (-3.0555551, "-3.0555551"),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (True, "true"),
        (False, "false"),
        (Decimal("12.50"), "12.5"),
        (Decimal(1000), "1000"),
        (Decimal("1E+3"), "1000"),
        (Decimal("NaN"), ""),
        (dt.date(2020, 5, 1), "2020-05-01"),
        (dt.datetime(2020, 5, 1), "2020-05-01T00:00:00"),  # noqa: DTZ001 - files know no zones
        (dt.datetime(2020, 5, 1, 1, 30), "2020-05-01T01:30:00"),  # noqa: DTZ001
        (dt.datetime(2020, 5, 1, 1, 30, 0, 250_000), "2020-05-01T01:30:00.250"),  # noqa: DTZ001
        (dt.datetime(2020, 5, 1, 1, 30, 0, 1), "2020-05-01T01:30:00.000001"),  # noqa: DTZ001
        (dt.datetime(2020, 5, 1, 1, 30, tzinfo=LONDON), "2020-05-01T01:30:00+01:00"),
        (dt.time(1, 30), "01:30:00"),
        (dt.timedelta(hours=26, minutes=3), "26:03:00"),
        (b"\x01\xff", "01ff"),
        ([1, 2.5, None, dt.date(2020, 5, 1)], '[1, 2.5, null, "2020-05-01"]'),
        ({"a": "é"}, '{"a": "é"}'),
    ],
)
def test_a_value_has_one_text(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        ([1, None], pa.int64(), ["1", ""]),
        ([1.5, 1001.0, None], pa.float64(), ["1.5", "1001", ""]),
        ([0.1, 1001.0, None], pa.float32(), ["0.1", "1001", ""]),
        ([True, None], pa.bool_(), ["true", ""]),
        (["a", None], pa.large_string(), ["a", ""]),
        (["a", None, "a"], pa.dictionary(pa.int8(), pa.string()), ["a", "", "a"]),
        ([None], pa.null(), [""]),
        ([dt.date(2020, 5, 1)], pa.date32(), ["2020-05-01"]),
        ([1_588_296_600_000_000_001], pa.timestamp("ns"), ["2020-05-01T01:30:00"]),
        ([1_588_296_600], pa.timestamp("s", "Europe/London"), ["2020-05-01T02:30:00+01:00"]),
        ([Decimal("1.50")], pa.decimal128(5, 2), ["1.5"]),
        ([[1, 2]], pa.list_(pa.int8()), ["[1, 2]"]),
        ([b"\xff"], pa.binary(), ["ff"]),
    ],
)
def test_a_column_has_the_texts_of_its_values(values: list[Any], kind: pa.DataType, texts: list[str]) -> None:
    column = texts_of(pa.array(values, kind))
    assert column.to_pylist() == texts
    assert column.type == pa.string()


@given(st.lists(st.floats(allow_nan=False)))
def test_a_number_comes_back_from_its_text(values: list[float]) -> None:
    assert [float(text) for text in texts_of(pa.array(values, pa.float64())).to_pylist()] == values


def test_bytes_that_are_no_text_are_spelled_out() -> None:
    broken = pa.array([b"Caf\xe9", None, b"a"]).view(pa.string())
    assert texts_of(broken).to_pylist() == ["Caf\ufdd0\\xe9", "", "a"]
