"""Street crime as data.police.uk hands it out: its files, its columns, and what makes a row an event or a reject."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from etl.archive import Member
from etl.utf8 import END, NOT_UTF8, as_utf8
from harmgrid.errors import UnknownColumn, UnreadableSource
from harmgrid.types import SYNTHETIC_MARK, Reject, month_from_text, month_text

SOURCE = "police-uk"
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."

# Columns of the file, and the fields of an event that they fill as they stand.
COLUMNS = {
    "Crime ID": "reference",
    "Month": "month",
    "Reported by": "reported_by",
    "Falls within": "falls_within",
    "Longitude": "lon",
    "Latitude": "lat",
    "Location": "location",
    "LSOA code": "lsoa_code",
    "LSOA name": "lsoa_name",
    "Crime type": "category",
    "Last outcome category": "outcome",
    "Context": "context",
}

REASONS = {
    "not_utf8": "the row holds bytes that are not UTF-8",
    "nul_character": "the row holds a character of value zero, which no database keeps",
    "wrong_number_of_fields": "the row has more or fewer fields than the header",
    "unreadable_month": "Month is no month of the years 1900 to 2099 in the form 2022-03",
    "month_of_another_file": "Month is not the month in the file's name",
    "unknown_category": "Crime type is no category that has a weight or is known to have none",
    "unreadable_longitude": "Longitude is no decimal number",
    "unreadable_latitude": "Latitude is no decimal number",
    "longitude_out_of_range": "Longitude is not between -180 and 180",
    "latitude_out_of_range": "Latitude is not between -90 and 90",
    "half_a_location": "only one of Longitude and Latitude is given",
    "repeated_reference": "an earlier row of this load has the same Crime ID",
}

_OTHER_KINDS = ("-outcomes.csv", "-stop-and-search.csv")
_MONTH = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])"  # a slip like 2202-03 would stretch the axis of months by centuries
_FILE_MONTH = re.compile(rf"({_MONTH})-.+\.csv", re.ASCII | re.IGNORECASE)
_DECIMAL = r"^[+-]?\d{1,9}(\.\d{0,20})?$"
_BLOCK_BYTES = 4 * 1024**2  # of a file in memory at once; a row may reach into a second one, not into a third


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows of one file: those that are events, and those that are not.

    `rows` has the columns row_number (int64), reference (text, empty if the row has none), month (int32), lon and lat
    (float64, null without a location) and the text columns of `COLUMNS`.
    """

    rows: pa.Table
    rejects: list[Reject]
    raw: "RawRows"


@dataclass(frozen=True, kw_only=True)
class RawRows:
    """A block of rows as they came, to quote from."""

    file: str
    numbers: NDArray[np.int64]
    columns: list[pa.Array]  # of text, see `etl.utf8`

    def reject(self, number: int, *reasons: str) -> Reject:
        """The row of that number as a reject."""
        at = int(np.searchsorted(self.numbers, number))
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(_quotable(column[at].as_py()) for column in self.columns)
        return Reject(file=self.file, row=number, reasons=reasons, raw=line.getvalue())


def is_street_crime(member: Member) -> bool:
    """Whether a file of an archive is street crime; archives also carry outcomes and stop and search."""
    return not member.name.lower().endswith(_OTHER_KINDS)


def month_of_file(name: str) -> int | None:
    """The month that a file is the delivery of, as its name says: 2022-03-some-force-street.csv."""
    match = _FILE_MONTH.fullmatch(name)
    return month_from_text(match[1]) if match else None


def is_synthetic(member: Member) -> bool | None:
    """Whether a file, by its first rows, comes from a force that somebody invented; None if it has no rows."""
    with member.open() as file:
        rows = file.read(65_536).partition(b"\n")[2].strip()
    return SYNTHETIC_MARK.encode() in rows if rows else None


