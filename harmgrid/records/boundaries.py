"""Areas in the records: sectors, wards and the like, each with the days from and to which it stands."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import shapely
import sqlalchemy as sa

from harmgrid.records.changes import Note, note_change
from harmgrid.records.engine import Bulk, Records
from harmgrid.records.tables import areas
from harmgrid.sectors import Area
from harmgrid.types import Receipt

_TEXTS = ("level", "id", "name", "parent_level", "parent", "parent_name")


def read_areas(bulk: Bulk) -> tuple[Area, ...]:
    """Every area of every level and time, in the order of level, id and first day."""
    rows = bulk.rows(sa.select(areas).order_by(areas.c.level, areas.c.id, areas.c.valid_from))
    return tuple(Area(**{**row, "geometry": shapely.from_wkb(row["geometry"])}) for row in rows.to_pylist())


def replace_areas(
    records: Records, level: str, new: Sequence[Area], *, valid_from: int | None = None, note: Note | None = None
) -> Receipt:
    """Put these areas in place of those of their level, in one transaction.

    Without `valid_from` they replace whatever was there. With it they follow: what stood before ends the day before,
    what was to begin on that day or later goes. An area that is there already as it is stays as it is.

    Args:
        records: the database.
        level: of all the areas.
        new: areas whose own `valid_from` is 0, meaning ever since.
        valid_from: day since 1970-01-01.
        note: with it, a redraw that changes something leaves its receipt.
    """
    receipt = Receipt(name=level, read=len(new))
    with records.bulk() as bulk, bulk.writing():
        old = {(area.id, area.valid_from): area for area in read_areas(bulk) if area.level == level}
        after = _after(list(old.values()), new, valid_from)
        for area in after:
            before = old.get((area.id, area.valid_from))
            if before is None:
                receipt.loaded += 1
            elif not _same(before, replace(area, valid_to=before.valid_to)):
                receipt.updated += 1
        receipt.unchanged = receipt.read - receipt.loaded - receipt.updated
        receipt.withdrawn = len(old.keys() - {(area.id, area.valid_from) for area in after})
        bulk.run(sa.delete(areas).where(areas.c.level == level))
        if after:
            bulk.insert(areas.name, _columns(after))
        figures = {name: getattr(receipt, name) for name in ("read", "loaded", "updated", "unchanged", "withdrawn")}
        if note and figures["read"] + figures["withdrawn"] > figures["unchanged"]:
            note_change(bulk, "redraw", note, {level: figures})
    return receipt


def _after(old: list[Area], new: Sequence[Area], valid_from: int | None) -> list[Area]:
    """All areas of a level once the new ones stand."""
    if valid_from is None:
        return list(new)
    standing = {area.id: area for area in old if area.valid_to is None and area.valid_from < valid_from}
    kept, started = set(), []
    for area in new:
        before = standing.get(area.id)
        if before and _same(before, replace(area, valid_from=before.valid_from)):
            kept.add(area.id)
        else:
            started.append(replace(area, valid_from=valid_from))
    earlier = [area for area in old if area.valid_from < valid_from]
    return [
        replace(area, valid_to=valid_from - 1)
        if area.id not in kept and (area.valid_to is None or area.valid_to >= valid_from)
        else area
        for area in earlier
    ] + started


def _same(one: Area, other: Area) -> bool:
    return vars(one) | {"geometry": shapely.to_wkb(one.geometry)} == vars(other) | {
        "geometry": shapely.to_wkb(other.geometry)
    }


def _columns(found: Sequence[Area]) -> pa.Table:
    texts = {name: pa.array([getattr(area, name) for area in found], pa.string()) for name in _TEXTS}
    days = {name: pa.array([getattr(area, name) for area in found], pa.int32()) for name in ("valid_from", "valid_to")}
    geometry = pa.array([shapely.to_wkb(area.geometry) for area in found], pa.binary())
    return pa.table(texts | days | {"geometry": geometry})
