"""Events on their way to a person who asks what is behind a figure: few of them, with all that is known of each.

Statements here give rows as they find them, so that `engine.look_into` can watch the clock; order is made afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from harmgrid.errors import TooBroad
from harmgrid.records.engine import Bulk
from harmgrid.records.reading import EVENT_COLUMNS, links
from harmgrid.records.tables import events, files, involvements, sources
from harmgrid.types import Window

EVENTS_AT_MOST = 1_000_000  # that one question may read
TEXTS = ("reference", "location", "lsoa_name", "outcome", "context", "details")  # beside coded columns, to be searched
_KEYS_AT_ONCE = 500  # in one statement
_NOWHERE = 999.0  # for an empty coordinate: a driver that finds only empty ones first takes them for whole numbers


@dataclass(frozen=True, kw_only=True)
class Where:
    """Which events: of these months and base cells, and of these kinds or told of by another event that is."""

    window: Window
    kinds: frozenset[str]
    cells: Sequence[tuple[int, int]] | None = None  # ranges, both ends included; None for everywhere

    def holds(self, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """Whether a row of the table of events, or of another name for it, is one of these."""
        told = events.alias("told")
        kinds = sorted(self.kinds)
        by_another = sa.exists().where(_has_incident(told), told.c.incident == table.c.incident, told.c.kind.in_(kinds))
        return sa.and_(
            table.c.month >= self.window.start,
            table.c.month < self.window.stop,
            sa.true()
            if self.cells is None
            else sa.or_(sa.false(), *(table.c.cell.between(first, last) for first, last in self.cells)),
            sa.or_(table.c.kind.in_(kinds), sa.and_(_has_incident(table), by_another)),
        )


def read_events(bulk: Bulk, where: Where, texts: Sequence[str] = ()) -> tuple[pa.Table, pa.Table]:
    """The events of a place and time, and the others that tell of their incidents, wherever they are; both by id.

    Columns `EVENT_COLUMNS`, reference, day and these texts.

    Raises:
        TooBroad: there are more than `EVENTS_AT_MOST`.
    """
    found = bulk.rows(_columns(events, texts).where(where.holds(events)).limit(EVENTS_AT_MOST + 1))
    if found.num_rows > EVENTS_AT_MOST:
        raise TooBroad(
            came=f"a question about more than {EVENTS_AT_MOST:,} events",
            expected=f"one that needs no more than {EVENTS_AT_MOST:,} to be read",
            do="choose a smaller place, a shorter window or fewer measures",
        )
    here = events.alias("here")
    others = (
        _columns(events, texts)
        .join(here, sa.and_(here.c.incident == events.c.incident, here.c.id != events.c.id))
        .where(_has_incident(here), _has_incident(events), where.holds(here), sa.not_(where.holds(events)))
    )
    return _by_id(found), _by_id(_distinct(bulk.rows(others)))


def read_events_by_id(bulk: Bulk, ids: Sequence[int]) -> pa.Table:
    """These events and all that tell of their incidents, by id, with the columns of `read_events`."""
    here = events.alias("here")
    told = sa.and_(here.c.incident == events.c.incident, _has_incident(here), _has_incident(events))
    found = []
    for some in _parts(ids) or [[]]:
        found.append(bulk.rows(_columns(events, ()).where(events.c.id.in_(some))))
        found.append(bulk.rows(_columns(events, ()).join(here, told).where(here.c.id.in_(some))))
    return _by_id(_distinct(pa.concat_tables(found)))


def read_links_of(bulk: Bulk, where: Where, others: Sequence[int]) -> pa.Table:
    """The links of `reading.read_links` of the events of a place and time, and of these others."""
    parts = [bulk.rows(links().where(where.holds(events)))]
    parts += [bulk.rows(links().where(events.c.id.in_(ids))) for ids in _parts(others)]
    return pa.concat_tables(parts)


def read_links_of_events(bulk: Bulk, ids: Sequence[int]) -> pa.Table:
    """The links of `reading.read_links` of these events."""
    return pa.concat_tables([bulk.rows(links().where(events.c.id.in_(some))) for some in _parts(ids) or [[]]])


def count_points(bulk: Bulk, kind: str, window: Window) -> tuple[int, int]:
    """How many events of a kind there are in a window, and how many of them have a location."""
    counts = sa.select(sa.func.count().label("total"), sa.func.count(events.c.lon).label("located"))
    row = bulk.rows(counts.where(*_of_kind(kind, window))).to_pylist()[0]
    return int(row["total"]), int(row["located"])


def read_points(bulk: Bulk, kind: str, window: Window, at_most: int) -> pa.Table:
    """Where and when events of a kind were, as many as are wanted: columns lon, lat, month, day and category."""
    columns = (events.c[name] for name in ("lon", "lat", "month", "day", "category"))
    return bulk.rows(sa.select(*columns).where(*_of_kind(kind, window), events.c.lon.is_not(None)).limit(at_most))


def _of_kind(kind: str, window: Window) -> tuple[sa.ColumnElement[bool], ...]:
    return events.c.kind == kind, events.c.month >= window.start, events.c.month < window.stop


def read_full_events(bulk: Bulk, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """All that is known of these events, by id; source and file by name."""
    columns = [column for column in events.columns if column.name not in {"source_id", "file_id", "ordinal"}]
    wanted = (
        sa.select(*columns, sources.c.name.label("source"), files.c.name.label("file"))
        .join_from(events, sources, sources.c.id == events.c.source_id)
        .join(files, files.c.id == events.c.file_id)
    )
    return {
        row["id"]: row for some in _parts(ids) for row in bulk.rows(wanted.where(events.c.id.in_(some))).to_pylist()
    }


def read_involved(bulk: Bulk, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Who took part in these events: reference of the nominal and role, by event; no names."""
    took_part = (
        sa.select(events.c.id, involvements.c.nominal, involvements.c.role)
        .join_from(events, sources, sources.c.id == events.c.source_id)
        .join(
            involvements,
            sa.and_(involvements.c.event_source == sources.c.name, involvements.c.event == events.c.reference),
        )
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for some in _parts(ids):
        for row in bulk.rows(took_part.where(events.c.id.in_(some))).to_pylist():
            found.setdefault(row["id"], []).append((row["nominal"], row["role"]))
    return {event: sorted(set(people)) for event, people in found.items()}


def _columns(table: sa.FromClause, texts: Sequence[str]) -> sa.Select[Any]:
    names = dict.fromkeys((*EVENT_COLUMNS, "reference", "day", *texts))
    return sa.select(
        *(
            sa.func.coalesce(table.c[name], _NOWHERE, type_=sa.Double()).label(name)
            if name in {"lon", "lat"}
            else table.c[name]
            for name in names
        )
    ).select_from(table)


def _has_incident(table: sa.FromClause) -> sa.ColumnElement[bool]:
    return table.c.incident != sa.literal_column("''")  # as in the index, see `tables.HAS_INCIDENT`


def _by_id(rows: pa.Table) -> pa.Table:
    """In the order in which they were first loaded, coordinates empty where there are none."""
    rows = rows.sort_by("id")
    for name in ("lon", "lat"):
        number = rows[name].cast(pa.float64())
        empty = pc.if_else(pc.equal(number, _NOWHERE), pa.scalar(None, pa.float64()), number)
        rows = rows.set_column(rows.schema.get_field_index(name), name, empty)
    return rows


def _distinct(rows: pa.Table) -> pa.Table:
    _, first = np.unique(rows["id"].to_numpy(), return_index=True)
    return rows.take(pa.array(first, pa.int64()))


def _parts(keys: Sequence[int]) -> list[Sequence[int]]:
    return [keys[at : at + _KEYS_AT_ONCE] for at in range(0, len(keys), _KEYS_AT_ONCE)]
