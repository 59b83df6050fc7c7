"""Question in, answer out: the only reader of a cube on its way to a person. Arrays and values; no HTTP, no files."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from harmgrid import grid
from harmgrid.cube import Cube, Sums, heaviest_events, monthly_sums, window_pair_sums, window_sums
from harmgrid.published import BASE_LEVEL, Group, Level, Published
from harmgrid.ranking import head_tail_breaks, rank_ranges, ranks
from harmgrid.sectors import FIRST_SECTOR, NO_LOCATION, OUTSIDE, Sector
from harmgrid.types import Figure, Question, Sum, Window

CHANGE_CLASSES = 4  # of how far a place changed, in one direction: about the same, and three more
FEW_RESIDENTS = 0.5  # of the median of a level: below that a rate per resident says little, as in a town centre


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Harm of a sector by what could carry it. A rate per resident misleads where few live and many go."""

    per_km2: float  # harm points
    residents: int | None  # None where no population is loaded
    per_1000_residents: float | None  # harm points
    few_residents: bool  # fewer than `FEW_RESIDENTS` of the median of its level


@dataclass(frozen=True, kw_only=True)
class RankedSector:
    """One line of the ranking. `movement` is how many ranks the sector has gained on its baseline: up is more harm."""

    id: str
    place: str  # what names it among the places of all levels
    name: str
    parent: str
    rank: int
    rank_range: tuple[int, int]  # 95 %, see `ranking.rank_ranges`
    tied: bool
    count: int
    people: float
    harm: float
    share: float | None  # of the harm of the whole force, unplaced included; None where there is none
    standard_error: float  # of the harm: sqrt(sum of w^2), compound Poisson
    baseline: Sum | None
    baseline_rank: int | None
    movement: int | None
    change: float | None  # harm points
    rates: Rates


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What a window adds up to, and where it is."""

    in_sectors: Sum
    no_location: Sum
    outside_sectors: Sum
    total: Sum


@dataclass(frozen=True, kw_only=True)
class Ranking(Totals):
    """The sectors by harm, and where the rest of the total is."""

    sectors: tuple[RankedSector, ...]
    baseline: Totals | None


def comparable(published: Published, question: Question) -> bool | None:
    """Whether window and baseline have as many months, and as many of them delivered; None without a baseline."""
    if question.baseline is None:
        return None

    def delivered(window: Window) -> list[int]:
        return [len(window.months) - len(published.missing(window, {measure})) for measure in sorted(question.measures)]

    same_length = len(question.window.months) == len(question.baseline.months)
    return same_length and delivered(question.window) == delivered(question.baseline)


def rank_sectors(published: Published, question: Question, level_id: str = BASE_LEVEL) -> Ranking:
    """Every sector of a level with its rank by harm, ties sharing one, in the order of rank and id."""
    level = published.level(level_id)
    cube = level.cube
    geography = np.arange(FIRST_SECTOR + len(level.sectors), dtype=np.uint64)
    at = cube.positions(geography)
    now, then = compared_sums(published, cube, at, question=question)
    totals = _totals(now)
    rank = ranks(now.harm[FIRST_SECTOR:])
    ranges = rank_ranges(now.harm[FIRST_SECTOR:], now.harm2[FIRST_SECTOR:]).tolist()
    tied = np.bincount(rank)[rank] > 1
    rank_then = ranks(then.harm[FIRST_SECTOR:]) if then else None
    same_length = comparable(published, question)
    few = _few_residents(level.sectors)
    lines = []
    for i, sector in enumerate(level.sectors):
        place = FIRST_SECTOR + i
        moved = rank_then is not None and same_length
        lines.append(
            RankedSector(
                id=sector.id,
                place=level.place_id(sector),
                name=sector.name,
                parent=sector.parent,
                rank=int(rank[i]),
                rank_range=tuple(ranges[i]),
                tied=bool(tied[i]),
                count=int(now.count[place]),
                people=float(now.people[place]),
                harm=float(now.harm[place]),
                share=share_of(float(now.harm[place]), totals.total),
                standard_error=float(np.sqrt(now.harm2[place])),
                baseline=sum_of(then, place) if then else None,
                baseline_rank=int(rank_then[i]) if rank_then is not None else None,
                movement=int(rank_then[i] - rank[i]) if moved and rank_then is not None else None,
                change=float(now.harm[place] - then.harm[place]) if moved and then else None,
                rates=_rates(sector, float(now.harm[place]), few=few),
            )
        )
    return Ranking(
        sectors=tuple(sorted(lines, key=lambda line: (line.rank, line.id))),
        baseline=_totals(then) if then else None,
        in_sectors=totals.in_sectors,
        no_location=totals.no_location,
        outside_sectors=totals.outside_sectors,
        total=totals.total,
    )


def rank_groups(published: Published, question: Question) -> tuple[list[tuple[Group, Sum]], Sum]:
    """The groups with the events that are linked to them, the most harm first, and all those events once.

    An event that is linked to two groups is in both, so the groups together may have more than there is.
    """
    cube = published.group_cube
    if cube is None:
        return [], Sum(0, 0.0)
    at = cube.positions(np.arange(len(published.groups) + 1, dtype=np.uint64))
    sums = sums_of(published, cube, at, question=question)
    lines = [(group, sum_of(sums, i)) for i, group in enumerate(published.groups)]
    return sorted(lines, key=lambda line: (-line[1].harm, line[0].id)), sum_of(sums, len(published.groups))


def class_breaks(
    published: Published, question: Question, figure: Figure = "harm"
) -> tuple[dict[int, list[float]], dict[str, list[float]]]:
    """Class edges of a figure for the hexagons of each resolution, and for the sectors of each layer.

    They are taken over every window of the question's length that lies inside the data, so that they hold still while a
    window of that length moves. Of `count` they are events, people left out; of the others harm points, which
    measures that weigh nothing do not have.
    """
    return hexagon_breaks(published, question, figure), {
        level.layer: level_breaks(published, level, question, figure) for level in published.levels
    }


def hexagon_breaks(published: Published, question: Question, figure: Figure = "harm") -> dict[int, list[float]]:
    """Class edges of the hexagons by resolution, see `class_breaks`.

    Nobody counts the residents of a hexagon, so per resident no resolution has any. Hexagons of a resolution are of
    nearly one size, so per km² they have the classes of harm, whose edges these are, in harm points.
    """
    if figure == "per_1000_residents":
        return {}
    return {level: resolution_breaks(published, level, question, figure) for level in published.hex_cubes}


def resolution_breaks(
    published: Published, resolution: int, question: Question, figure: Figure = "harm"
) -> list[float]:
    """Class edges of the hexagons of one resolution, see `hexagon_breaks`."""
    cube = published.hex_cubes[resolution]
    return head_tail_breaks(
        _of_windows(published, cube, cube.positions(located(cube)), question=question, figure=figure).ravel()
    )


def level_breaks(published: Published, level: Level, question: Question, figure: Figure = "harm") -> list[float]:
    """Class edges of the areas of a level, see `class_breaks`. Areas without residents have no figure per resident."""
    found = _of_windows(published, level.cube, _positions(level), question=question, figure=figure)
    return head_tail_breaks((found / _carriers(level, figure)).ravel())


def change_breaks(
    published: Published, question: Question
) -> tuple[dict[int, list[float]], dict[str, list[float]]] | None:
    """Edges of the classes of a change, above zero, as `class_breaks` has those of harm; None without a comparison.

    A change of at least the first edge, upwards or downwards, is in a class of its own direction; less is about the
    same. The edges are head/tail breaks of how far every place changed between two windows of the question's length,
    see `_compared_starts`. So they hold still while the window moves, wherever its baseline is.
    """
    if not comparable(published, question):
        return None
    return {
        resolution: _change_breaks(published, cube, cube.positions(located(cube)), question)
        for resolution, cube in published.hex_cubes.items()
    }, {level.layer: _change_breaks(published, level.cube, _positions(level), question) for level in published.levels}


def force_bounds(published: Published) -> tuple[float, float, float, float]:
    """West, south, east, north of all sectors, in degrees."""
    return bounds_of(shapely.GeometryCollection([sector.geometry for sector in published.sectors]))


def force_series(published: Published, question: Question) -> Sums:
    """Every month of the data over all places, the unplaced included, shape (months,)."""
    cube = published.sector_cube
    return monthly_sums(cube, cube.everywhere, counted=published.recipe.counted(question))


def located(cube: Cube) -> NDArray[np.uint64]:
    """The cells of a hexagon cube that are somewhere, ascending: a part of its places, not a copy."""
    cells: NDArray[np.uint64] = cube.place[np.searchsorted(cube.place, np.uint64(grid.NO_CELL), side="right") :]
    return cells


def _totals(sums: Sums) -> Totals:
    return Totals(
        in_sectors=sum_of(sums, slice(FIRST_SECTOR, None)),
        no_location=sum_of(sums, NO_LOCATION),
        outside_sectors=sum_of(sums, OUTSIDE),
        total=sum_of(sums),
    )


def _positions(level: Level) -> NDArray[np.int64]:
    """Where the areas of a level are in its cube, unplaced ones left out."""
    return level.cube.positions(np.arange(FIRST_SECTOR, FIRST_SECTOR + len(level.sectors), dtype=np.uint64))


def _carriers(level: Level, figure: Figure) -> NDArray[np.float64]:
    """What the figure of each area is divided by: km², thousands of residents, or nothing."""
    if figure == "per_km2":
        return np.array([sector.area_km2 for sector in level.sectors])
    if figure == "per_1000_residents":
        return np.array([sector.residents / 1000 if sector.residents else np.inf for sector in level.sectors])
    return np.ones(len(level.sectors))


def _change_breaks(published: Published, cube: Cube, at: NDArray[np.int64], question: Question) -> list[float]:
    harm = _of_windows(published, cube, at, question=question)
    later, earlier = _compared_starts(published, question)
    return head_tail_breaks(np.abs(harm[later] - harm[earlier]).ravel(), CHANGE_CLASSES)


def _compared_starts(published: Published, question: Question) -> tuple[list[int], list[int]]:
    """Where two windows start that may be compared, in months of the data: all pairs that follow each other.

    Where missing months or the end of the data leave no such pair, of those a month further apart, and so on; last
    those that overlap.
    """
    length, first = len(question.window.months), published.months.start
    starts = published.months.stop - first - length + 1
    for apart in (*range(length, starts), *range(min(length, starts) - 1, 0, -1)):
        found = []
        for start in range(starts - apart):
            then, now = (Window(first + at, first + at + length) for at in (start, start + apart))
            if comparable(published, replace(question, window=now, baseline=then)):
                found.append(start)
        if found:
            return [start + apart for start in found], found
    return [], []


def _of_windows(
    published: Published, cube: Cube, at: NDArray[np.int64], *, question: Question, figure: Figure = "harm"
) -> NDArray[np.float64]:
    """Harm points, or events if they are counted, in every window of the question's length that lies inside the data.

    Shape (windows, positions).
    """
    length = len(question.window.months)
    starts = range(published.months.start, published.months.stop - length + 1)
    sums = [sums_of(published, cube, at, question=question, window=Window(start, start + length)) for start in starts]
    return np.stack([found.count if figure == "count" else found.harm for found in sums]).astype(np.float64)


def _few_residents(sectors: tuple[Sector, ...]) -> float:
    """Below how many residents a sector of this level has few."""
    counted = [sector.residents for sector in sectors if sector.residents is not None]
    return FEW_RESIDENTS * float(np.median(counted)) if counted else 0.0


def _rates(sector: Sector, harm: float, *, few: float) -> Rates:
    residents = sector.residents
    return Rates(
        per_km2=harm / sector.area_km2,
        residents=residents,
        per_1000_residents=1000 * harm / residents if residents else None,
        few_residents=residents is not None and residents < few,
    )


def bounds_of(geometry: BaseGeometry) -> tuple[float, float, float, float]:
    """West, south, east, north of a geometry."""
    west, south, east, north = geometry.bounds
    return west, south, east, north


def sums_of(
    published: Published, cube: Cube, at: NDArray[np.int64], *, question: Question, window: Window | None = None
) -> Sums:
    """What these positions add up to in a window, the question's own if none is given."""
    return window_sums(
        cube,
        at,
        window or question.window,
        months=published.months,
        counted=published.recipe.counted(question),
    )


