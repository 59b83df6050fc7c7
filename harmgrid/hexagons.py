"""The hexagons of one area, ranked by harm: where in a sector its harm is. Values in, values out; no HTTP."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from harmgrid import grid
from harmgrid.errors import UnknownPlace
from harmgrid.published import Level, Published
from harmgrid.ranking import ranks
from harmgrid.sectors import FIRST_SECTOR, Sector, places_from_points
from harmgrid.types import Question, Sum
from harmgrid.view import located, resolution_breaks, share_of, sum_of, sums_of

MOST_HEXAGONS = 2_000  # of an area: on paper a hexagon is then still some millimetres wide


@dataclass(frozen=True, kw_only=True)
class Mostly:
    """The measure that most of a hexagon's harm is of."""

    measure: str
    share: float  # of the hexagon's harm


@dataclass(frozen=True, kw_only=True)
class RankedHexagon:
    """A hexagon among those of its area. Its outline is closed, in longitude and latitude."""

    id: str
    center: tuple[float, float]
    outline: list[tuple[float, float]]
    rank: int
    count: int
    people: float
    harm: float
    share: float | None  # of the hexagons of the area together; None where they have no harm
    mostly: Mostly | None  # None where it has no harm


@dataclass(frozen=True, kw_only=True)
class RankedHexagons:
    """Those of one area, the most harm first, as many as were asked for; the sums are of all of them."""

    resolution: int
    breaks: list[float]  # class edges of that resolution over the whole force, see `view.class_breaks`
    of: int  # hexagons of the area that ever had an event
    total: Sum
    hexagons: tuple[RankedHexagon, ...]


def rank_hexagons(published: Published, place_id: str, question: Question, limit: int | None = None) -> RankedHexagons:
    """The hexagons of an area that have something in the window, ranked by harm, ties sharing a rank.

    A hexagon belongs to the area of that level that holds its centre, as `explain.Place.sector` has it: events near an
    edge may lie in the neighbour, so the hexagons of an area need not add up to the area. The resolution is the finest
    at which the area has at most `MOST_HEXAGONS` with any event in any window, so it does not change with the window.

    Raises:
        UnknownPlace: no area has that place.
    """
    level, number = _area(published, place_id)
    resolution, cells = _cells(published, level.sectors, number)
    cube = published.hex_cubes[resolution]
    at = cube.positions(cells)
    sums = sums_of(published, cube, at, question=question)
    rank = ranks(sums.harm)
    some = np.flatnonzero((sums.count > 0) | (sums.people > 0) | (sums.harm > 0))
    shown = some[np.lexsort((cells[some], -sums.count[some], rank[some]))][:limit]
    total = sum_of(sums)
    mostly = _mostly(published, resolution, at[shown], question)
    lon, lat = grid.centres(cells[shown])
    outlines = grid.boundaries(cells[shown]) if len(shown) else ()
    return RankedHexagons(
        resolution=resolution,
        breaks=resolution_breaks(published, resolution, question),
        of=len(cells),
        total=total,
        hexagons=tuple(
            RankedHexagon(
                id=f"{int(cells[i]):x}",
                center=(float(lon[n]), float(lat[n])),
                outline=[(x, y) for x, y in shapely.get_coordinates(outlines[n]).tolist()],
                rank=int(rank[i]),
                count=int(sums.count[i]),
                people=float(sums.people[i]),
                harm=float(sums.harm[i]),
                share=share_of(float(sums.harm[i]), total),
                mostly=mostly[n],
            )
            for n, i in enumerate(shown.tolist())
        ),
    )


def _area(published: Published, place_id: str) -> tuple[Level, int]:
    for level in published.levels:
        for number, sector in enumerate(level.sectors):
            if level.place_id(sector) == place_id:
                return level, number
    raise UnknownPlace(
        came=f"the place {place_id[:40]!r}",
        expected="a sector's id, or an area of another level by level and id, as force:force",
        do="see /api/sectors for those that there are",
    )


def _cells(published: Published, sectors: tuple[Sector, ...], number: int) -> tuple[int, NDArray[np.uint64]]:
    """The resolution that an area is shown at, and its cells there, ascending."""
    found: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
    for resolution in sorted(published.hex_cubes, reverse=True):
        found = _centred(located(published.hex_cubes[resolution]), sectors, number)
        if len(found) <= MOST_HEXAGONS:
            break
    return resolution, found


def _centred(cells: NDArray[np.uint64], sectors: tuple[Sector, ...], number: int) -> NDArray[np.uint64]:
    """The cells whose centre that sector holds, and none before it in the list."""
    if len(cells) == 0:
        return cells
    lon, lat = grid.centres(cells)
    west, south, east, north = sectors[number].geometry.bounds
    near = np.flatnonzero((west <= lon) & (lon <= east) & (south <= lat) & (lat <= north))
    inside = places_from_points(sectors, lon[near], lat[near]) == FIRST_SECTOR + number
    found: NDArray[np.uint64] = cells[near[inside]]
    return found


def _mostly(published: Published, resolution: int, at: NDArray[np.int64], question: Question) -> list[Mostly | None]:
    """What most of the harm at each of these positions is of; of two alike the first by name."""
    measures = sorted(question.measures)
    cube = published.hex_cubes[resolution]
    each = [replace(question, measures=frozenset({measure})) for measure in measures]
    harm = np.array([sums_of(published, cube, at, question=one).harm for one in each])  # (measures, positions)
    whole = harm.sum(axis=0)
    first = harm.argmax(axis=0)
    return [
        Mostly(measure=measures[first[n]], share=float(harm[first[n], n] / whole[n])) if whole[n] > 0 else None
        for n in range(len(at))
    ]
