"""Records on their way out: what publishing and checking need, from one state of the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from harmgrid.records.engine import Bulk
from harmgrid.records.tables import (
    HAS_INCIDENT,
    RECORDS,
    deliveries,
    events,
    groups,
    homes,
    involvements,
    memberships,
    priorities,
    residents,
    sources,
)

SLICE = 1 << 18  # ids of events; in memory a slice is some thirty megabytes
EVENT_COLUMNS = ("id", "kind", "category", "offence", "status", "incident", "month", "lon", "lat", "cell")


@dataclass(frozen=True, kw_only=True)
class People:
    """The registers of people, as columns; days count from 1970-01-01, an empty last day goes on.

    `members`: nominal, kind (of group), role, first_day, last_day. `priorities`: nominal, first_day, last_day.
    `homes`: nominal, first_day, last_day, lon, lat, cell, the one that counts last among several at a time.
    """

    members: pa.Table
    priorities: pa.Table
    homes: pa.Table


def read_slices(bulk: Bulk, ids: int = SLICE) -> Iterator[pa.Table]:
    """Every event, with what scoring needs of it: some rows at a time, in the order in which they were first loaded.

    Args:
        bulk: in a transaction, so that all are of one state of the records.
        ids: how many of them a slice spans; where rows were removed it has fewer rows.
    """
    (span,) = bulk.rows(sa.select(sa.func.min(events.c.id).label("first"), sa.func.max(events.c.id))).to_pylist()
    first, last = span.values()
    for start in range(first, last + 1, ids) if first is not None else ():
        columns = sa.select(*(events.c[name] for name in EVENT_COLUMNS)).order_by(events.c.id)
        found = bulk.rows(columns.where(events.c.id >= start, events.c.id < start + ids))
        if found.num_rows:
            yield found


def read_shared_incidents(bulk: Bulk) -> frozenset[str]:
    """The incidents that several events tell of."""
    several = sa.select(events.c.incident).where(HAS_INCIDENT).group_by(events.c.incident)
    return frozenset(bulk.rows(several.having(sa.func.count() > 1)).column(0).to_pylist())


def read_links(bulk: Bulk) -> pa.Table:
    """Every event with every group of a person who took part in it, at any time.

    Columns event (id), month, day, involved (role in the event), group, kind, role (in the group), first_day, last_day.
    """
    return bulk.rows(links())


def links() -> sa.Select[Any]:
    """The statement of `read_links`, to be narrowed."""
    return (
        sa.select(
            events.c.id.label("event"),
            events.c.month,
            events.c.day,
            involvements.c.role.label("involved"),
            groups.c.reference.label("group"),
            groups.c.kind,
            memberships.c.role,
            memberships.c.first_day,
            memberships.c.last_day,
        )
        .select_from(involvements)
        .join(sources, sources.c.name == involvements.c.event_source)
        .join(events, sa.and_(events.c.source_id == sources.c.id, events.c.reference == involvements.c.event))
        .join(memberships, memberships.c.nominal == involvements.c.nominal)
        .join(groups, groups.c.reference == memberships.c.group_ref)
    )


def read_people(bulk: Bulk) -> People:
    """The registers of people."""
    members = sa.select(
        memberships.c.nominal, groups.c.kind, memberships.c.role, memberships.c.first_day, memberships.c.last_day
    ).join_from(memberships, groups, groups.c.reference == memberships.c.group_ref)
    flagged = sa.select(priorities.c.nominal, priorities.c.first_day, priorities.c.last_day)
    lived = sa.select(
        homes.c.nominal, homes.c.first_day, homes.c.last_day, homes.c.lon, homes.c.lat, homes.c.cell
    ).order_by(homes.c.nominal, homes.c.first_day, homes.c.reference)
    return People(members=bulk.rows(members), priorities=bulk.rows(flagged), homes=bulk.rows(lived))


def read_groups(bulk: Bulk) -> pa.Table:
    """Every group: columns reference and kind, by reference."""
    return bulk.rows(sa.select(groups.c.reference, groups.c.kind).distinct().order_by(groups.c.reference))


def read_residents(bulk: Bulk) -> pa.Table:
    """How many people live where: columns level, area, residents, year."""
    return bulk.rows(sa.select(residents.c.level, residents.c.area, residents.c.residents, residents.c.year))


def read_deliveries(bulk: Bulk) -> dict[str, dict[str, list[int]]]:
    """The months that each source of events has delivered, ascending, by kind of event and name of source."""
    months = sa.select(sources.c.kind, sources.c.name, deliveries.c.month).join_from(deliveries, sources)
    found: dict[str, dict[str, list[int]]] = {}
    for row in bulk.rows(months.where(sources.c.record == "event").order_by(deliveries.c.month)).to_pylist():
        found.setdefault(row["kind"], {}).setdefault(row["name"], []).append(row["month"])
    return found


def force_names(bulk: Bulk) -> tuple[str, ...]:
    """The forces that the records name, ascending; an empty name where an event names none."""
    names: set[str] = set()
    for table in RECORDS.values():
        found = bulk.rows(sa.select(table.c.falls_within).distinct()).column(0).to_pylist()
        names.update(found if table is events else filter(None, found))
    return tuple(sorted(names))
