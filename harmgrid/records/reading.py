"""Records on their way out: what publishing and checking need, from one state of the database."""

import pyarrow as pa
import sqlalchemy as sa

from harmgrid.records.engine import Bulk
from harmgrid.records.tables import deliveries, events


def grouped_events(bulk: Bulk) -> pa.Table:
    """How many events there are by cell, place, month and category: columns cell, place, month, category, count.

    The order is the same on every database, so that sums in floating point are too.
    """
    keys = (events.c.cell, events.c.place, events.c.month, events.c.category)
    return bulk.rows(sa.select(*keys, sa.func.count().label("count")).group_by(*keys).order_by(*keys[:3]))


def monthly_events(bulk: Bulk) -> pa.Table:
    """How many events there are by month and category: columns month, category, count."""
    keys = (events.c.month, events.c.category)
    return bulk.rows(sa.select(*keys, sa.func.count().label("count")).group_by(*keys))


def placed_events(bulk: Bulk) -> dict[int, int]:
    """How many events there are in each place of the sector geography."""
    rows = bulk.rows(sa.select(events.c.place, sa.func.count().label("count")).group_by(events.c.place))
    return dict(zip(rows["place"].to_pylist(), rows["count"].to_pylist(), strict=True))


def delivered_months(bulk: Bulk) -> list[int]:
    """The months that any source has delivered, ascending."""
    months: list[int] = bulk.rows(sa.select(deliveries.c.month).distinct()).column(0).to_pylist()
    return sorted(months)


def force_names(bulk: Bulk) -> tuple[str, ...]:
    """The forces that the events fall within, ascending."""
    names: list[str] = bulk.rows(sa.select(events.c.falls_within).distinct()).column(0).to_pylist()
    return tuple(sorted(names))