def require_columns(member: Member) -> None:
    """Raise if a file is not what this profile reads.

    Raises:
        UnreadableSource: empty, or no text.
        UnknownColumn: other columns than street crime has.
    """
    with member.open() as file:
        line = file.readline(65_536)
    try:
        header = next(csv.reader([line.decode("utf-8-sig").rstrip("\r\n")]), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableSource(
            came=f"{member.name}, whose first line is no text ({error})",
            expected="a CSV file in UTF-8 that starts with a header",
            do="check that it is the file you meant",
        ) from error
    if sorted(header) != sorted(COLUMNS):
        missing, other = sorted(set(COLUMNS) - set(header)), sorted(set(header) - set(COLUMNS))
        parts = [f"without {', '.join(missing)}"] * bool(missing) + [f"with {', '.join(other)[:200]}"] * bool(other)
        raise UnknownColumn(
            came=f"{member.name} {' and '.join(parts) or 'with a column twice'}",
            expected=f"the columns of police.uk street crime: {', '.join(COLUMNS)}",
            do="load a street crime file of data.police.uk, unchanged",
        )


@dataclass(kw_only=True)
class _Damaged:
    """Rows with a wrong number of fields; the CSV reader meets them up to a block before it hands out the others."""

    file: str
    found: list[Reject] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)  # of those that `number_whole` has not passed yet
    ended: bool = False  # whether the reader met the end outside of any quotes

    def __call__(self, row: pa.csv.InvalidRow) -> str:
        if row.text == END:
            self.ended = True
        else:
            marks = (("not_utf8", NOT_UTF8), ("nul_character", "\0"))
            reasons = (*(reason for reason, mark in marks if mark in row.text), "wrong_number_of_fields")
            self.found.append(Reject(file=self.file, row=row.number, reasons=reasons, raw=_quotable(row.text)))
            self.numbers.add(row.number)
        return "skip"

    def take(self) -> list[Reject]:
        """Those since the last call."""
        taken, self.found = self.found, []
        return taken

    def number_whole(self, rows: int, first: int) -> NDArray[np.int64]:
        """The numbers of the next whole rows, from `first` on."""
        numbers = np.arange(first, first + rows + len(self.numbers), dtype=np.int64)
        whole = numbers[~np.isin(numbers, list(self.numbers))][:rows]
        if rows:
            self.numbers = {number for number in self.numbers if number > whole[-1]}
        return whole


def read_batches(member: Member, file: IO[bytes], categories: frozenset[str]) -> Iterator[Batch]:
    """The rows of an open file, a few megabytes at a time.

    Raises:
        UnreadableSource: no CSV, a quote that is never closed, or a row longer than a block.
    """
    damaged = _Damaged(file=member.name)
    first = 2  # the header is row 1
    try:
        for block in _blocks(file, damaged):
            wrong = damaged.take()
            numbers = damaged.number_whole(block.num_rows, first)
            first = int(numbers[-1]) + 1 if len(numbers) else first
            yield _batch(RawRows(file=member.name, numbers=numbers, columns=block.columns), wrong, categories)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        too_long = "straddl" in str(error)  # Arrow's word for a row that does not end within a block
        why = f"a row is longer than {_BLOCK_BYTES:,} bytes" if too_long else str(error).splitlines()[0][:200]
        raise _no_csv(member, why) from error
    if not damaged.ended:
        raise _no_csv(member, "a quote is never closed")
    if left := damaged.take():
        none = [pa.array([], pa.string())] * len(COLUMNS)
        yield _batch(RawRows(file=member.name, numbers=np.empty(0, np.int64), columns=none), left, categories)


def _blocks(file: IO[bytes], damaged: _Damaged) -> Iterator[pa.RecordBatch]:
    """Rows of as many fields as the header has, as they stand, in the order of `COLUMNS`."""
    yield from pa.csv.open_csv(
        as_utf8(file),
        pa.csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False),
        pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=damaged),
        pa.csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(COLUMNS, pa.string()),
            strings_can_be_null=False,
            include_columns=list(COLUMNS),
        ),
    )


