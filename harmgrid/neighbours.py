"""What lies around a place: the hexagons at its edges, or the areas that touch it, each with its harm."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harmgrid import grid
from harmgrid.cube import Cube
from harmgrid.published import Level, Published
from harmgrid.sectors import FIRST_SECTOR, sectors_at
from harmgrid.types import Question
from harmgrid.view import sums_of

COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A place beside another one."""

    id: str
    name: str | None  # None for a hexagon
    sector: str | None  # name of the sector that holds a hexagon's centre
    direction: str  # of the compass, from centre to centre
    count: int
    people: float
    harm: float


def neighbours_of(published: Published, place_id: str, question: Question) -> tuple[Neighbour, ...]:
    """The neighbours of a place in the question's window, the most harm first.

    Of a hexagon those that ever had an event; of an area all of its level that touch it.

    Raises:
        UnknownPlace: neither an area's id nor an H3 index.
    """
    area = published.area(place_id)
    if area:
        found = _of_area(published, *area, question)
    else:
        found = _of_hexagon(published, grid.cell_from_text(place_id), question)
    return tuple(sorted(found, key=lambda neighbour: (-neighbour.harm, neighbour.id)))


def compass(start: tuple[float, float], end: tuple[float, float]) -> str:
    """The nearest of eight points of the compass, on the ground, from one place to another near it.

    The six neighbours of a hexagon are about 60 degrees apart, so no two of them share one.

    >>> compass((-1.60, 54.90), (-1.59, 54.91))
    'NE'
    """
    east = math.remainder(end[0] - start[0], 360) * math.cos(math.radians((start[1] + end[1]) / 2))
    degrees = math.degrees(math.atan2(east, end[1] - start[1]))
    return COMPASS[round(degrees / 45) % 8]


def _of_area(published: Published, level: Level, i: int, question: Question) -> list[Neighbour]:
    near = level.touching[i]
    middle = [(point.x, point.y) for point in (level.sectors[at].geometry.centroid for at in (i, *near))]
    places = (near + FIRST_SECTOR).astype(np.uint64)
    sums = _sums(published, level.cube, places, question)
    return [
        Neighbour(
            id=level.place_id(level.sectors[at]),
            name=level.sectors[at].name,
            sector=None,
            direction=compass(middle[0], there),
            count=count,
            people=people,
            harm=harm,
        )
        for at, there, (count, people, harm) in zip(near, middle[1:], sums, strict=True)
    ]


def _of_hexagon(published: Published, cell: int, question: Question) -> list[Neighbour]:
    cube = published.hex_cubes.get(grid.resolution_of(cell))
    around = grid.ring(cell)
    near = around[cube.positions(around) >= 0] if cube else around[:0]
    if cube is None or len(near) == 0:
        return []
    (lon, *lons), (lat, *lats) = (axis.tolist() for axis in grid.centres(np.append(np.uint64(cell), near)))
    holding = sectors_at(published.sectors, np.array(lons), np.array(lats))
    return [
        Neighbour(
            id=text,
            name=None,
            sector=sector.name if sector else None,
            direction=compass((lon, lat), there),
            count=count,
            people=people,
            harm=harm,
        )
        for text, sector, there, (count, people, harm) in zip(
            grid.texts(near), holding, zip(lons, lats, strict=True), _sums(published, cube, near, question), strict=True
        )
    ]


def _sums(
    published: Published, cube: Cube, places: NDArray[np.uint64], question: Question
) -> list[tuple[int, float, float]]:
    """Events, people and harm of each place."""
    sums = sums_of(published, cube, cube.positions(places), question=question)
    return list(zip(sums.count.tolist(), sums.people.tolist(), sums.harm.tolist(), strict=True))
