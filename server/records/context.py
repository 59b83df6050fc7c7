"""Reports beside the harm, as points: unweighted, from the records, without any text that a person wrote."""

from collections.abc import Mapping

from flask import Response

from etl.behind.rows import day_text
from harmgrid.records.behind import count_points, read_points
from harmgrid.types import Window, month_text
from server.parameters import choice
from server.records.choices import CONTEXT
from server.records.door import answer, door
from server.snapshots import CURRENT, snapshot_of

POINTS_AT_MOST = 20_000


def points(parameters: Mapping[str, str]) -> Response:
    """The reports of a kind in a window, of all months by default; how many there are and how many of them are here."""
    kind = choice(parameters, "kind", CONTEXT)
    months = snapshot_of(CURRENT).contents.months.window
    window: Window = Window.from_text(parameters["window"]) if "window" in parameters else months
    with door().look() as bulk:
        total, located = count_points(bulk, kind, window)
        rows = read_points(bulk, kind, window, POINTS_AT_MOST).to_pylist()
    found = [
        {
            "month": month_text(row["month"]),
            "date": None if row["day"] is None else day_text(row["day"]),
            "category": row["category"] or None,
            "point": [round(row["lon"], 5), round(row["lat"], 5)],
        }
        for row in rows
    ]
    return answer(
        {
            "kind": kind,
            "window": window.text,
            "total": total,
            "no_location": total - located,
            "cut": located > len(found),
            "points": found,
        }
    )
