"""Events behind a figure, told: their rows, what they count under, what they weigh and why. No name of a person."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.behind.figure import Behind, category_of
from etl.behind.places import Ground
from etl.publish.score import BY_CATEGORY, BY_NOTHING, BY_OFFENCE, weight_reasons
from harmgrid import grid
from harmgrid.cube import POLICE
from harmgrid.measures import Generated
from harmgrid.published import BASE_LEVEL
from harmgrid.recipes import Scoring
from harmgrid.records.behind import read_full_events, read_involved
from harmgrid.records.engine import Bulk
from harmgrid.sectors import FIRST_SECTOR
from harmgrid.types import month_text

ROWS_AT_MOST = 50  # of one event that are told

By = Literal["offence", "category", "local", "measure", "nothing"]


class Named(NamedTuple):
    """Something with an id, and what it is called or what kind it is of."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why a row weighs what it does."""

    by: By  # its own offence, the mean of its category, a local value, or what a measure says of all its events
    measure: str | None  # whose value it is, of the last two


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a source that tells of an event."""

    stands: bool  # whether the event is where, when and what this row says
    source: str
    reference: str
    kind: str
    date: str | None  # None where only the month is known
    month: str
    category: str
    offence: Named | None
    measures: tuple[str, ...]  # under which it counts by itself
    points: float
    why: Why
    location: str
    point: tuple[float, float] | None  # longitude and latitude
    sector: Named | None
    hexagon: str | None  # at the finest resolution that is published
    lsoa: Named | None
    outcome: str
    status: str
    context: str
    reported_by: str
    incident: str
    file: str
    row: int  # the header is row 1
    details: Mapping[str, Any]
    groups: tuple[Named, ...]  # id and kind, that it is linked to on the day
    people: tuple[Named, ...]  # reference of a nominal and role; no names


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event that a figure counts."""

    harm: float  # what it adds
    times: int  # how often it is counted
    measures: tuple[str, ...]  # under which it counts, chosen or not
    generated: Generated
    groups: tuple[Named, ...]
    rows: tuple[Row, ...]  # the one that stands for it first
    left_out: int  # rows beyond `ROWS_AT_MOST`


def describe_events(bulk: Bulk, behind: Behind, at: NDArray[np.int64], ground: Ground) -> list[Event]:
    """These events of a figure, by their positions among its events, with their rows."""
    every = behind.rows_of(behind.events[at])
    shown = [rows[:ROWS_AT_MOST] for rows in every]
    told = describe_rows(bulk, behind, [row for rows in shown for row in rows], ground)
    measures = behind.scoring.recipe.measures
    found = []
    for event, rows, all_rows in zip(at.tolist(), shown, every, strict=True):
        signature = int(behind.signature[event])
        groups = {group for row in rows for group in told[row].groups}
        found.append(
            Event(
                harm=float(behind.times[event] * behind.scored.points[behind.events[event]]),
                times=int(behind.times[event]),
                measures=tuple(measure.id for measure in measures if signature & measure.mask),
                generated="police" if signature & POLICE else "victim",
                groups=tuple(sorted(groups)),
                rows=tuple(told[row] for row in rows),
                left_out=len(all_rows) - len(rows),
            )
        )
    return found


def describe_rows(bulk: Bulk, behind: Behind, at: Sequence[int], ground: Ground) -> dict[int, Row]:
    """Rows by their position among those of the figure."""
    taken = behind.rows.take(pa.array(at, pa.int64()))
    full = read_full_events(bulk, taken["id"].to_pylist())
    involved = read_involved(bulk, taken["id"].to_pylist())
    scored = behind.scored.taken(np.array(at, dtype=np.int64))
    reasons = weight_reasons(taken, scored.signature, behind.scoring)
    places = ground.places(BASE_LEVEL, scored.lon, scored.lat).tolist()
    hexagons = grid.texts(grid.parents(scored.cell, max(ground.published.hex_cubes)))
    linked = _groups_by_event(behind)
    found = {}
    for i, (row, event) in enumerate(zip(at, taken["id"].to_pylist(), strict=True)):
        found[row] = _row(
            full[event],
            behind.scoring,
            stands=bool(behind.stands[row] == row),
            measures=tuple(m.id for m in behind.scoring.recipe.measures if int(scored.signature[i]) & m.mask),
            points=float(scored.points[i]),
            why=_why(int(reasons[i]), behind.scoring),
            sector=_sector(ground, places[i]),
            hexagon=hexagons[i] if full[event]["cell"] != grid.NO_CELL else None,
            groups=tuple(linked.get(event, ())),
            people=tuple(Named(*person) for person in involved.get(event, ())),
        )
    return found


def _row(of: Mapping[str, Any], scoring: Scoring, **counted: Any) -> Row:
    offence = scoring.offences.get(of["offence"])
    return Row(
        source=of["source"],
        reference=of["reference"],
        kind=of["kind"],
        date=None if of["day"] is None else day_text(of["day"]),
        month=month_text(of["month"]),
        category=category_of(dict(of), scoring),
        offence=Named(of["offence"], offence.title if offence else "") if of["offence"] else None,
        location=of["location"],
        point=None if of["lon"] is None or of["lat"] is None else (of["lon"], of["lat"]),
        lsoa=Named(of["lsoa_code"], of["lsoa_name"]) if of["lsoa_code"] else None,
        outcome=of["outcome"],
        status=of["status"],
        context=of["context"],
        reported_by=of["reported_by"],
        incident=of["incident"],
        file=of["file"],
        row=of["row_number"],
        details=details_of(of["details"]),
        **counted,
    )


def day_text(day: int) -> str:
    """`2023-02-10` for a day since 1970-01-01."""
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def details_of(text: str) -> dict[str, Any]:
    """The details of a record; an empty object where it has none, or where they are none."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _why(reason: int, scoring: Scoring) -> Why:
    named: dict[int, By] = {BY_OFFENCE: "offence", BY_CATEGORY: "category", BY_NOTHING: "nothing"}
    if reason in named:
        return Why(by=named[reason], measure=None)
    measure = scoring.recipe.measures[reason]
    return Why(by="local" if measure.local else "measure", measure=measure.id)


def _sector(ground: Ground, place: int) -> Named | None:
    if place < FIRST_SECTOR:
        return None
    sector = ground.published.sectors[place - FIRST_SECTOR]
    return Named(sector.id, sector.name)


def _groups_by_event(behind: Behind) -> dict[int, list[Named]]:
    found: dict[int, list[Named]] = {}
    for event, group, kind in _links(behind):
        found.setdefault(event, []).append(Named(group, kind))
    return found


def _links(behind: Behind) -> Iterator[tuple[int, str, str]]:
    linked = behind.linked
    return zip(linked.event.tolist(), linked.group.tolist(), linked.kind.tolist(), strict=True)