def _no_csv(member: Member, why: str) -> UnreadableSource:
    return UnreadableSource(
        came=f"{member.name}, which is no CSV after some point ({why})",
        expected="rows of fields separated by commas, quotes closed",
        do="open the file at that point, or fetch it again; nothing of it has been loaded",
    )


def _quotable(text: str) -> str:
    """Text that every database keeps."""
    return text.replace(NOT_UTF8, "").replace("\0", "\\x00")


def _batch(raw: RawRows, wrong: list[Reject], categories: frozenset[str]) -> Batch:
    bad: dict[str, NDArray[np.bool_]] = {}
    text = _texts(raw.columns, bad)
    month = _months(text["month"], month_of_file(raw.file), bad)
    known = pc.is_in(text["category"], pa.array(sorted(categories)))
    bad["unknown_category"] = ~known.to_numpy(zero_copy_only=False)
    lon = _degrees(text["lon"], "longitude", 180, bad)
    lat = _degrees(text["lat"], "latitude", 90, bad)
    bad["half_a_location"] = _empty(text["lon"]) != _empty(text["lat"])
    rejected = np.logical_or.reduce(list(bad.values()))
    columns = text | {"row_number": pa.array(raw.numbers), "month": month, "lon": lon, "lat": lat}
    rejects = wrong + [
        raw.reject(int(raw.numbers[at]), *(reason for reason in REASONS if reason in bad and bad[reason][at]))
        for at in np.flatnonzero(rejected)
    ]
    return Batch(rows=pa.table(columns).filter(pa.array(~rejected)), rejects=rejects, raw=raw)


def _texts(columns: list[pa.Array], bad: dict[str, NDArray[np.bool_]]) -> dict[str, pa.Array]:
    """Every column as trimmed text; rows with bytes that are no text, or that no database keeps, are marked."""
    for reason, mark in (("not_utf8", NOT_UTF8), ("nul_character", "\0")):
        holds = [pc.match_substring(column, mark).to_numpy(zero_copy_only=False) for column in columns]
        bad[reason] = np.logical_or.reduce(holds)
    return {name: pc.utf8_trim_whitespace(column) for name, column in zip(COLUMNS.values(), columns, strict=True)}


def _months(text: pa.Array, of_file: int | None, bad: dict[str, NDArray[np.bool_]]) -> pa.Array:
    """Months as integers, null where unreadable."""
    readable = pc.match_substring_regex(text, f"^{_MONTH}$")
    bad["unreadable_month"] = ~readable.to_numpy(zero_copy_only=False)
    coded = pc.if_else(readable, text, pa.scalar(None, pa.string())).dictionary_encode()
    numbers = pa.array([month_from_text(value) for value in coded.dictionary.to_pylist()], pa.int32())
    months = numbers.take(coded.indices)
    if of_file is not None:
        other = pc.and_(readable, pc.not_equal(text, month_text(of_file)))
        bad["month_of_another_file"] = other.to_numpy(zero_copy_only=False)
    return months


def _degrees(text: pa.Array, axis: str, limit: int, bad: dict[str, NDArray[np.bool_]]) -> pa.Array:
    """Degrees as numbers, null where there are none or none that can be used."""
    readable = pc.match_substring_regex(text, _DECIMAL)
    degrees = pc.if_else(readable, text, pa.scalar(None, pa.string())).cast(pa.float64())
    within = pc.fill_null(pc.less_equal(pc.abs(degrees), float(limit)), fill_value=False)
    bad[f"unreadable_{axis}"] = ~(readable.to_numpy(zero_copy_only=False) | _empty(text))
    bad[f"{axis}_out_of_range"] = pc.and_not(readable, within).to_numpy(zero_copy_only=False)
    return pc.if_else(within, degrees, pa.scalar(None, pa.float64()))


def _empty(text: pa.Array) -> NDArray[np.bool_]:
    empty: NDArray[np.bool_] = pc.equal(text, "").to_numpy(zero_copy_only=False)
    return empty
