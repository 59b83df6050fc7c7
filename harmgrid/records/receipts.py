"""Receipts of what was loaded and changed, to be looked at."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from harmgrid.records.engine import Bulk
from harmgrid.records.tables import changes, deliveries, files, loads, receipts, rejects, sources

FIGURES = ("read", "loaded", "updated", "unchanged", "rejected", "withdrawn")


class FileReceipt(NamedTuple):
    """What became of the rows of a file in one load."""

    file: str
    figures: dict[str, int]  # by `FIGURES`


class LoadReceipt(NamedTuple):
    """One run of the load command."""

    id: int
    source: str
    archive: str
    started_at: str
    finished_at: str | None  # None while it runs, and for ever if it was cut short
    files: list[FileReceipt]


class SourceState(NamedTuple):
    """A source, and what it has delivered."""

    name: str
    record: str
    kind: str
    months: tuple[int, ...]  # in order; those between the first and the last that are not here are missing


class RejectedRow(NamedTuple):
    """A row that was not loaded."""

    source: str
    file: str
    row: int
    reasons: list[str]
    raw: str


class Change(NamedTuple):
    """Something that was done to the records beside loading."""

    at: str
    action: str
    reason: str
    figures: str  # JSON


def last_change(bulk: Bulk) -> str | None:
    """When the newest load ended, or began if it has not, or the newest change was made; ISO 8601, UTC."""
    ended = sa.select(sa.func.max(sa.func.coalesce(loads.c.finished_at, loads.c.started_at)))
    times = [bulk.value(ended), bulk.value(sa.select(sa.func.max(changes.c.at)))]
    return max(filter(None, times), default=None)


def count_loads(bulk: Bulk) -> int:
    """How many there were."""
    return int(bulk.value(sa.select(sa.func.count()).select_from(loads)))


def read_loads(bulk: Bulk, *, skip: int, limit: int) -> list[LoadReceipt]:
    """Some loads with their receipts, the newest first."""
    wanted = (
        sa.select(loads.c.id, sources.c.name, loads.c.archive, loads.c.started_at, loads.c.finished_at)
        .join_from(loads, sources, sources.c.id == loads.c.source_id)
        .order_by(loads.c.id.desc())
        .offset(skip)
        .limit(limit)
    )
    found = [
        LoadReceipt(row["id"], row["name"], row["archive"], row["started_at"], row["finished_at"], [])
        for row in bulk.rows(wanted).to_pylist()
    ]
    by_id = {load.id: load for load in found}
    of_files = sa.select(receipts.c.load_id, files.c.name, *(receipts.c[name] for name in FIGURES)).join_from(
        receipts, files, files.c.id == receipts.c.file_id
    )
    for row in bulk.rows(of_files.where(receipts.c.load_id.in_(by_id))).to_pylist():
        by_id[row["load_id"]].files.append(FileReceipt(row["name"], {name: row[name] for name in FIGURES}))
    for load in found:
        load.files.sort()
    return found


def read_sources(bulk: Bulk) -> list[SourceState]:
    """Every source by name, with the months that it has delivered."""
    delivered: dict[int, list[int]] = {}
    for row in bulk.rows(sa.select(deliveries).order_by(deliveries.c.month)).to_pylist():
        delivered.setdefault(row["source_id"], []).append(row["month"])
    return sorted(
        SourceState(row["name"], row["record"], row["kind"], tuple(delivered.get(row["id"], ())))
        for row in bulk.rows(sa.select(sources)).to_pylist()
    )


def read_changes(bulk: Bulk, limit: int) -> list[Change]:
    """The newest changes."""
    wanted = sa.select(changes.c.at, changes.c.action, changes.c.reason, changes.c.figures)
    return [Change(**row) for row in bulk.rows(wanted.order_by(changes.c.id.desc()).limit(limit)).to_pylist()]


def count_rejected(bulk: Bulk, source: str | None, reason: str | None) -> int:
    """How many rows of a source are rejects for a reason; of all, and for any, where none is named."""
    return int(bulk.value(_rejected(sa.select(sa.func.count()), source, reason)))


def read_rejected(bulk: Bulk, source: str | None, reason: str | None, *, skip: int, limit: int) -> list[RejectedRow]:
    """Some of them, file after file in the order of their rows."""
    columns = sa.select(
        sources.c.name, files.c.name.label("file"), rejects.c.row_number, rejects.c.reasons, rejects.c.raw
    )
    wanted = _rejected(columns, source, reason).order_by(rejects.c.file_id, rejects.c.row_number)
    return [
        RejectedRow(row["name"], row["file"], row["row_number"], row["reasons"].split(), row["raw"])
        for row in bulk.rows(wanted.offset(skip).limit(limit)).to_pylist()
    ]


def _rejected(columns: sa.Select[Any], source: str | None, reason: str | None) -> sa.Select[Any]:
    found = (
        columns.select_from(rejects)
        .join(files, files.c.id == rejects.c.file_id)
        .join(sources, sources.c.id == files.c.source_id)
    )
    if source is not None:
        found = found.where(sources.c.name == source)
    if reason is not None:
        words = sa.literal(" ").concat(rejects.c.reasons).concat(" ")
        found = found.where(words.contains(f" {reason} ", autoescape=True))
    return found