def compared_sums(
    published: Published, cube: Cube, at: NDArray[np.int64], *, question: Question
) -> tuple[Sums, Sums | None]:
    """What these positions add up to in the question's window and in its baseline; None where there is no baseline."""
    if question.baseline is None:
        return sums_of(published, cube, at, question=question), None
    windows = (question.window, question.baseline)
    return window_pair_sums(cube, at, windows, months=published.months, counted=published.recipe.counted(question))


def heaviest_of(published: Published, cube: Cube, at: NDArray[np.int64], *, question: Question) -> NDArray[np.float64]:
    """The weight of the heaviest single event at these positions, in the question's window or its baseline."""
    windows = (question.window, question.baseline or question.window)
    return heaviest_events(cube, at, windows, months=published.months, counted=published.recipe.counted(question))


def sum_of(sums: Sums, places: int | slice = slice(None)) -> Sum:
    """One entry of these sums, or some of them together; all if none is named."""
    if isinstance(places, int):  # to add up a single number takes numpy longer than all the rest
        return Sum(int(sums.count[places]), float(sums.harm[places]), people=float(sums.people[places]))
    return Sum(int(sums.count[places].sum()), float(sums.harm[places].sum()), people=float(sums.people[places].sum()))


def share_of(harm: float, total: Sum) -> float | None:
    """The share of a total; None where there is none."""
    return harm / total.harm if total.harm else None
