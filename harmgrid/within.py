"""The hexagons of an area, ranked by harm: what a map and a list of one sector need."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from harmgrid import grid
from harmgrid.cube import Cube
from harmgrid.errors import UnknownPlace
from harmgrid.published import Published
from harmgrid.ranking import ranks
from harmgrid.types import Question, Sum
from harmgrid.view import located, resolution_breaks, sum_of, sums_of

MOST_HEXAGONS = 600  # in an area, as its size has it: more could not be told apart on a page


@dataclass(frozen=True, kw_only=True)
class Hexagon:
    """One hexagon of an area."""

    id: str
    center: tuple[float, float]
    outline: NDArray[
        np.float64
    ]  # longitude and latitude of each corner, shape (corners, 2), the first again at the end
    sum: Sum
    share: float | None  # of the harm of all hexagons of the area
    rank: int
    mostly: tuple[str, float] | None  # the measure that adds the most harm, and its share of what all add


@dataclass(frozen=True, kw_only=True)
class Within:
    """The hexagons of an area that have something in the window, the most harm first."""

    name: str
    resolution: int
    breaks: list[float]  # class edges of that resolution
    total: Sum
    hexagons: list[Hexagon]


def hexagons_within(published: Published, place_id: str, question: Question) -> Within:
    """The hexagons whose centre lies in an area, at the finest resolution that can be told apart there.

    Raises:
        UnknownPlace: no area of any level.
    """
    areas = {level.place_id(area): area for level in published.levels for area in level.sectors}
    if place_id not in areas:
        raise UnknownPlace(
            came=f"the area {place_id[:40]!r}",
            expected="the place of a sector, or of an area of another level, as force:force",
            do="take it from /api/sectors",
        )
    area = areas[place_id]
    resolution = _resolution(published, area.area_km2)
    cube = published.hex_cubes[resolution]
    cells = _cells_in(located(cube), area.geometry)
    sums = sums_of(published, cube, cube.positions(cells), question=question)
    total = sum_of(sums)
    some = np.flatnonzero((sums.count > 0) | (sums.people > 0))
    order = some[np.lexsort((cells[some], -sums.harm[some]))]
    standing = ranks(sums.harm[order])
    mostly = _mostly(published, cube, cells[order], question)
    lon, lat = grid.centres(cells[order])
    outlines = grid.boundaries(cells[order])
    return Within(
        name=area.name,
        resolution=resolution,
        breaks=resolution_breaks(published, resolution, question),
        total=total,
        hexagons=[
            Hexagon(
                id=name,
                center=(float(lon[i]), float(lat[i])),
                outline=shapely.get_coordinates(outlines[i]),
                sum=sum_of(sums, int(order[i])),
                share=float(sums.harm[order[i]]) / total.harm if total.harm else None,
                rank=int(standing[i]),
                mostly=mostly[i],
            )
            for i, name in enumerate(grid.texts(cells[order]))
        ],
    )


def _resolution(published: Published, area_km2: float) -> int:
    """The finest published one of which the area has room for no more than `MOST_HEXAGONS`."""
    found = [level for level in published.hex_cubes if area_km2 <= MOST_HEXAGONS * grid.mean_area_km2(level)]
    return max(found, default=min(published.hex_cubes))


def _cells_in(cells: NDArray[np.uint64], geometry: BaseGeometry) -> NDArray[np.uint64]:
    shapely.prepare(geometry)
    lon, lat = grid.centres(cells)
    inside: NDArray[np.uint64] = cells[shapely.intersects_xy(geometry, lon, lat)]
    return inside


def _mostly(
    published: Published, cube: Cube, cells: NDArray[np.uint64], question: Question
) -> list[tuple[str, float] | None]:
    """Of each cell the measure that adds the most harm, the first by name of equal ones."""
    names = sorted(question.measures)
    at = cube.positions(cells)
    asked = (replace(question, measures=frozenset({name})) for name in names)
    harm = np.array([sums_of(published, cube, at, question=alone).harm for alone in asked]).reshape(len(names), -1)
    whole = harm.sum(axis=0)
    best = harm.argmax(axis=0)
    return [(names[best[i]], float(harm[best[i], i] / whole[i])) if whole[i] > 0 else None for i in range(len(cells))]
