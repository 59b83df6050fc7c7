"""Sectors in the records, and the place of every event among them."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import shapely
import sqlalchemy as sa

from harmgrid.records.engine import Bulk, Records
from harmgrid.records.tables import events, sectors
from harmgrid.sectors import Sector, places_from_points

_CHUNK = 200_000

_moved = sa.Table("moved", sa.MetaData(), sa.Column("id", sa.BigInteger), sa.Column("place", sa.BigInteger))


def read_sectors(bulk: Bulk) -> tuple[Sector, ...]:
    """The sectors in the order of their position."""
    rows = bulk.rows(sa.select(sectors.c.id, sectors.c.name, sectors.c.geometry).order_by(sectors.c.position))
    return tuple(
        Sector(id=row["id"], name=row["name"], geometry=shapely.from_wkb(row["geometry"])) for row in rows.to_pylist()
    )


def replace_sectors(records: Records, new: Sequence[Sector]) -> int | None:
    """Put these sectors in place of those that were there, and every event where it lies now, in one transaction.

    Returns:
        How many events changed their place; None if the sectors are the ones that were there already.
    """
    with records.bulk() as bulk, bulk.writing():
        if _same(read_sectors(bulk), new):
            return None
        bulk.run(sa.delete(sectors))
        bulk.insert(
            sectors.name,
            pa.table(
                {
                    "id": [sector.id for sector in new],
                    "position": pa.array(range(len(new)), pa.int32()),
                    "name": [sector.name for sector in new],
                    "geometry": pa.array([shapely.to_wkb(sector.geometry) for sector in new], pa.binary()),
                }
            ),
        )
        return _place_events(bulk, new)


def _same(old: Sequence[Sector], new: Sequence[Sector]) -> bool:
    return [(s.id, s.name, shapely.to_wkb(s.geometry)) for s in old] == [
        (s.id, s.name, shapely.to_wkb(s.geometry)) for s in new
    ]


def _place_events(bulk: Bulk, new: Sequence[Sector]) -> int:
    changed, last = 0, 0
    columns = (events.c.id, events.c.lon, events.c.lat, events.c.place)
    while True:
        rows = bulk.rows(sa.select(*columns).where(events.c.id > last).order_by(events.c.id).limit(_CHUNK))
        if rows.num_rows == 0:
            return changed
        ids = rows["id"].to_numpy()
        lon, lat = (rows[name].cast(pa.float64()).to_numpy() for name in ("lon", "lat"))
        place = places_from_points(new, lon, lat)
        moved = np.flatnonzero(place != rows["place"].to_numpy())
        if len(moved):
            bulk.stage(_moved.name, pa.table({"id": ids[moved], "place": place[moved]}))
            bulk.run(sa.update(events).values(place=_moved.c.place).where(events.c.id == _moved.c.id))
        changed += len(moved)
        last = int(ids[-1])
