"""Rows into the records: a file is taken whole or not at all, and every row of it is accounted for.

A row is known by (source, reference). A row without a reference of its own gets one from its file, its month and its
ordinal among such rows, which is the same each time the file is loaded; rows that merely look alike stay apart.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
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

_stage = sa.Table(
    "batch", sa.MetaData(), *(sa.Column(column.name, column.type) for column in events.columns if column.name != "id")
)
_seen = sa.Table(
    "seen",
    sa.MetaData(),
    sa.Column("reference", sa.Text, primary_key=True),
    sa.Column("file_id", sa.BigInteger),
    sa.Column("row_number", sa.BigInteger),
    prefixes=["TEMPORARY"],
)
_same = sa.and_(events.c.source_id == _stage.c.source_id, events.c.reference == _stage.c.reference)
_changed = sa.or_(*(events.c[name].is_distinct_from(_stage.c[name]) for name in CONTENT))
_moved = sa.or_(*(events.c[name].is_distinct_from(_stage.c[name]) for name in ("file_id", "row_number")))


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
            Row numbers that were left out, because an earlier row of this load has the same reference.
        """
        for name in ("source_id", "file_id"):
            batch = batch.append_column(name, pa.array(np.full(batch.num_rows, getattr(self, name), dtype=np.int64)))
        self.bulk.stage(_stage.name, batch)
        repeated = self._without_repeats()
        known = self._count(sa.select(sa.func.count()).select_from(_stage.join(events, _same)))
        changed = self._count(sa.select(sa.func.count()).select_from(_stage.join(events, _same)).where(_changed))
        renewed = {name: _stage.c[name] for name in (*CONTENT, "file_id", "row_number")}
        self.bulk.run(sa.update(events).values(renewed).where(_same, sa.or_(_changed, _moved)))
        columns = [column.name for column in _stage.columns]
        new = sa.select(*_stage.columns).where(~sa.exists().where(_same)).order_by(_stage.c.row_number)
        self.bulk.run(sa.insert(events).from_select(columns, new))
        receipt.loaded += batch.num_rows - len(repeated) - known
        receipt.updated += changed
        receipt.unchanged += known - changed
        return repeated

    def withdraw(self, month: int, held: int) -> int:
        """Drop the rows without a reference that this file held for a month beyond those it holds now; how many."""
        gone = sa.and_(events.c.file_id == self.file_id, events.c.month == month, events.c.ordinal > held)
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

    def _without_repeats(self) -> list[int]:
        """Take the rows whose reference came before in this load out of the batch; their row numbers."""
        columns = ["reference", "file_id", "row_number"]
        given = _stage.c.ordinal.is_(None)  # a made reference cannot repeat
        arrivals = sa.select(*(_stage.c[name] for name in columns)).where(given).order_by(_stage.c.row_number)
        self.bulk.run(_insert_new(self.bulk, columns, arrivals))
        first = sa.exists().where(
            _seen.c.reference == _stage.c.reference,
            _seen.c.file_id == _stage.c.file_id,
            _seen.c.row_number == _stage.c.row_number,
        )
        later = sa.and_(given, ~first)
        repeated: list[int] = self.bulk.rows(sa.select(_stage.c.row_number).where(later)).column(0).to_pylist()
        if repeated:
            self.bulk.run(sa.delete(_stage).where(later))
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
