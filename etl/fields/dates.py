"""Days and months from text, whole columns at once.

ISO dates are always understood, with or without a time and an offset, because that is how dates of spreadsheets and
Parquet files come from the reading room. Profiles name other formats with the letters of `strptime`. They are
translated to regular expressions here, because `strptime` itself follows the machine's language and normalises a
31 February.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from harmgrid.types import month_from_text

FIRST_YEAR, LAST_YEAR = 1900, 2099  # a slip like 2202-03 would stretch the axis of months by centuries
MONTH = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])"
DIRECTIVES = {
    "%Y": r"(?P<Y>[0-9]{4})",
    "%y": r"(?P<y>[0-9]{2})",
    "%m": r"(?P<m>[0-9]{1,2})",
    "%b": r"(?P<b>[A-Za-z]{3,9})",
    "%B": r"(?P<b>[A-Za-z]{3,9})",
    "%d": r"(?P<d>[0-9]{1,2})",
    "%H": r"(?P<H>[0-9]{1,2})",
    "%I": r"(?P<I>[0-9]{1,2})",
    "%p": r"(?P<p>[AaPp][Mm])",
    "%M": r"(?P<M>[0-9]{2})",
    "%S": r"(?P<S>[0-9]{2})",
    "%f": r"(?P<f>[0-9]{1,9})",
    "%z": r"(?P<z>Z|[+-][0-9]{2}(?::?[0-9]{2})?)",
}

_ISO = (
    r"^(?P<Y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"
    r"(?:[T ](?P<H>[0-9]{2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"(?P<z>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$"
)
_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name[:length]: at for at, name in enumerate(_NAMES, start=1) for length in (3, 9)} | {"sept": 9}
_DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Days:
    """Days since 1970-01-01 of a column of texts; int32, null where a text is no date of the years 1900 to 2099.

    They differ only where a time with an offset, as it is written, lies on another day than it had locally.
    """

    local: pa.Array
    written: pa.Array


def format_parts(text: str) -> frozenset[str]:
    """Which of `year month day` a format names.

    >>> sorted(format_parts("%d/%m/%Y"))
    ['day', 'month', 'year']

    Raises:
        ValueError: a directive that is none of `DIRECTIVES`, or one part twice; the message says which.
    """
    groups = re.findall(r"\?P<(\w)>", _pattern(text))
    parts = [
        {"Y": "year", "y": "year", "m": "month", "b": "month", "d": "day", "I": "H"}.get(name, name) for name in groups
    ]
    twice = [part for part in parts if parts.count(part) > 1]
    if twice:
        raise ValueError(f"it names the {twice[0]} twice")
    return frozenset(parts) & {"year", "month", "day"}


def days_from_text(text: pa.Array, formats: Sequence[str], zone: str) -> Days:
    """The days that texts name; a time with an offset is of the day that it then was in `zone`."""
    coded = text.dictionary_encode()
    distinct = coded.dictionary
    local, written = (np.full(len(distinct), np.nan) for _ in range(2))  # (text,), days
    for pattern in (_ISO, *map(_pattern, formats)):
        open_ = np.isnan(written)
        if not open_.any():
            break
        found = _parsed(distinct.filter(pa.array(open_)), pattern, zone)
        local[open_], written[open_] = found
    return Days(local=_int32(local).take(coded.indices), written=_int32(written).take(coded.indices))


def months_from_text(text: pa.Array, formats: Sequence[str]) -> pa.Array:
    """Months (see `harmgrid.types`) that texts like 2022-03 name, or texts of these formats; int32, null where none."""
    coded = text.dictionary_encode()
    distinct = coded.dictionary
    plain = pc.match_substring_regex(distinct, f"^{MONTH}$").to_numpy(zero_copy_only=False)
    months = np.full(len(distinct), np.nan)  # (text,)
    months[plain] = [month_from_text(value) for value in distinct.filter(pa.array(plain)).to_pylist()]
    for pattern in map(_pattern, formats):
        open_ = np.isnan(months)
        if open_.any():
            parts = _parts(distinct.filter(pa.array(open_)), pattern)
            months[open_] = np.where(_is_month(parts), parts["Y"] * 12 + parts["m"] - 1, np.nan)
    return _int32(months).take(coded.indices)


def months_of_days(days: pa.Array) -> pa.Array:
    """The months in which days lie; int32, null where a day is."""
    known = days.fill_null(0).to_numpy().astype("datetime64[D]").astype("datetime64[M]").astype(np.int32) + 1970 * 12
    return pc.if_else(days.is_valid(), pa.array(known.astype(np.int32)), pa.scalar(None, pa.int32()))


def _pattern(text: str) -> str:
    """The regular expression of a format."""
    pattern = "^"
    for piece in re.findall(r"%.?|[^%]", text, re.DOTALL):
        if piece == "%%" or not piece.startswith("%"):
            pattern += re.escape(piece[-1])
        elif piece in DIRECTIVES:
            pattern += DIRECTIVES[piece]
        else:
            raise ValueError(f"{piece} is none of {' '.join(DIRECTIVES)}")
    return f"{pattern}$"


def _parsed(text: pa.Array, pattern: str, zone: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Local and written days of texts; not a number where they do not match or are no date."""
    parts = _parts(text, pattern)
    fine = _is_month(parts) & (parts["d"] >= 1) & (parts["H"] < 24) & (parts["M"] < 60) & (parts["S"] < 60)
    year, month, day = (np.where(fine, parts[name], 1).astype(np.int64) for name in ("Y", "m", "d"))
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = first.astype("datetime64[D]").astype(np.int64) + day - 1  # (text,)
    fine &= days < (first + 1).astype("datetime64[D]").astype(np.int64)
    written = np.where(fine, days, np.nan)
    local = written.copy()
    instant = fine & ~np.isnan(parts["z"])
    if instant.any():
        of_day = (parts["H"] * 3600 + parts["M"] * 60 + parts["S"] - parts["z"])[instant].astype(np.int64)
        local[instant] = _local_days(days[instant] * _DAY_S + of_day, zone)
    return local, written


