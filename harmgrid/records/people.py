"""Groups and people as the registers have them, for those who look one up. Names are here, and nowhere below."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import pyarrow as pa
import sqlalchemy as sa

from harmgrid.records.engine import Bulk
from harmgrid.records.reading import links
from harmgrid.records.tables import (
    RECORDS,
    events,
    groups,
    homes,
    involvements,
    memberships,
    nominals,
    priorities,
    sources,
)

_KEYS_AT_ONCE = 500  # in one statement


class Span(NamedTuple):
    """Days since 1970-01-01, both included; an empty last one goes on."""

    first_day: int
    last_day: int | None


class Membership(NamedTuple):
    """Who is in which group, and when."""

    group: str
    kind: str  # of the group; empty where no register has it
    group_name: str
    nominal: str
    role: str
    span: Span


class Home(NamedTuple):
    """Where somebody lives, and when."""

    span: Span
    lon: float | None
    lat: float | None
    cell: int


class Involvement(NamedTuple):
    """Who took part in which event."""

    event: int  # id
    nominal: str
    role: str


class Registered(NamedTuple):
    """A group or a person in a register."""

    reference: str
    name: str
    kind: str  # of a group
    source: str
    details: str  # JSON


def read_registered(bulk: Bulk, record: Literal["group", "nominal"], references: Sequence[str]) -> list[Registered]:
    """What the registers of groups or of people have under these references, one a source."""
    table = RECORDS[record]
    kind = table.c.kind if table is groups else sa.literal("")
    wanted = sa.select(
        table.c.reference, table.c.name, kind.label("kind"), sources.c.name.label("source"), table.c.details
    ).join_from(table, sources, sources.c.id == table.c.source_id)
    return sorted({Registered(**row) for row in _some(bulk, wanted, table.c.reference, references)})


def read_memberships(bulk: Bulk, *, of_groups: Sequence[str] = (), of_nominals: Sequence[str] = ()) -> list[Membership]:
    """The memberships of these groups, and those of these people."""
    wanted = sa.select(
        memberships.c.group_ref,
        groups.c.kind,
        groups.c.name,
        memberships.c.nominal,
        memberships.c.role,
        memberships.c.first_day,
        memberships.c.last_day,
    ).join_from(memberships, groups, groups.c.reference == memberships.c.group_ref, isouter=True)
    rows = _some(bulk, wanted, memberships.c.group_ref, of_groups)
    rows += _some(bulk, wanted, memberships.c.nominal, of_nominals)
    found = {
        Membership(row["group_ref"], row["kind"] or "", row["name"] or "", row["nominal"], row["role"], _span(row))
        for row in rows
    }
    return sorted(found, key=lambda one: (one.group, one.nominal, one.span.first_day, one.role))


def read_flags(bulk: Bulk, people: Sequence[str]) -> dict[str, list[Span]]:
    """When each of these people is a priority individual."""
    wanted = sa.select(priorities.c.nominal, priorities.c.first_day, priorities.c.last_day)
    found: dict[str, list[Span]] = {}
    for row in _some(bulk, wanted, priorities.c.nominal, people):
        found.setdefault(row["nominal"], []).append(_span(row))
    return {nominal: sorted(spans, key=lambda span: span.first_day) for nominal, spans in found.items()}


def read_homes(bulk: Bulk, nominal: str) -> list[Home]:
    """Where this person lives and lived, the earliest first."""
    wanted = sa.select(homes.c.first_day, homes.c.last_day, homes.c.lon, homes.c.lat, homes.c.cell)
    rows = bulk.rows(wanted.where(homes.c.nominal == nominal)).to_pylist()
    found = [Home(_span(row), row["lon"], row["lat"], row["cell"]) for row in rows]
    return sorted(found, key=lambda home: home.span.first_day)


def read_involvements(bulk: Bulk, *, nominal: str = "", of_events: Sequence[int] = ()) -> list[Involvement]:
    """In which events this person took part, or who did in these; only of events that are there."""
    wanted = (
        sa.select(events.c.id, involvements.c.nominal, involvements.c.role)
        .select_from(involvements)
        .join(sources, sources.c.name == involvements.c.event_source)
        .join(events, sa.and_(events.c.source_id == sources.c.id, events.c.reference == involvements.c.event))
    )
    rows = _some(bulk, wanted, events.c.id, of_events)
    if nominal:
        rows += bulk.rows(wanted.where(involvements.c.nominal == nominal)).to_pylist()
    return sorted({Involvement(row["id"], row["nominal"], row["role"]) for row in rows})


def read_events_of_group(bulk: Bulk, group: str) -> list[int]:
    """The events in which somebody took part who was ever in this group, by id."""
    found = bulk.rows(links().where(groups.c.reference == group))["event"].to_pylist()
    return sorted(set(found))


def read_people_list(bulk: Bulk) -> pa.Table:
    """Everybody in the registers of nominals: columns reference and name."""
    return bulk.rows(sa.select(nominals.c.reference, nominals.c.name))


def read_group_list(bulk: Bulk) -> pa.Table:
    """Every group of the registers: columns reference, kind and name."""
    return bulk.rows(sa.select(groups.c.reference, groups.c.kind, groups.c.name))


def count_involvements(bulk: Bulk) -> dict[str, int]:
    """In how many events each person took part, by the registers."""
    each = sa.select(involvements.c.nominal, involvements.c.event_source, involvements.c.event)
    found = bulk.rows(each).group_by(each.selected_columns.keys()).aggregate([])
    counted = found.group_by("nominal").aggregate([([], "count_all")])
    return dict(zip(counted["nominal"].to_pylist(), counted["count_all"].to_pylist(), strict=True))


def _span(row: dict[str, Any]) -> Span:
    return Span(row["first_day"], row["last_day"])


def _some(
    bulk: Bulk, statement: sa.Select[Any], column: sa.ColumnElement[Any], keys: Sequence[Any]
) -> list[dict[str, Any]]:
    """The rows whose column is one of these."""
    parts = [keys[at : at + _KEYS_AT_ONCE] for at in range(0, len(keys), _KEYS_AT_ONCE)]
    return [row for part in parts for row in bulk.rows(statement.where(column.in_(part))).to_pylist()]
