"""What is found in the records, as JSON."""

import math
from typing import Any

from etl.behind.rows import Event, Named, Row, day_text, details_of
from harmgrid.records.people import Registered, Span
from harmgrid.types import Sum

Json = dict[str, Any]

DISAGREES = (
    "The records have changed since this snapshot was published: these are the events as they are now, and they do not "
    "add up to the figure of the map. Publish again to bring both together."
)
_TOLERANCE = 1e-9  # of harm: float64 adds in another order


def compared(figure: Sum, found: Sum) -> Json:
    """What the snapshot says beside what the records hold, and a sentence where they differ."""
    agrees = figure.count == found.count and math.isclose(figure.harm, found.harm, rel_tol=_TOLERANCE)
    return {
        "figure": sum_json(figure),
        "found": sum_json(found),
        "agrees": agrees,
        "note": None if agrees else DISAGREES,
    }


def event_json(event: Event) -> Json:
    """An event with its rows."""
    return {
        "harm": event.harm,
        "times": event.times,
        "measures": event.measures,
        "generated": event.generated,
        "groups": _named(event.groups, "kind"),
        "rows": [row_json(row) for row in event.rows],
        "rows_left_out": event.left_out,
    }


def row_json(row: Row) -> Json:
    """A row of a source."""
    return {
        "stands": row.stands,
        "source": row.source,
        "reference": row.reference,
        "kind": row.kind,
        "date": row.date,
        "month": row.month,
        "category": row.category,
        "offence": {"code": row.offence.id, "title": row.offence.name} if row.offence else None,
        "measures": row.measures,
        "points": row.points,
        "weighed": {"by": row.why.by, "measure": row.why.measure},
        "location": row.location,
        "point": row.point,
        "sector": row.sector._asdict() if row.sector else None,
        "hexagon": row.hexagon,
        "lsoa": {"code": row.lsoa.id, "name": row.lsoa.name} if row.lsoa else None,
        "outcome": row.outcome,
        "status": row.status,
        "context": row.context,
        "reported_by": row.reported_by,
        "incident": row.incident,
        "file": row.file,
        "row": row.row,
        "details": row.details,
        "groups": _named(row.groups, "kind"),
        "people": _named(row.people, "role"),
    }


def _named(found: tuple[Named, ...], second: str) -> list[Json]:
    return [{"id": one.id, second: one.name} for one in found]


def sum_json(value: Sum) -> Json:
    """Events and harm points."""
    return {"count": value.count, "harm": value.harm}


def span_json(span: Span) -> Json:
    """From when to when; null where it goes on."""
    return {
        "first": day_text(span.first_day),
        "last": None if span.last_day is None else day_text(span.last_day),
    }


def names_json(found: list[Registered]) -> list[Json]:
    """The names that registers have for one of them, with what else they say."""
    return [{"name": one.name, "source": one.source, "details": details_of(one.details)} for one in found]
