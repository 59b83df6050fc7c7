"""Receipts of what was loaded and changed, to be looked at."""

import sqlalchemy as sa

from harmgrid.records.engine import Bulk
from harmgrid.records.tables import changes, loads


def last_change(bulk: Bulk) -> str | None:
    """When the newest load ended, or began if it has not, or the newest change was made; ISO 8601, UTC."""
    ended = sa.select(sa.func.max(sa.func.coalesce(loads.c.finished_at, loads.c.started_at)))
    times = [bulk.value(ended), bulk.value(sa.select(sa.func.max(changes.c.at)))]
    return max(filter(None, times), default=None)
