"""Events behind a figure as one table, a line a row of a source: what a download holds."""

import json
from collections.abc import Sequence

import pyarrow as pa

from etl.behind.rows import Event, Named, Row

# Beside each name of a column, what it holds.
COLUMNS = pa.schema(
    [
        ("event", pa.int64()),  # from 1; rows of one event have one number
        ("stands", pa.bool_()),  # whether the event is where, when and what this row says
        ("source", pa.string()),
        ("reference", pa.string()),
        ("kind", pa.string()),
        ("date", pa.string()),  # empty where only the month is known
        ("month", pa.string()),
        ("category", pa.string()),
        ("offence", pa.string()),
        ("offence_title", pa.string()),
        ("points", pa.float64()),  # of the row by itself
        ("weighed_by", pa.string()),
        ("measures", pa.string()),  # of the row by itself, separated by spaces
        ("event_measures", pa.string()),
        (
            "event_times",
            pa.int64(),
        ),  # how often the figure counts it; on the row that stands alone, so that sums are right
        ("event_harm", pa.float64()),  # what it adds to the figure; likewise
        ("event_generated", pa.string()),  # victim or police
        ("groups", pa.string()),
        ("people", pa.string()),  # references and roles, no names
        ("location", pa.string()),
        ("longitude", pa.float64()),
        ("latitude", pa.float64()),
        ("sector", pa.string()),
        ("sector_name", pa.string()),
        ("hexagon", pa.string()),
        ("lsoa_code", pa.string()),
        ("outcome", pa.string()),
        ("status", pa.string()),
        ("context", pa.string()),
        ("incident", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),  # the header is row 1
        ("details", pa.string()),  # JSON
    ]
)


def flat_table(events: Sequence[Event]) -> pa.Table:
    """These events, a line a row, with the columns `COLUMNS`."""
    return pa.Table.from_pylist(
        [_line(number, event, row) for number, event in enumerate(events, 1) for row in event.rows], schema=COLUMNS
    )


def _line(number: int, event: Event, row: Row) -> dict[str, object]:
    lon, lat = row.point or (None, None)
    return {
        "event": number,
        "stands": row.stands,
        **{name: getattr(row, name) for name in ("source", "reference", "kind", "date", "month", "category", "points")},
        "offence": row.offence.id if row.offence else "",
        "offence_title": row.offence.name if row.offence else "",
        "weighed_by": f"{row.why.by} {row.why.measure or ''}".strip(),
        "measures": " ".join(row.measures),
        "event_measures": " ".join(event.measures),
        "event_times": event.times if row.stands else None,
        "event_harm": event.harm if row.stands else None,
        "event_generated": event.generated,
        "groups": _texts(row.groups),
        "people": _texts(row.people),
        "location": row.location,
        "longitude": lon,
        "latitude": lat,
        "sector": row.sector.id if row.sector else "",
        "sector_name": row.sector.name if row.sector else "",
        "hexagon": row.hexagon or "",
        "lsoa_code": row.lsoa.id if row.lsoa else "",
        **{name: getattr(row, name) for name in ("outcome", "status", "context", "incident", "file", "row")},
        "details": json.dumps(row.details, ensure_ascii=False, sort_keys=True) if row.details else "",
    }


def _texts(found: Sequence[Named]) -> str:
    return "; ".join(f"{one.id} ({one.name})" for one in found)
