"""Areas of the records to the levels of a snapshot: the sectors, what they nest in, and other hierarchies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from harmgrid.errors import NothingToPublish
from harmgrid.published import BASE_LEVEL, Level, Published
from harmgrid.sectors import FIRST_SECTOR, NO_LOCATION, OUTSIDE, Area, AreaGeometry, Sector, places_from_points
from harmgrid.types import Months, last_day_of

FORCE_LEVEL = "force"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The areas of one level on the last day of the data."""

    sectors: tuple[Sector, ...]
    parts: str = ""  # the level that these areas are made of; empty where they have boundaries of their own
    place_of_part: NDArray[np.uint64] | None = None  # the place of each place of that level


def standing_levels(areas: Sequence[Area], residents: pa.Table, months: Months) -> dict[str, Standing]:
    """By level, the areas that stand on the last day of the data: the level `sector` first, the force last.

    All months are counted in these, so that a comparison over time never compares two maps. A level above is made of
    what names it as its parent, so its sums are the sums of those.

    Raises:
        NothingToPublish: no sector stands then.
    """
    day = last_day_of(months.stop - 1)
    standing: dict[str, list[Area]] = {BASE_LEVEL: []}
    for area in areas:
        if area.stands_on(day):
            standing.setdefault(area.level, []).append(area)
    if not standing[BASE_LEVEL]:
        raise NothingToPublish(
            came="records without sectors on the last day of the data",
            expected="sector boundaries",
            do="run harmgrid load sectors FILE",
        )
    people = _residents(residents)
    levels: dict[str, Standing] = {}
    for level, members in standing.items():
        sectors = tuple(
            Sector(
                id=area.id,
                name=area.name,
                geometry=area.geometry,
                parent=area.parent,
                residents=people.get((level, area.id)),
            )
            for area in members
        )
        levels[level] = Standing(sectors=sectors)
        names = {area.parent: area.parent_name or area.parent for area in members if area.parent}
        if names:
            above = next(area.parent_level for area in members if area.parent)
            levels[above] = _above(level, above, (sectors, names), people)
    whole = tuple(replace(sector, parent=FORCE_LEVEL) for sector in levels[BASE_LEVEL].sectors)
    levels[FORCE_LEVEL] = _above(BASE_LEVEL, FORCE_LEVEL, (whole, {FORCE_LEVEL: "Whole force"}), people)
    return levels


def levels_of_snapshot(published: Published) -> dict[str, Standing]:
    """The levels of a snapshot as `standing_levels` made them: which of them are made of another level's areas."""
    found: dict[str, Standing] = {}
    for level in published.levels:
        parts = next((below.id for below in published.levels if below != level and _is_made_of(level, below)), "")
        found[level.id] = Standing(sectors=level.sectors)
        if parts:
            below = published.level(parts)
            position = {sector.id: FIRST_SECTOR + i for i, sector in enumerate(level.sectors)}
            places = [NO_LOCATION, OUTSIDE, *(position.get(_parent(level, part), OUTSIDE) for part in below.sectors)]
            found[level.id] = Standing(
                sectors=level.sectors, parts=parts, place_of_part=np.array(places, dtype=np.uint64)
            )
    return found


def level_places(
    levels: Mapping[str, Standing], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> dict[str, NDArray[np.uint64]]:
    """The place of each point in every level, each of shape (points,)."""
    places: dict[str, NDArray[np.uint64]] = {}
    for level, standing in levels.items():
        if standing.place_of_part is None:
            places[level] = places_from_points(standing.sectors, lon, lat).astype(np.uint64)
    for level, standing in levels.items():
        if standing.place_of_part is not None:
            places[level] = standing.place_of_part[places[standing.parts].astype(np.int64)]
    return {level: places[level] for level in levels}


def _parent(level: Level, part: Sector) -> str:
    """The area of a level that holds a part of it; the force holds all sectors, whatever they name."""
    return FORCE_LEVEL if level.id == FORCE_LEVEL else part.parent


def _is_made_of(level: Level, below: Level) -> bool:
    """Whether the areas of a level are unions of these, rather than boundaries of their own."""
    if level.id == FORCE_LEVEL:
        return below.id == BASE_LEVEL
    if {part.parent for part in below.sectors if part.parent} != {sector.id for sector in level.sectors}:
        return False
    area = level.sectors[0]
    parts = [part.geometry for part in below.sectors if part.parent == area.id]
    return bool(shapely.equals(area.geometry, _united(parts)))


def _above(
    level: str, above: str, of: tuple[Sequence[Sector], Mapping[str, str]], people: Mapping[tuple[str, str], int]
) -> Standing:
    """The level above these areas. An area that names no parent is outside of it."""
    sectors, names = of
    ids = sorted(names)
    position = {parent: FIRST_SECTOR + i for i, parent in enumerate(ids)}
    places = [NO_LOCATION, OUTSIDE, *(position.get(sector.parent, OUTSIDE) for sector in sectors)]
    parts = {parent: [sector for sector in sectors if sector.parent == parent] for parent in ids}
    joined = (_joined(parent, names[parent], parts[parent], people.get((above, parent))) for parent in ids)
    return Standing(sectors=tuple(joined), parts=level, place_of_part=np.array(places, dtype=np.uint64))


def _joined(area_id: str, name: str, parts: Sequence[Sector], residents: int | None) -> Sector:
    counted = [sector.residents for sector in parts]
    if residents is None and None not in counted:
        residents = sum(filter(None, counted))
    return Sector(id=area_id, name=name, geometry=_united([sector.geometry for sector in parts]), residents=residents)


def _united(geometries: Sequence[AreaGeometry]) -> AreaGeometry:
    """One outline; slivers between neighbours that do not quite touch stay, as they are in the sectors."""
    union = shapely.union_all(np.array(geometries, dtype=object))
    if not isinstance(union, shapely.Polygon | shapely.MultiPolygon):
        raise TypeError(f"a union of areas is no area but {union.geom_type}")
    return union


def _residents(table: pa.Table) -> dict[tuple[str, str], int]:
    """Residents by level and area, of the latest year that is loaded."""
    ordered = sorted(table.to_pylist(), key=lambda row: row["year"])
    return {(row["level"], row["area"]): row["residents"] for row in ordered}
