"""A person out of the records: under review, or because they have a right to it.

What goes, and what becomes of a text that names them (by reference or by name, as a whole word, in any case):

- their rows in the registers (nominals, homes, memberships, priorities, involvements): removed;
- rejects whose raw row names them: removed;
- an entry of `details`: the entry is removed, the others stay; any other free text: cleared;
- the name of a file: replaced, and with it what rows without a reference are known by;
- what identifies or classifies something else (a reference, the name of another nominal, a kind, an area): left, and
  counted in the receipt. It names another thing or another person; if it does not, `removing` takes the row.

Events stay: they do not name people. Published snapshots hold no person either; the next one no longer counts this one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from harmgrid.records.changes import Note, note_change
from harmgrid.records.engine import Bulk, Records
from harmgrid.records.loading import delete_counted
from harmgrid.records.mentions import Mentions
from harmgrid.records.removing import telling
from harmgrid.records.scrubbing import prepare_scrub, scrub
from harmgrid.records.tables import (
    RECORDS,
    changes,
    events,
    files,
    homes,
    involvements,
    loads,
    memberships,
    metadata,
    nominals,
    priorities,
    rejects,
)

_PAGE = 100_000  # rows
_THEIRS = ((nominals, "reference"), *((table, "nominal") for table in (homes, memberships, priorities, involvements)))
# What identifies or classifies; any other text of a record is free.
_FIXED = {"reference", "nominal", "group_ref", "event", "event_source", "incident", "kind", "offence", "level", "area"}


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What was erased: rows by table, texts by `table.column`."""

    removed: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)  # texts that name something else

    @property
    def figures(self) -> dict[str, dict[str, int]]:
        """What is not zero."""
        return {part: {name: n for name, n in of.items() if n} for part, of in vars(self).items()}


class _TriedOnly(Exception):
    """Ends a transaction whose work is not wanted."""


def erase_nominal(
    records: Records, nominal: str, note: Note, *, names: Sequence[str] = (), keep: bool = True
) -> Erasure:
    """Remove a person, and whatever names them, and write the database anew without it.

    Their names are those in the register; `names` are others to look for. The rows go in one transaction; a run that
    dies after it, or finds the database in use, has left bytes in free pages, and is run again: to erase somebody who
    is not there scrubs all the same.

    Args:
        records: the database.
        nominal: the reference of the person.
        note: why and when.
        names: other names or spellings.
        keep: False to see what would be done, and do nothing.

    Raises:
        TellingReason: the reason names them.
        RecordsUnusable: the rows are gone, but somebody else holds the database, so that it could not be written anew.
    """
    erasure = Erasure()
    with records.bulk() as bulk:
        prepare_scrub(bulk)
        with suppress(_TriedOnly), bulk.writing():
            mentions = Mentions.of([nominal, *names, *_names_of(bulk, nominal)])
            if mentions.within(note.reason):
                raise telling()
            _Erasing(bulk=bulk, mentions=mentions, erasure=erasure).run(nominal)
            note_change(bulk, "erase", note, erasure.figures)
            if not keep:
                raise _TriedOnly
        if keep:
            scrub(bulk)
    return erasure