def _parts(text: pa.Array, pattern: str) -> dict[str, NDArray[np.float64]]:
    """Year `Y`, month `m`, day `d`, hour, minute and second, offset `z` in seconds; not a number where not given."""
    found = pc.extract_regex(text, pattern)
    given = {field.name: pc.struct_field(found, field.name) for field in found.type}
    numbers = {name: _numbers(column) for name, column in given.items() if name not in "bpzf"}
    none = np.full(len(text), np.nan)
    parts = {name: numbers.get(name, none) for name in "Ymd"}
    if "y" in numbers:  # as strptime has it: 69 is 1969, 68 is 2068
        parts["Y"] = numbers["y"] + np.where(numbers["y"] < 69, 2000, 1900)
    if "b" in given:
        at = pc.index_in(pc.ascii_lower(given["b"]), pa.array(list(_MONTHS)))
        order = pa.array(list(_MONTHS.values()), pa.float64())
        parts["m"] = order.take(at).to_numpy(zero_copy_only=False)
    hours = numbers.get("H", none)
    if "I" in numbers:
        in_range = (numbers["I"] >= 1) & (numbers["I"] <= 12)
        hours = np.where(in_range, numbers["I"] % 12 + 12 * _holds(given.get("p"), "pm", len(text)), 24)
    parts |= {"H": hours, "M": numbers.get("M", none), "S": numbers.get("S", none)}
    parts |= {name: np.where(np.isnan(parts[name]), 0, parts[name]) for name in "HMS"}  # midnight if there is no time
    parts["z"] = _offsets(given["z"]) if "z" in given else none
    return parts


def _holds(column: pa.Array | None, word: str, size: int) -> NDArray[np.bool_]:
    if column is None:
        return np.zeros(size, dtype=np.bool_)
    found: NDArray[np.bool_] = pc.fill_null(pc.equal(pc.ascii_lower(column), word), fill_value=False).to_numpy(
        zero_copy_only=False
    )
    return found


def _numbers(column: pa.Array) -> NDArray[np.float64]:
    given = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
    numbers: NDArray[np.float64] = given.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def _offsets(column: pa.Array) -> NDArray[np.float64]:
    """Seconds east of Greenwich; not a number where no offset is given."""
    coded = column.dictionary_encode()
    seconds = pa.array([_offset(text) for text in coded.dictionary.to_pylist()], pa.float64())
    offsets: NDArray[np.float64] = seconds.take(coded.indices).to_numpy(zero_copy_only=False)
    return offsets


def _offset(text: str) -> float | None:
    if text in {"", "Z"}:
        return 0.0 if text else None
    digits = text[1:].replace(":", "").ljust(4, "0")
    return (1 if text[0] == "+" else -1) * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)


def _local_days(instants: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """The days that it was in a zone at these seconds since 1970 UTC."""
    local = ZoneInfo(zone)
    edges, at = np.unique(np.concatenate([instants // _DAY_S, instants // _DAY_S + 1]), return_inverse=True)
    at_edge = np.array([_east(int(edge) * _DAY_S, local) for edge in edges], dtype=np.int64)  # (UTC day,), seconds
    before, after = np.split(at_edge[at], 2)
    east = before.copy()
    for row in np.flatnonzero(before != after):  # clocks change twice a year
        east[row] = _east(int(instants[row]), local)
    return (instants + east) // _DAY_S


def _east(instant: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _is_month(parts: dict[str, NDArray[np.float64]]) -> NDArray[np.bool_]:
    fine: NDArray[np.bool_] = (
        (parts["Y"] >= FIRST_YEAR) & (parts["Y"] <= LAST_YEAR) & (parts["m"] >= 1) & (parts["m"] <= 12)
    )
    return fine


def _int32(numbers: NDArray[np.float64]) -> pa.Array:
    missing = np.isnan(numbers)
    return pa.array(np.where(missing, 0, numbers).astype(np.int32), mask=missing)
