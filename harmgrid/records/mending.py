"""Rejects on their way back into the records: read, and replaced by what has become of their rows since.

A row that comes back does not take the place of one that a load would have preferred: of a row of the same load with
the same reference, or of a later load. It does take the place of its own older version.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from harmgrid.records.changes import HeldSource, held_source
from harmgrid.records.engine import Bulk, Records
from harmgrid.records.loading import FileLoad, Load, Target, insert_new, seen
from harmgrid.records.tables import events, files, receipts, rejects, sources
from harmgrid.types import Receipt, Reject

_PAGE = 50_000  # rows


@dataclass(frozen=True, kw_only=True)
class MendedFile(FileLoad):
    """A file that is there, while some of its rejects are brought in again."""

    name: str

    def merge(self, batch: pa.Table, receipt: Receipt) -> list[int]:
        """As for a file that is loaded; what stands against its rows has been seen before them."""
        target = self.load.target
        columns = ["reference", "file_id", "row_number"]
        arriving = sa.Table("arriving", sa.MetaData(), sa.Column("reference", sa.Text))
        self.bulk.stage(arriving.name, batch.select(["reference"]))
        table = target.table
        standing = (
            sa.select(*(table.c[name] for name in columns))
            .where(table.c.source_id == self.load.source_id, table.c.reference.in_(sa.select(arriving.c.reference)))
            .where(_newest_load(table.c.file_id) >= (_newest_load(sa.literal(self.file_id, sa.BigInteger))))
        )
        self.bulk.run(insert_new(self.bulk, columns, standing))
        return super().merge(batch, receipt)

    def take_out(self, numbers: Sequence[int]) -> None:
        """Take the rejects with these row numbers out of the file."""
        taken = sa.Table("taken", sa.MetaData(), sa.Column("row_number", sa.BigInteger))
        self.bulk.stage(taken.name, pa.table({"row_number": pa.array(numbers, pa.int64())}))
        gone = sa.and_(rejects.c.file_id == self.file_id, rejects.c.row_number.in_(sa.select(taken.c.row_number)))
        self.bulk.run(sa.delete(rejects).where(gone))

    def held(self) -> tuple[dict[int, int], set[int]]:
        """Of the file's events: the last ordinal of each month, and the months."""
        last = sa.select(events.c.month, sa.func.max(events.c.ordinal).label("last"))
        rows = self.bulk.rows(last.where(events.c.file_id == self.file_id).group_by(events.c.month)).to_pylist()
        return {row["month"]: row["last"] or 0 for row in rows}, {row["month"] for row in rows}


@dataclass(frozen=True, kw_only=True)
class Mending:
    """Rejects of one source coming back, in one transaction."""

    load: Load

    def files(self) -> Iterator[MendedFile]:
        """The files that have rejects, by name, one after the other."""
        for file_id, name in files_with_rejects(self.load.bulk, self.load.source_id):
            self.load.bulk.run(sa.delete(seen))  # what repeats is a matter of one file and of what stands
            yield MendedFile(load=self.load, file_id=file_id, name=name)


@contextmanager
def begin_mending(records: Records, name: str) -> Iterator[tuple[Mending, HeldSource]]:
    """A transaction in which rejects of a source come back; nothing of a load is written down.

    Raises:
        UnknownSource: nothing of that name has been loaded.
    """
    with records.bulk() as bulk:
        bulk.run(CreateTable(seen))
        with bulk.writing():
            of = held_source(bulk, name)
            # 0: no load has it, and none is needed, since no receipt of a file is written
            yield Mending(load=Load(bulk=bulk, id=0, source_id=of.id, target=Target.of(of.record))), of


def read_rejects(bulk: Bulk, file_id: int, name: str) -> Iterator[list[Reject]]:
    """The rejects of a file, some at a time, in the order of their rows."""
    last = -1
    while True:
        of_file = sa.select(rejects).where(rejects.c.file_id == file_id, rejects.c.row_number > last)
        page = bulk.rows(of_file.order_by(rejects.c.row_number).limit(_PAGE)).to_pylist()
        if not page:
            return
        yield [
            Reject(file=name, row=row["row_number"], reasons=tuple(row["reasons"].split()), raw=row["raw"])
            for row in page
        ]
        last = page[-1]["row_number"]


def files_with_rejects(bulk: Bulk, source_id: int) -> list[tuple[int, str]]:
    """Id and name of each file of a source that has rejects, by name."""
    return [(row["id"], row["name"]) for row in bulk.rows(_files_with_rejects(source_id)).to_pylist()]


def count_rejects(bulk: Bulk) -> pa.Table:
    """How many rejects there are: columns source, file, reasons and rows, by source and file."""
    return bulk.rows(
        sa.select(
            sources.c.name.label("source"),
            files.c.name.label("file"),
            rejects.c.reasons,
            sa.func.count().label("rows"),
        )
        .select_from(rejects)
        .join(files, files.c.id == rejects.c.file_id)
        .join(sources, sources.c.id == files.c.source_id)
        .group_by(sources.c.name, files.c.name, rejects.c.reasons)
        .order_by(sources.c.name, files.c.name, rejects.c.reasons)
    )


def _files_with_rejects(source_id: int) -> sa.Select[Any]:
    some = sa.exists().where(rejects.c.file_id == files.c.id)
    return sa.select(files.c.id, files.c.name).where(files.c.source_id == source_id, some).order_by(files.c.name)


def _newest_load(file_id: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    newest = sa.select(sa.func.max(receipts.c.load_id)).where(receipts.c.file_id == file_id).scalar_subquery()
    return sa.func.coalesce(newest, 0)
