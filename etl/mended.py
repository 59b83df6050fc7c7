"""Rejects as a CSV file that a person mends in a spreadsheet, and that file read again.

Its first three columns say which reject a row is; the others are those of the source. It is UTF-8 with a mark in front,
by which spreadsheets know that. A text that a spreadsheet would take for a formula has an apostrophe before it, which
is taken off again.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

from etl.reading import Member, RawBatch, Reading, open_source
from harmgrid.errors import UnknownColumn, UnreadableSource
from harmgrid.records import Bulk, Records
from harmgrid.records.changes import held_source
from harmgrid.records.mending import files_with_rejects, read_rejects
from harmgrid.types import Reject

FILE, ROW, REASONS = KEYS = ("reject: file", "reject: row", "reject: reasons")
# Lines that are no rows, or whose text is not what stood in the file.
DAMAGE = frozenset({"not_utf8", "undecodable", "nul_character", "wrong_number_of_fields"})
_FORMULA = re.compile(r"'*(?:[=@\t\r\n]|[+\-](?!\d+(?:\.\d+)?$))", re.ASCII)
_CSV = Reading(format="csv")


def row_of(reject: Reject) -> dict[str, str] | None:
    """The row of a reject, text by column; None if it is damaged."""
    if not DAMAGE.isdisjoint(reject.reasons):
        return None
    try:
        row = json.loads(reject.raw)
    except (ValueError, RecursionError):
        return None
    fine = isinstance(row, dict) and row and all(isinstance(value, str) for value in row.values())
    return row if fine else None


def export_rejects(records: Records, source: str, path: Path) -> tuple[int, int]:
    """Write the rejects of a source that can be mended to a new file; how many, and how many cannot.

    Raises:
        UnknownSource: nothing of that name has been loaded.
        FileExistsError: there is a file of that name. It may be one that somebody is mending.
    """
    written = damaged = 0
    with records.bulk() as bulk, bulk.reading():
        source_id = held_source(bulk, source).id
        columns = dict.fromkeys(name for _, row in _rows(bulk, source_id) for name in row or ())
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*KEYS, *map(guarded, columns)])
            for reject, row in _rows(bulk, source_id):
                if row is None:
                    damaged += 1
                    continue
                texts = [guarded(row.get(column, "")) for column in columns]
                writer.writerow([guarded(reject.file), reject.row, " ".join(reject.reasons), *texts])
                written += 1
    return written, damaged


def _rows(bulk: Bulk, source_id: int) -> Iterator[tuple[Reject, dict[str, str] | None]]:
    """The rejects of a source, by file and row, with their texts."""
    for file_id, name in files_with_rejects(bulk, source_id):
        for rejects in read_rejects(bulk, file_id, name):
            yield from ((reject, row_of(reject)) for reject in rejects)


def read_mended(path: Path) -> dict[str, dict[int, dict[str, str]]]:
    """The texts of mended rows by column, by file and row.

    Raises:
        UnreadableSource: no CSV, a damaged row, a row without a number, or two for one reject.
        UnknownColumn: it does not say which rejects its rows are.
    """
    found: dict[str, dict[int, dict[str, str]]] = {}
    with open_source(path, _CSV) as source:
        for member in source.members:
            if not {FILE, ROW} <= set(member.columns):
                raise UnknownColumn(
                    came=f"{member.name} without the columns {FILE!r} and {ROW!r}",
                    expected="a file of harmgrid rejects export, mended",
                    do="export the rejects again, and leave those columns as they are",
                )
            for batch in source.batches(member):
                _take(batch, member, found)
    return found


def _take(batch: RawBatch, member: Member, found: dict[str, dict[int, dict[str, str]]]) -> None:
    if batch.damaged:
        raise _unreadable(member, batch.damaged[0].row, "which is damaged", "whole rows")
    columns = {_unguarded(name): column.to_pylist() for name, column in batch.columns.items()}
    files, rows = columns.pop(FILE), columns.pop(ROW)
    columns.pop(REASONS, None)
    for at, (file, row) in enumerate(zip(files, rows, strict=True)):
        number = int(batch.numbers[at])
        if not re.fullmatch(r"\d{1,18}", row.strip(), re.ASCII):
            raise _unreadable(member, number, f"whose reject is of the row {row[:20]!r}", "the number of a row")
        of_file = found.setdefault(_unguarded(file), {})
        if int(row) in of_file:
            raise _unreadable(member, number, f"the second for row {int(row)} of {file[:80]}", "each reject once")
        of_file[int(row)] = {name: _unguarded(texts[at]) for name, texts in columns.items()}


def _unreadable(member: Member, row: int, how: str, expected: str) -> UnreadableSource:
    return UnreadableSource(
        came=f"row {row} of {member.name}, {how}",
        expected=expected,
        do="correct that row; nothing has been loaded",
    )


def guarded(text: str) -> str:
    """A text as it can stand in a spreadsheet: with an apostrophe before it where it would be taken for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
