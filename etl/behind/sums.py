"""What some events add up to, by month and measure, by sector and by hexagon: of a group, for which no map is made."""

from dataclasses import dataclass

import numpy as np

from etl.behind.figure import Behind
from etl.behind.places import Ground
from harmgrid import grid
from harmgrid.published import BASE_LEVEL
from harmgrid.sectors import NO_LOCATION
from harmgrid.types import Question, Sum
from harmgrid.view import force_bounds

NO_PLACE, ELSEWHERE = "no_location", "outside_sectors"
_ACROSS = 70  # hexagons side by side on a map of about 600 px, each about 9 px wide


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Sums of events; each once in a place and a month, and once under each of its measures."""

    months: dict[int, Sum]  # every month of the window
    measures: dict[int, dict[str, Sum]]  # by month and measure, without those that have none
    sectors: dict[str, Sum]  # by id, and what is in none of them; the most harm first
    hexagons: dict[str, Sum]  # by H3 index, of one resolution, see `drawn_resolution`; the most harm first


def sums_of_events(behind: Behind, ground: Ground, question: Question) -> Sums:
    """The sums of these events, which were counted once each."""
    rows = behind.scored.taken(behind.events)
    sectors = ground.published.sectors
    ids = [NO_PLACE, ELSEWHERE, *(sector.id for sector in sectors)]
    places = ground.places(BASE_LEVEL, rows.lon, rows.lat).tolist()
    cells = grid.texts(grid.parents(rows.cell, drawn_resolution(ground)))
    months: dict[int, list[float]] = {month: [] for month in question.window.months}
    measures: dict[int, dict[str, list[float]]] = {month: {} for month in question.window.months}
    by_sector: dict[str, list[float]] = {}
    by_hexagon: dict[str, list[float]] = {}
    for i, points in enumerate(rows.points.tolist()):
        month = int(rows.month[i])
        months[month].append(points)
        for measure in behind.scoring.recipe.measures:
            if int(behind.signature[i]) & measure.mask and measure.id in question.measures:
                measures[month].setdefault(measure.id, []).append(points)
        by_sector.setdefault(ids[places[i]], []).append(points)
        if places[i] != NO_LOCATION:
            by_hexagon.setdefault(cells[i], []).append(points)
    return Sums(
        months={month: _sum(found) for month, found in months.items()},
        measures={month: _sums(found) for month, found in measures.items()},
        sectors=_ranked(by_sector),
        hexagons=_ranked(by_hexagon),
    )


def drawn_resolution(ground: Ground) -> int:
    """The finest resolution of which a hexagon can be seen on a small map of the whole force; else the coarsest."""
    west, south, east, north = force_bounds(ground.published)
    middle = np.array([(west + east) / 2]), np.array([(south + north) / 2])
    resolutions = sorted(ground.published.hex_cubes, reverse=True)
    for resolution in resolutions:
        left, _, right, _ = grid.bounds(grid.cells_from_points(*middle, resolution))
        if (right - left) * _ACROSS >= east - west:
            return resolution
    return resolutions[-1]


def sector_names(ground: Ground) -> dict[str, str]:
    """The names of the sectors by id."""
    return {sector.id: sector.name for sector in ground.published.sectors}


def _sum(points: list[float]) -> Sum:
    return Sum(len(points), float(np.sum(points)) if points else 0.0)


def _sums(found: dict[str, list[float]]) -> dict[str, Sum]:
    return {name: _sum(points) for name, points in sorted(found.items())}


def _ranked(found: dict[str, list[float]]) -> dict[str, Sum]:
    return dict(sorted(_sums(found).items(), key=lambda named: (-named[1].harm, named[0])))
