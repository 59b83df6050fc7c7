"""Rows into the records: a file is taken whole or not at all, and every row of it is accounted for.

A row is known by (source, reference). A row without a reference of its own gets one from its file, its month and its
ordinal among such rows, which is the same each time the file is loaded; rows that merely look alike stay apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql import ClauseElement

from harmgrid.errors import MixedRecords
from harmgrid.records.engine import Bulk, Records
from harmgrid.records.tables import RECORDS, deliveries, events, files, loads, receipts, rejects, sources
from harmgrid.types import Receipt, Reject

_PROVENANCE = ("file_id", "row_number")
_KEYS = {"id", "source_id", "reference", "ordinal", *_PROVENANCE}

seen = sa.Table(
    "seen",
    sa.MetaData(),
    sa.Column("reference", sa.Text, primary_key=True),
    sa.Column("file_id", sa.BigInteger),
    sa.Column("row_number", sa.BigInteger),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,  # or every reference would be there twice
)


def content_of(record: str) -> tuple[str, ...]:
    """What a batch brings for each row of a record; its other columns are about where it came from."""
    return tuple(column.name for column in RECORDS[record].columns if column.name not in _KEYS)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where rows come from, and what they are."""

    name: str
    record: str  # event, nominal, ...
    kind: str = ""  # of events


@dataclass(frozen=True, kw_only=True)
class Target:
    """The table that a load fills, and the statements that merge a batch into it."""

    table: sa.Table
    content: tuple[str, ...]
    batch: sa.Table
    renewed: sa.Table

    @classmethod
    def of(cls, record: str) -> "Target":
        """The target for a kind of record."""
        table = RECORDS[record]
        batch, renewed = (
            sa.Table(name, sa.MetaData(), *(sa.Column(column.name, column.type) for column in table.columns))
            for name in ("batch", "renewed")
        )
        return cls(table=table, content=content_of(record), batch=batch, renewed=renewed)

    @property
    def known(self) -> sa.Select[Any]:
        """The rows of the batch that are there already."""
        table, batch = self.table, self.batch
        there = table.c.source_id == batch.c.source_id, table.c.reference == batch.c.reference
        return sa.select(batch.c.row_number, table.c.id).where(*there).order_by(batch.c.row_number)

    @property
    def differences(self) -> sa.Select[Any]:
        """The same with whether they differ, where the batch has all columns."""
        changed, moved = self._differ(self.content), self._differ(_PROVENANCE)
        return self.known.add_columns(changed.label("changed"), moved.label("moved"))

    @property
    def renew(self) -> sa.Update:
        """Put the renewed rows in place of what is there."""
        values = {name: self.renewed.c[name] for name in (*self.content, *_PROVENANCE)}
        return sa.update(self.table).values(values).where(self.table.c.id == self.renewed.c.id)

    def _differ(self, names: Sequence[str]) -> sa.ColumnElement[bool]:
        return sa.or_(*(self.table.c[name].is_distinct_from(self.batch.c[name]) for name in names))


@dataclass(frozen=True, kw_only=True)
class Load:
    """One run of the load command over one source."""

    bulk: Bulk
    id: int
    source_id: int
    target: Target

    @contextmanager
    def file(self, name: str) -> Iterator["FileLoad"]:
        """Take one file in one transaction, in place of what its newest load rejected."""
        with self.bulk.writing():
            file_id = _id_of(self.bulk, files, source_id=self.source_id, name=name)
            self.bulk.run(sa.delete(rejects).where(rejects.c.file_id == file_id))
            yield FileLoad(load=self, file_id=file_id)

    def withdraw_unseen(self) -> int:
        """Drop the rows of the source that no file of this load held; how many."""
        table = self.target.table
        unseen = sa.and_(table.c.source_id == self.source_id, table.c.reference.not_in(sa.select(seen.c.reference)))
        with self.bulk.writing():
            return delete_counted(self.bulk, table, unseen)


