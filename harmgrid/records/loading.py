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

from harmgrid.records.engine import Bulk, Records
from harmgrid.records.tables import deliveries, events, files, loads, receipts, rejects, sources
from harmgrid.types import Receipt, Reject

# What a batch brings for each event; the rest of an event's columns is about where it came from.
CONTENT = tuple(
    column.name
    for column in events.columns
    if column.name not in {"id", "source_id", "file_id", "row_number", "reference", "ordinal"}
)

_batch = sa.Table("batch", sa.MetaData(), *(sa.Column(column.name, column.type) for column in events.columns))
_renewed = sa.Table("renewed", sa.MetaData(), *(sa.Column(column.name, column.type) for column in events.columns))
_seen = sa.Table(
    "seen",
    sa.MetaData(),
    sa.Column("reference", sa.Text, primary_key=True),
    sa.Column("file_id", sa.BigInteger),
    sa.Column("row_number", sa.BigInteger),
    prefixes=["TEMPORARY"],
)


def _differ(names: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(events.c[name].is_distinct_from(_batch.c[name]) for name in names))


_PROVENANCE = ("file_id", "row_number")
_found = sa.select(
    _batch.c.row_number, events.c.id, _differ(CONTENT).label("changed"), _differ(_PROVENANCE).label("moved")
).where(events.c.source_id == _batch.c.source_id, events.c.reference == _batch.c.reference)
_renew = (
    sa.update(events)
    .values({name: _renewed.c[name] for name in (*CONTENT, *_PROVENANCE)})
    .where(events.c.id == _renewed.c.id)
)


@dataclass(frozen=True, kw_only=True)
class Load:
    """One run of the load command over one source."""

    bulk: Bulk
    id: int
    source_id: int

    @contextmanager
    def file(self, name: str) -> Iterator["FileLoad"]:
        """Take one file in one transaction, in place of what its newest load rejected."""
        with self.bulk.writing():
            file_id = _id_of(self.bulk, files, source_id=self.source_id, name=name)
            self.bulk.run(sa.delete(rejects).where(rejects.c.file_id == file_id))
            yield FileLoad(bulk=self.bulk, load_id=self.id, source_id=self.source_id, file_id=file_id)


@dataclass(frozen=True, kw_only=True)
class FileLoad:
    """A file while its rows come in."""

    bulk: Bulk
    load_id: int
    source_id: int
    file_id: int

    def merge(self, batch: pa.Table, receipt: Receipt) -> list[int]:
        """Bring these rows into the events and count them in the receipt.

        Args:
            batch: columns row_number, reference, ordinal and `CONTENT`.
            receipt: of this file; loaded, updated and unchanged grow.

        Returns:
            Row numbers, ascending, that were left out, because an earlier row of this load has the same reference.
        """
        for name in ("source_id", "file_id"):
            batch = batch.append_column(name, pa.array(np.full(batch.num_rows, getattr(self, name), dtype=np.int64)))
        self.bulk.stage(_batch.name, batch)
        repeated = self._repeated()
        found = self.bulk.rows(_found)
        numbers = batch["row_number"].to_numpy()
        known = found["row_number"].to_numpy()
        changed, moved = (found[name].to_numpy().astype(np.bool_) for name in ("changed", "moved"))
        counted = ~np.isin(known, repeated)
        self.bulk.insert(events.name, batch.filter(pa.array(~np.isin(numbers, np.append(known, repeated)))))
        renewed = np.flatnonzero(counted & (changed | moved))
        if len(renewed):
            rows = batch.take(np.searchsorted(numbers, known[renewed]))
            self.bulk.stage(_renewed.name, rows.append_column("id", found["id"].take(renewed)))
            self.bulk.run(_renew)
        receipt.loaded += batch.num_rows - len(repeated) - int(counted.sum())
        receipt.updated += int((counted & changed).sum())
        receipt.unchanged += int((counted & ~changed).sum())
        return [int(number) for number in repeated]

    def withdraw(self, held: Mapping[int, int]) -> int:
        """Drop rows without a reference that this file held beyond those it holds now, for these months; how many.

        Other months stay: a file of the same name for another month is another file.
        """
        beyond = (sa.and_(events.c.month == month, events.c.ordinal > rows) for month, rows in held.items())
        gone = sa.and_(events.c.file_id == self.file_id, sa.or_(sa.false(), *beyond))
        dropped = self._count(sa.select(sa.func.count()).where(gone))
        if dropped:
            self.bulk.run(sa.delete(events).where(gone))
        return dropped

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
        keys = {"load_id": pa.array([self.load_id], pa.int64()), "file_id": pa.array([self.file_id], pa.int64())}
        self.bulk.insert(receipts.name, pa.table(keys | counts))
        known = self.bulk.rows(sa.select(deliveries.c.month).where(deliveries.c.source_id == self.source_id))
        new = sorted(set(delivered) - set(known.column(0).to_pylist()))
        if new:
            columns = {
                "source_id": pa.array([self.source_id] * len(new), pa.int64()),
                "month": pa.array(new, pa.int32()),
            }
            self.bulk.insert(deliveries.name, pa.table(columns))

    def _repeated(self) -> NDArray[np.int64]:
        """The numbers of the rows whose reference came before in this load."""
        columns = ["reference", "file_id", "row_number"]
        given = _batch.c.ordinal.is_(None)  # a made reference cannot repeat
        arrivals = sa.select(*(_batch.c[name] for name in columns)).where(given).order_by(_batch.c.row_number)
        self.bulk.run(_insert_new(self.bulk, columns, arrivals))
        first = sa.exists().where(*(_seen.c[name] == _batch.c[name] for name in columns))
        later = sa.select(_batch.c.row_number).where(given, ~first).order_by(_batch.c.row_number)
        repeated: NDArray[np.int64] = self.bulk.rows(later)["row_number"].to_numpy()
        return repeated

    def _count(self, query: sa.Select[int]) -> int:
        return int(self.bulk.value(query))


@contextmanager
def begin_load(records: Records, *, source: str, archive: str, now: datetime) -> Iterator[Load]:
    """One run of the load command; `finish_load` marks its end."""
    with records.bulk() as bulk:
        bulk.run(CreateTable(_seen))
        with bulk.writing():
            source_id = _id_of(bulk, sources, name=source)
            new = sa.insert(loads).values(source_id=source_id, archive=archive, started_at=now.isoformat())
            load_id = bulk.value(new.returning(loads.c.id))
        yield Load(bulk=bulk, id=load_id, source_id=source_id)


def finish_load(load: Load, now: datetime) -> None:
    """Write down that a load reached its end."""
    with load.bulk.writing():
        load.bulk.run(sa.update(loads).where(loads.c.id == load.id).values(finished_at=now.isoformat()))


def _id_of(bulk: Bulk, table: sa.Table, **key: object) -> int:
    """The id of the row with these values, made if there is none."""
    wanted = sa.select(table.c.id).where(*(table.c[name] == value for name, value in key.items()))
    found = bulk.value(wanted)
    if found is None:
        bulk.run(sa.insert(table).values(**key))
        found = bulk.value(wanted)
    return int(found)


def _insert_new(bulk: Bulk, columns: list[str], rows: sa.Select[Any]) -> ClauseElement:
    """The insert that leaves a reference that has been seen as it is; each dialect spells it through its own class."""
    if bulk.dialect.name == "sqlite":
        return sa.dialects.sqlite.insert(_seen).from_select(columns, rows).on_conflict_do_nothing()
    return sa.dialects.postgresql.insert(_seen).from_select(columns, rows).on_conflict_do_nothing()
