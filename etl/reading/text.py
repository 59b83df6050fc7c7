"""Values as text, so that one table reads the same from a workbook, a database, a Parquet file or CSV."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.reading.utf8 import SPELL_OUT


def text_of(value: object) -> str:
    """A single value as text.

    >>> [text_of(value) for value in (None, 12, 1001.0, 0.1, True, dt.date(2020, 5, 1), dt.datetime(2020, 5, 1, 1, 30))]
    ['', '12', '1001', '0.1', 'true', '2020-05-01', '2020-05-01T01:30:00']
    """
    if value is None:
        return ""
    for kind, told in _TOLD.items():
        if isinstance(value, kind):
            return told(value)
    return str(value)


def texts_of(column: pa.Array) -> pa.Array:
    """A column as text, "" where it is null; bytes that are no UTF-8 are spelled out, see `etl.reading.utf8`."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return texts_of(column.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        text = _as_utf8(column)
    elif pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        text = column.cast(pa.string())
    elif pa.types.is_float32(kind):
        text = pa.array([None if value is None else _float32(value) for value in column.to_pylist()], pa.string())
    elif pa.types.is_timestamp(kind):  # a clock of nanoseconds is finer than any that events are told by
        text = _each(column.cast(pa.timestamp("us", kind.tz), safe=False))
    else:
        text = _each(column)
    return pc.fill_null(text, "")


def _each(column: pa.Array) -> pa.Array:
    return pa.array([text_of(value) for value in column.to_pylist()], pa.string())


def _as_utf8(column: pa.Array) -> pa.Array:
    text = column.cast(pa.string())
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        values = text.cast(pa.binary()).to_pylist()
        return pa.array([value if value is None else value.decode("utf-8", SPELL_OUT) for value in values], pa.string())
    return text


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _float(value: float) -> str:
    if value != value:  # noqa: PLR0124 - no number
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def _float32(value: float) -> str:
    return _float(value) if value.is_integer() else str(np.float32(value))


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        return "" if value.is_nan() else str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: dt.datetime | dt.time) -> str:
    return value.isoformat(timespec="auto" if value.microsecond % 1000 or not value.microsecond else "milliseconds")


def _length(value: dt.timedelta) -> str:
    seconds = value // dt.timedelta(seconds=1)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _nested(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=text_of)


_TOLD: dict[type, Callable[..., str]] = {  # in this order: a bool is an int, a datetime is a date
    str: str,
    bool: _bool,
    int: str,
    float: _float,
    Decimal: _decimal,
    dt.datetime: _moment,
    dt.time: _moment,
    dt.date: dt.date.isoformat,
    dt.timedelta: _length,
    bytes: bytes.hex,
    dict: _nested,
    list: _nested,
    tuple: _nested,
}
