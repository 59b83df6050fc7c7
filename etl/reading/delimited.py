"""CSV: its header, its rows by number, and what is no row."""

import csv
import io
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from etl.reading.archive import Found
from etl.reading.blocks import Block, Damaged, Table, sift
from etl.reading.source import DELIMITERS, Reading, require_names
from etl.reading.utf8 import END, NOT_UTF8, as_utf8
from harmgrid.errors import UnreadableSource

_BLOCK_BYTES = 4 * 1024**2  # of a file in memory at once; a row may reach into a second one, not into a third
_HEADER_BYTES = 262_144


@contextmanager
def open_table(file: Found, reading: Reading) -> Iterator[Table]:
    """A CSV file.

    Raises:
        UnreadableSource: no text, or a header that does not end.
        UnknownColumn: columns that cannot be told apart.
    """
    delimiter = DELIMITERS[reading.delimiter]
    columns = _header(file, reading.encoding, delimiter)
    require_names(file.name, columns)
    yield _Delimited(file=file, encoding=reading.encoding, delimiter=delimiter, columns=columns)


def _header(file: Found, encoding: str, delimiter: str) -> tuple[str, ...]:
    try:
        with file.open() as opened:
            text = as_utf8(opened, encoding).read(_HEADER_BYTES).decode("utf-8", "ignore").removeprefix("\ufeff")
    except UnicodeError as error:  # UTF-16 that does not say which of its two kinds it is
        raise _no_text(file.name, encoding, str(error)) from error
    lines = io.StringIO(text.partition(f"\n{END}")[0], newline="\n")
    try:
        header = next((row for row in csv.reader(lines, delimiter=delimiter, strict=True) if row), [])
    except csv.Error as error:
        if "unexpected end" in str(error):  # csv's word for an open quote
            raise _no_csv(file.name, "a quote is never closed") from error
        raise _no_text(file.name, encoding, str(error)) from error
    if any(mark in name for name in header for mark in (NOT_UTF8, "\0")):
        raise _no_text(file.name, encoding, f"{header[0][:40]!r} ...")
    return tuple(header)


def _no_text(file: str, encoding: str, why: str) -> UnreadableSource:
    return UnreadableSource(
        came=f"{file}, whose first line is no text ({why})",
        expected=f"a CSV file in {encoding.upper()} that starts with a header",
        do="check that it is the file you meant, and the encoding that its profile names",
    )


def _no_csv(file: str, why: str) -> UnreadableSource:
    return UnreadableSource(
        came=f"{file}, which is no CSV after some point ({why})",
        expected="rows of fields separated as the header's are, quotes closed",
        do="open the file at that point, or fetch it again; nothing of it has been loaded",
    )


@dataclass(kw_only=True)
class _Irregular:
    """Rows with a wrong number of fields; the CSV reader meets them up to a block before it hands out the others."""

    end: str
    not_text: str
    found: Damaged = field(default_factory=Damaged)
    pending: "array[int]" = field(default_factory=lambda: array("q"))  # numbers that `number_whole` has not passed yet
    ended: bool = False  # whether the reader met the end outside of any quotes

    def __call__(self, row: pa.csv.InvalidRow) -> str:
        if row.text == self.end:
            self.ended = True
        else:
            marks = ((self.not_text, NOT_UTF8), ("nul_character", "\0"))
            reasons = (*(reason for reason, mark in marks if mark in row.text), "wrong_number_of_fields")
            self.found.add(row.number, " ".join(reasons), row.text)
            self.pending.append(row.number)
        return "skip"

    def take(self) -> Iterator[Damaged]:
        """Those since the last call, if there are any."""
        taken, self.found = self.found, Damaged()
        if taken.raw:
            yield taken

    def number_whole(self, rows: int, first: int) -> NDArray[np.int64]:
        """The numbers of the next whole rows, from `first` on."""
        pending = np.array(self.pending, dtype=np.int64)
        numbers = np.arange(first, first + rows + len(pending), dtype=np.int64)
        whole = numbers[~np.isin(numbers, pending)][:rows]
        if rows:
            self.pending = array("q", pending[pending > whole[-1]].tobytes())
        return whole


@dataclass(frozen=True, kw_only=True)
class _Delimited:
    file: Found
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    crs: str = ""

    def blocks(self) -> Iterator[Block | Damaged]:
        """Rows of as many fields as the header has, as they stand.

        Raises:
            UnreadableSource: no CSV, a quote that is never closed, or a row longer than a block.
        """
        # A row of one field too many is no row of the table, however many that has.
        end = END if len(self.columns) > 1 else END + self.delimiter
        not_text = "not_utf8" if self.encoding == "utf-8" else "undecodable"
        irregular = _Irregular(end=end, not_text=not_text)
        first = 2  # the header is row 1
        try:
            with self.file.open() as opened:
                for batch in self._batches(as_utf8(opened, self.encoding, end), irregular):
                    yield from irregular.take()
                    numbers = irregular.number_whole(batch.num_rows, first)
                    first = int(numbers[-1]) + 1 if len(numbers) else first
                    block = Block(numbers=numbers, columns=batch.columns, done=opened.tell())
                    yield from sift(block, not_text, self.delimiter)
        except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
            too_long = "straddl" in str(error)  # Arrow's word for a row that does not end within a block
            why = f"a row is longer than {_BLOCK_BYTES:,} bytes" if too_long else str(error).splitlines()[0][:200]
            raise _no_csv(self.file.name, why) from error
        if not irregular.ended:
            raise _no_csv(self.file.name, "a quote is never closed")
        yield from irregular.take()

    def _batches(self, stream: io.BufferedReader, irregular: _Irregular) -> pa.csv.CSVStreamingReader:
        return pa.csv.open_csv(
            stream,
            pa.csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False),
            pa.csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=irregular),
            pa.csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(self.columns, pa.string()),
                strings_can_be_null=False,
                include_columns=list(self.columns),
            ),
        )
