"""Receipts of what is done to the records beside loading: how much of what, and never what it was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from harmgrid.errors import UnknownSource
from harmgrid.records.engine import Bulk
from harmgrid.records.tables import changes, sources

Figures = Mapping[str, int | Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class Note:
    """Why something is done, and when."""

    reason: str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class HeldSource:
    """A source that the records know."""

    id: int
    name: str
    record: str
    kind: str


def note_change(bulk: Bulk, action: str, note: Note, figures: Figures) -> None:
    """Write the receipt of a change, in the transaction of the change itself."""
    bulk.run(
        sa.insert(changes).values(
            at=note.now.isoformat(),
            action=action,
            reason=note.reason,
            figures=json.dumps(figures, ensure_ascii=False, sort_keys=True),
        )
    )


def held_source(bulk: Bulk, name: str) -> HeldSource:
    """The source of that name.

    Raises:
        UnknownSource: nothing of that name has been loaded.
    """
    found = bulk.rows(sa.select(sources).order_by(sources.c.name)).to_pylist()
    for row in found:
        if row["name"] == name:
            return HeldSource(**row)
    known = ", ".join(row["name"] for row in found) or "none so far"
    raise UnknownSource(
        came=f"the source {name[:200]!r}, of which nothing has been loaded",
        expected=f"a source in the records: {known}",
        do="name one of those",
    )