@dataclass(frozen=True, kw_only=True)
class FileLoad:
    """A file while its rows come in."""

    load: Load
    file_id: int

    @property
    def bulk(self) -> Bulk:
        """The connection, inside the file's transaction."""
        return self.load.bulk

    def merge(self, batch: pa.Table, receipt: Receipt) -> list[int]:
        """Bring these rows into the records and count them in the receipt.

        Args:
            batch: columns row_number, reference and `content_of` the record; of events also ordinal.
            receipt: of this file; loaded, updated and unchanged grow.

        Returns:
            Row numbers, ascending, that were left out, because an earlier row of this load has the same reference.
        """
        target = self.load.target
        for name, key in (("source_id", self.load.source_id), ("file_id", self.file_id)):
            batch = batch.append_column(name, pa.array(np.full(batch.num_rows, key, dtype=np.int64)))
        self.bulk.stage(target.batch.name, batch.select([name for name in batch.column_names if name in _KEYS]))
        repeated = self._repeated()
        numbers = batch["row_number"].to_numpy()
        known = np.setdiff1d(self.bulk.rows(target.known)["row_number"].to_numpy(), repeated)
        self.bulk.insert(target.table.name, batch.filter(pa.array(~np.isin(numbers, np.append(known, repeated)))))
        receipt.loaded += batch.num_rows - len(repeated) - len(known)
        if len(known):
            self._renew(batch.take(np.searchsorted(numbers, known)), receipt)
        return [int(number) for number in repeated]

    def _renew(self, known: pa.Table, receipt: Receipt) -> None:
        """Put these rows in the place of those with the same references, where they differ."""
        target = self.load.target
        self.bulk.stage(target.batch.name, known)
        found = self.bulk.rows(target.differences)
        changed, moved = (found[name].to_numpy().astype(np.bool_) for name in ("changed", "moved"))
        renewed = np.flatnonzero(changed | moved)
        if len(renewed):
            self.bulk.stage(target.renewed.name, known.take(renewed).append_column("id", found["id"].take(renewed)))
            self.bulk.run(target.renew)
        receipt.updated += int(changed.sum())
        receipt.unchanged += int((~changed).sum())

    def withdraw(self, held: Mapping[int, int]) -> int:
        """Drop events without a reference that this file held beyond those it holds now, for these months; how many.

        Other months stay: a file of the same name for another month is another file.
        """
        beyond = (sa.and_(events.c.month == month, events.c.ordinal > rows) for month, rows in held.items())
        return delete_counted(self.bulk, events, sa.and_(events.c.file_id == self.file_id, sa.or_(sa.false(), *beyond)))

    def reject(self, found: Sequence[Reject]) -> None:
        """Keep these rows of the file as rejects."""
        if found:
            columns = {
                "file_id": pa.array([self.file_id] * len(found), pa.int64()),
                "row_number": pa.array([reject.row for reject in found], pa.int64()),
                "reasons": [" ".join(reject.reasons) for reject in found],
                "raw": [reject.raw for reject in found],
            }
            self.bulk.insert(rejects.name, pa.table(columns))

    def finish(self, receipt: Receipt, delivered: Sequence[int]) -> None:
        """Write down the receipt and the months that the file has delivered."""
        figures = ("read", "loaded", "updated", "unchanged", "rejected", "withdrawn")
        counts = {name: pa.array([getattr(receipt, name)], pa.int64()) for name in figures}
        keys = {"load_id": pa.array([self.load.id], pa.int64()), "file_id": pa.array([self.file_id], pa.int64())}
        self.bulk.insert(receipts.name, pa.table(keys | counts))
        self.deliver(delivered)

    def deliver(self, months: Sequence[int]) -> None:
        """Write down that the source has delivered these months."""
        known = self.bulk.rows(sa.select(deliveries.c.month).where(deliveries.c.source_id == self.load.source_id))
        new = sorted(set(months) - set(known.column(0).to_pylist()))
        if new:
            columns = {
                "source_id": pa.array([self.load.source_id] * len(new), pa.int64()),
                "month": pa.array(new, pa.int32()),
            }
            self.bulk.insert(deliveries.name, pa.table(columns))

    def _repeated(self) -> NDArray[np.int64]:
        """The numbers of the rows whose reference came before in this load."""
        columns = ["reference", "file_id", "row_number"]
        batch = self.load.target.batch
        given = batch.c.ordinal.is_(None) if "ordinal" in batch.c else sa.true()  # a made reference cannot repeat
        arrivals = sa.select(*(batch.c[name] for name in columns)).where(given).order_by(batch.c.row_number)
        self.bulk.run(insert_new(self.bulk, columns, arrivals))
        first = sa.exists().where(*(seen.c[name] == batch.c[name] for name in columns))
        later = sa.select(batch.c.row_number).where(given, ~first).order_by(batch.c.row_number)
        repeated: NDArray[np.int64] = self.bulk.rows(later)["row_number"].to_numpy()
        return repeated


