"""Excel workbooks: one sheet, its first row that is not blank being the header.

A workbook is a zip archive of XML, so it is looked at as an archive from outside is before anything is unpacked.
"""

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

import numpy as np
import openpyxl
import pyarrow as pa
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from etl.reading.archive import Found, entries_of
from etl.reading.blocks import Block, Damaged, Table, line_of, sift
from etl.reading.source import Reading, require_names
from etl.reading.text import text_of
from harmgrid.errors import HarmgridError, UnreadableSource

MAX_SHEET_ROWS = 1_048_576  # what Excel has
MAX_CELLS = 100_000_000  # of a sheet, counting the empty ones before a row's last
_BATCH_ROWS = 4_096
_OLD = b"\xd0\xcf\x11\xe0"
# openpyxl has no error of its own for a file that is not what it says.
_BROKEN = (
    AttributeError, EOFError, InvalidFileException, LookupError, OSError, SyntaxError, TypeError, ValueError,
    NotImplementedError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@contextmanager
def open_table(file: Found, reading: Reading) -> Iterator[Table]:
    """A sheet of a workbook.

    Raises:
        UnreadableSource: no workbook, made to fill a disk, damaged, or without that sheet.
        UnknownColumn: columns that cannot be told apart.
    """
    with file.open_seekable() as content:
        _require_workbook(file, content)
        with _told(file):
            book = openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False)
        try:
            table = _Sheet(file=file, sheet=_chosen_sheet(file, book, reading.sheet))
            require_names(file.name, table.columns)
            yield table
        finally:
            book.close()


class _Sheet:
    """Rows of one sheet."""

    crs = ""

    def __init__(self, *, file: Found, sheet: Any) -> None:
        self._file, self._sheet = file, sheet
        header = next(self._rows(), None)
        self._header = header.number if header else 0
        self.columns = tuple(header.texts) if header else ()

    def blocks(self) -> Iterator[Block | Damaged]:
        """Its rows, numbered as the sheet numbers them, blank ones left out."""
        rows = (row for row in self._rows() if row.number > self._header)
        while some := list(islice(rows, _BATCH_ROWS)):
            width = len(self.columns)
            whole = [row for row in some if len(row.texts) <= width]
            damaged = Damaged()
            for row in some:
                if len(row.texts) > width:
                    damaged.add(row.number, "wrong_number_of_fields", _quoted(row.texts, width))
            yield damaged
            padded = [row.texts + [""] * (width - len(row.texts)) for row in whole]
            columns = [pa.array(texts, pa.string()) for texts in zip(*padded, strict=True)]
            if columns:
                numbers = np.array([row.number for row in whole], dtype=np.int64)
                yield from sift(Block(numbers=numbers, columns=columns, done=0), "not_utf8")

    def _rows(self) -> Iterator["_Row"]:
        """Rows that are not blank."""
        self._sheet.reset_dimensions()  # what the file says of them may be anything
        cells = 0
        with _told(self._file):
            for number, values in enumerate(self._sheet.iter_rows(values_only=True), start=1):
                cells += len(values)
                if number > MAX_SHEET_ROWS or cells > MAX_CELLS:
                    raise _too_large(self._file)
                texts = [_text(value) for value in values]
                while texts and not texts[-1]:
                    texts.pop()
                if texts:
                    yield _Row(number=number, texts=texts)


@dataclass(frozen=True, kw_only=True)
class _Row:
    number: int
    texts: list[str]  # up to the last that is not empty


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and value.time() == dt.time():  # a workbook knows no day without a time
        return value.date().isoformat()
    return text_of(value)


def _quoted(texts: list[str], width: int) -> str:
    """A row that is wider than the header: what stands beyond is named by its column, there may be 16,384."""
    beyond = [f"{get_column_letter(at + 1)}: {text}" for at, text in enumerate(texts) if at >= width and text]
    return line_of(texts[:width] + beyond)


@contextmanager
def _told(file: Found) -> Iterator[None]:
    try:
        yield
    except HarmgridError:
        raise
    except _BROKEN as error:
        raise _no_workbook(file, f"{type(error).__name__}: {error}") from error


def _no_workbook(file: Found, why: str) -> UnreadableSource:
    return UnreadableSource(
        came=f"{file.name}, which is no whole workbook ({why.splitlines()[0][:200]})",
        expected="an Excel workbook, .xlsx",
        do="open it in a spreadsheet program and save it anew; nothing of it has been loaded",
    )


def _too_large(file: Found) -> UnreadableSource:
    return UnreadableSource(
        came=f"{file.name} with a sheet of more than {MAX_SHEET_ROWS:,} rows or {MAX_CELLS:,} cells",
        expected="a sheet that a spreadsheet program can hold",
        do="delete what stands far below or beside the table, or save it as CSV",
    )


def _require_workbook(file: Found, content: IO[bytes]) -> None:
    beginning = content.read(4)
    if beginning == _OLD:
        raise _no_workbook(file, "it is protected by a password, or of the format .xls")
    if beginning[:2] != b"PK":
        raise _no_workbook(file, f"it begins with {beginning!r}")
    entries_of(content, file.name)
    content.seek(0)


def _chosen_sheet(file: Found, book: Any, wanted: str) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if wanted in sheets:
        return sheets[wanted]
    if sheets and not wanted:
        return next(iter(sheets.values()))
    raise UnreadableSource(
        came=f"{file.name} without the sheet {wanted or 'that every workbook has'}",
        expected=f"one of its sheets: {', '.join(sheets)[:300] or 'it has none'}",
        do="name one of them in the profile, under [read] as sheet",
    )
