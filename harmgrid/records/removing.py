"""Rows out of the records, by their references: what a source should never have delivered, or takes back.

A file that still holds such a row brings it back when it is loaded again. For people there is `erasing`, which also
looks for what names them elsewhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa

from harmgrid.errors import TellingReason
from harmgrid.records.changes import Figures, HeldSource, Note, held_source, note_change
from harmgrid.records.engine import Bulk, Records
from harmgrid.records.loading import delete_counted
from harmgrid.records.tables import RECORDS, involvements

_wanted = sa.Table("wanted", sa.MetaData(), sa.Column("reference", sa.Text))


@dataclass(frozen=True, kw_only=True)
class Removal:
    """What became of the references that were to go."""

    asked: int  # each once
    removed: dict[str, int]  # rows by table
    not_found: tuple[str, ...]


def remove_references(records: Records, source: str, references: Sequence[str], note: Note) -> Removal:
    """Delete the rows of a source that have these references; of events, also who took part in them.

    Nothing else goes: of a nominal, the row in the register of nominals alone. The receipt says how many, not which.
    In one transaction.

    Raises:
        UnknownSource: nothing of that name has been loaded.
        TellingReason: the reason names one of the references.
    """
    wanted = sorted(set(references))
    if _names_one_of(note.reason, wanted):
        raise telling()
    with records.bulk() as bulk, bulk.writing():
        of = held_source(bulk, source)
        bulk.stage(_wanted.name, pa.table({"reference": pa.array(wanted, pa.string())}))
        found = _found(bulk, of)
        removed = _remove(bulk, of)
        missing = tuple(reference for reference in wanted if reference not in found)
        figures: Figures = {"asked": len(wanted), "removed": removed, "not_found": len(missing)}
        note_change(bulk, "remove", note, figures)
    return Removal(asked=len(wanted), removed=removed, not_found=missing)


def telling() -> TellingReason:
    """What is wrong with a reason that names what is to be removed."""
    return TellingReason(
        came="a reason that names what is to be removed",
        expected="one that does not: the receipt with the reason is kept",
        do="say why without saying who or what, as in 'review of March 2026'",
    )


def _names_one_of(reason: str, references: Sequence[str]) -> bool:
    found = (reference.strip().lower() for reference in references)
    held = (reference for reference in found if reference in reason.lower())
    return any(re.search(rf"(?<!\w){re.escape(reference)}(?!\w)", reason.lower()) for reference in held)


def _found(bulk: Bulk, of: HeldSource) -> set[str]:
    """Which of the wanted references the source has."""
    table = RECORDS[of.record]
    there = sa.select(table.c.reference).where(table.c.source_id == of.id, _is_wanted(table.c.reference))
    return set(bulk.rows(there)["reference"].to_pylist())


def _remove(bulk: Bulk, of: HeldSource) -> dict[str, int]:
    table = RECORDS[of.record]
    gone = sa.and_(table.c.source_id == of.id, _is_wanted(table.c.reference))
    removed = {table.name: delete_counted(bulk, table, gone)}
    if of.record == "event":
        took_part = sa.and_(involvements.c.event_source == of.name, _is_wanted(involvements.c.event))
        removed[involvements.name] = delete_counted(bulk, involvements, took_part)
    return removed


def _is_wanted(column: sa.Column[str]) -> sa.ColumnElement[bool]:
    return column.in_(sa.select(_wanted.c.reference))