@dataclass(frozen=True, kw_only=True)
class _Erasing:
    """One erasure while it goes on, in its transaction."""

    bulk: Bulk
    mentions: Mentions
    erasure: Erasure

    def run(self, nominal: str) -> None:
        for table, column in _THEIRS:
            self.erasure.removed[table.name] = delete_counted(self.bulk, table, table.c[column] == nominal)
        self.erasure.removed[rejects.name] = self._remove_rejects()
        self._rename_files()
        for table in (*RECORDS.values(), loads, changes):
            for page in _pages(self.bulk, table, "id"):
                self._clear(table, page)
        self._count_left()

    def _remove_rejects(self) -> int:
        """Remove the rejects that name them; how many."""
        gone = 0
        keys = ("file_id", "row_number")
        named = sa.Table("named", sa.MetaData(), *(sa.Column(name, sa.BigInteger) for name in keys))
        for file in self.bulk.rows(sa.select(rejects.c.file_id).distinct()).column(0).to_pylist():
            for page in _pages(self.bulk, rejects, "row_number", rejects.c.file_id == file):
                rows = np.flatnonzero(self.mentions.among(page["raw"]))
                if len(rows):
                    self.bulk.stage(named.name, page.select(keys).take(rows))
                    this = sa.and_(*(named.c[name] == rejects.c[name] for name in keys))
                    gone += delete_counted(self.bulk, rejects, sa.exists().where(this))
        return gone

    def _rename_files(self) -> None:
        """Give files whose names name them another, and the rows that are known by it."""
        rows = self.bulk.rows(sa.select(files.c.id, files.c.name))
        if not self._put(files.c.name, rows, lambda row: f"erased {row['id']}"):
            return
        for page in _pages(self.bulk, events, "id", events.c.ordinal.is_not(None)):
            self._put(events.c.reference, page, lambda row: f" erased {row['id']}")

    def _clear(self, table: sa.Table, page: pa.Table) -> None:
        """Clear the free texts of some rows that name them."""
        for column in _texts(table):
            if column.name == "details":
                self._put(column, page, lambda row: self.mentions.left_out_of(row["details"]))
            elif _is_free(column):
                self._put(column, page, lambda _: "")
            else:
                _count(self.erasure.left, column, int(self.mentions.among(page[column.name]).sum()))

    def _count_left(self) -> None:
        """Count what names them in the tables that stay as they are."""
        for table in metadata.sorted_tables:
            texts = _texts(table)
            if texts and table not in {*RECORDS.values(), loads, changes, files, rejects}:
                rows = self.bulk.rows(sa.select(*texts))
                for column in texts:
                    _count(self.erasure.left, column, int(self.mentions.among(rows[column.name]).sum()))

    def _put(self, column: sa.Column[Any], rows: pa.Table, text_of: Callable[[dict[str, Any]], str]) -> bool:
        """Put other texts in place of those that name them, among some rows; whether there were any."""
        found = rows.select(["id", column.name]).take(np.flatnonzero(self.mentions.among(rows[column.name])))
        if found.num_rows:
            put = sa.Table("put", sa.MetaData(), sa.Column("id", sa.BigInteger), sa.Column("text", sa.Text))
            texts = pa.array([text_of(row) for row in found.to_pylist()], pa.string())
            self.bulk.stage(put.name, pa.table({"id": found["id"], "text": texts}))
            changed = sa.update(column.table).values({column.name: put.c.text})
            self.bulk.run(changed.where(column.table.c.id == put.c.id))
        _count(self.erasure.cleared, column, found.num_rows)
        return bool(found.num_rows)


def _names_of(bulk: Bulk, nominal: str) -> list[str]:
    """Their names in the register."""
    found = bulk.rows(sa.select(nominals.c.name).where(nominals.c.reference == nominal).distinct())
    return [name for name in found["name"].to_pylist() if name.strip()]


def _is_free(column: sa.Column[Any]) -> bool:
    if column.table in {loads, changes}:
        return column.name in {"archive", "reason"}
    return column.name not in _FIXED and column is not nominals.c.name


def _pages(bulk: Bulk, table: sa.Table, key: str, which: sa.ColumnElement[bool] | None = None) -> Iterator[pa.Table]:
    """Keys and texts of a table, some rows at a time, in the order of a key that tells the chosen rows apart."""
    last = -1
    columns = [column for column in table.columns if column.primary_key or column in set(_texts(table))]
    while True:
        rows = sa.select(*columns).where(table.c[key] > last, *([] if which is None else [which]))
        page = bulk.rows(rows.order_by(table.c[key]).limit(_PAGE))
        if not page.num_rows:
            return
        yield page
        last = page[key][-1].as_py()


def _texts(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.columns if isinstance(column.type, sa.Text)]


def _count(counts: dict[str, int], column: sa.Column[Any], texts: int) -> None:
    if texts:
        name = f"{column.table.name}.{column.name}"
        counts[name] = counts.get(name, 0) + texts