@contextmanager
def begin_load(records: Records, source: Source, *, archive: str, now: datetime) -> Iterator[Load]:
    """One run of the load command; `finish_load` marks its end.

    Raises:
        MixedRecords: the source's earlier rows are another kind of record.
    """
    with records.bulk() as bulk:
        bulk.run(CreateTable(seen))
        with bulk.writing():
            source_id = _source_id(bulk, source)
            new = sa.insert(loads).values(source_id=source_id, archive=archive, started_at=now.isoformat())
            load_id = bulk.value(new.returning(loads.c.id))
        yield Load(bulk=bulk, id=load_id, source_id=source_id, target=Target.of(source.record))


def finish_load(load: Load, now: datetime) -> None:
    """Write down that a load reached its end."""
    with load.bulk.writing():
        load.bulk.run(sa.update(loads).where(loads.c.id == load.id).values(finished_at=now.isoformat()))


def delete_counted(bulk: Bulk, table: sa.Table, gone: sa.ColumnElement[bool]) -> int:
    """Delete these rows; how many."""
    rows = int(bulk.value(sa.select(sa.func.count()).select_from(table).where(gone)))
    if rows:
        bulk.run(sa.delete(table).where(gone))
    return rows


def _source_id(bulk: Bulk, source: Source) -> int:
    held = bulk.rows(sa.select(sources.c.id, sources.c.record, sources.c.kind).where(sources.c.name == source.name))
    if not held.num_rows:
        return _id_of(bulk, sources, name=source.name, record=source.record, kind=source.kind)
    (row,) = held.to_pylist()
    if (row["record"], row["kind"]) != (source.record, source.kind):
        raise MixedRecords(
            came=f"{source.record} {source.kind} of the source {source.name}, which has {row['record']} {row['kind']}",
            expected="one kind of record for a source",
            do="name another source in the profile",
        )
    return int(row["id"])


def _id_of(bulk: Bulk, table: sa.Table, **key: object) -> int:
    """The id of the row with these values, made if there is none."""
    wanted = sa.select(table.c.id).where(*(table.c[name] == value for name, value in key.items()))
    found = bulk.value(wanted)
    if found is None:
        bulk.run(sa.insert(table).values(**key))
        found = bulk.value(wanted)
    return int(found)


def insert_new(bulk: Bulk, columns: list[str], rows: sa.Select[Any]) -> ClauseElement:
    """The insert that leaves a reference that has been seen as it is; each dialect spells it through its own class."""
    if bulk.dialect.name == "sqlite":
        return sa.dialects.sqlite.insert(seen).from_select(columns, rows).on_conflict_do_nothing()
    return sa.dialects.postgresql.insert(seen).from_select(columns, rows).on_conflict_do_nothing()
