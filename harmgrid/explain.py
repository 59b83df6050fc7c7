"""One place, explained: its score with its range, what it is made of, and how much of it hangs on a single event."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from harmgrid import grid
from harmgrid.cube import Cube, Sums, monthly_sums, window_sums
from harmgrid.errors import UnknownPlace
from harmgrid.measures import GENERATED, Generated
from harmgrid.published import Level, Published
from harmgrid.ranking import ranks
from harmgrid.sectors import FIRST_SECTOR, Sector, sectors_at
from harmgrid.types import Question, Sum
from harmgrid.view import bounds_of, compared_sums, heaviest_of, located, rank_sectors, share_of, sum_of, sums_of

K = TypeVar("K")

NORMAL_95 = 1.96  # standard errors to each side of a 95 % interval


@dataclass(frozen=True, kw_only=True)
class Part:
    """What some measures add to a place."""

    count: int
    people: float
    harm: float
    share: float | None  # of the parts together; None where they weigh nothing


@dataclass(frozen=True, kw_only=True)
class Largest:
    """The heaviest single event of a place. Where weights are means of a category, it is the heaviest category's."""

    harm: float
    share: float  # of the place's harm
    without: float  # the place's harm without it


@dataclass(frozen=True, kw_only=True)
class Place:
    """One hexagon or sector under one question."""

    id: str
    kind: str
    name: str | None
    resolution: int | None
    center: tuple[float, float]
    bounds: tuple[float, float, float, float]
    sector: Sector | None  # the area itself, or the sector that holds a hexagon's centre
    level: str | None  # of an area
    count: int
    people: float
    harm: float
    share: float | None
    standard_error: float
    interval: tuple[float, float]  # 95 %: 1.96 standard errors to each side, never below zero
    rank: int
    rank_range: tuple[int, int] | None  # of a sector; hexagons are too many to say it of
    of: int
    largest: Largest | None  # None where nothing weighs anything
    parts: dict[str, Part]  # by measure, the most harm first; without those that have no event
    generated: dict[Generated, Part]  # what victims report, and what police activity finds
    baseline: Sum | None
    series: Sums  # by month of the data; a missing month holds zeros that nobody may show


def describe_place(published: Published, place_id: str, question: Question) -> Place:
    """One hexagon or sector: its sums, its parts by measure, its months.

    Raises:
        UnknownPlace: neither a sector's id nor a hexagon at a published resolution.
    """
    area = published.area(place_id)
    if area:
        level, i = area
        return _place(published, level.cube, FIRST_SECTOR + i, question, area=(level, level.sectors[i]))
    cell = grid.cell_from_text(place_id)
    resolution = grid.resolution_of(cell)
    if resolution not in published.hex_cubes:
        raise UnknownPlace(
            came=f"a hexagon of resolution {resolution}",
            expected=f"one of resolution {', '.join(str(level) for level in sorted(published.hex_cubes))}",
            do="take the hexagon's parent or children at one of those",
        )
    return _place(published, published.hex_cubes[resolution], cell, question, area=None)


def _place(
    published: Published, cube: Cube, number: int, question: Question, *, area: tuple[Level, Sector] | None
) -> Place:
    """A place of any geography by its number there; one that the cube does not hold has no events."""
    level, sector = area or (None, None)
    at = cube.positions(np.array([number], dtype=np.uint64))
    now, then = compared_sums(published, cube, at, question=question)
    polygon, center = _outline(number, sector)
    total = sum_of(sums_of(published, cube, cube.everywhere, question=question))
    harm, standard_error = float(now.harm[0]), float(np.sqrt(now.harm2[0]))
    heaviest = heaviest_of(published, cube, at, question=replace(question, baseline=None))
    rank, of, rank_range = (
        _sector_rank(published, area, question) if area else _hexagon_rank(published, cube, at, question)
    )
    return Place(
        id=level.place_id(sector) if level and sector else f"{number:x}",
        kind="sector" if sector else "hexagon",
        level=level.id if level else None,
        name=sector.name if sector else None,
        resolution=None if sector else grid.resolution_of(number),
        center=center,
        bounds=bounds_of(polygon),
        sector=sector or sectors_at(published.sectors, *np.array([center]).T)[0],
        count=int(now.count[0]),
        people=float(now.people[0]),
        harm=harm,
        share=share_of(harm, total),
        standard_error=standard_error,
        interval=(max(0.0, harm - NORMAL_95 * standard_error), harm + NORMAL_95 * standard_error),
        rank=rank,
        of=of,
        rank_range=rank_range,
        largest=_largest(float(heaviest[0]), harm),
        parts=_parts(published, cube, at, question),
        generated=_generated(published, cube, at, question),
        baseline=sum_of(then) if then else None,
        series=monthly_sums(cube, at, counted=published.recipe.counted(question)),
    )


def _largest(weight: float, harm: float) -> Largest | None:
    return Largest(harm=weight, share=weight / harm, without=harm - weight) if weight else None


def _parts(published: Published, cube: Cube, at: NDArray[np.int64], question: Question) -> dict[str, Part]:
    sums = {
        measure: sum_of(sums_of(published, cube, at, question=replace(question, measures=frozenset({measure}))))
        for measure in question.measures
    }
    found = [(measure, part) for measure, part in _shared(sums).items() if part.count or part.people]
    return dict(sorted(found, key=lambda named: (-named[1].harm, -named[1].count, named[0])))


def _generated(published: Published, cube: Cube, at: NDArray[np.int64], question: Question) -> dict[Generated, Part]:
    counted = published.recipe.counted(question)
    sums = {
        kind: window_sums(
            cube,
            at,
            question.window,
            months=published.months,
            counted=replace(counted, police=kind == "police"),
        )
        for kind in GENERATED
    }
    return _shared({kind: sum_of(part) for kind, part in sums.items()})


def _shared(sums: Mapping[K, Sum]) -> dict[K, Part]:
    """Sums as parts of what they add up to together."""
    whole = Sum(sum(part.count for part in sums.values()), sum(part.harm for part in sums.values()))
    return {
        name: Part(count=part.count, people=part.people, harm=part.harm, share=share_of(part.harm, whole))
        for name, part in sums.items()
    }


def _sector_rank(
    published: Published, area: tuple[Level, Sector], question: Question
) -> tuple[int, int, tuple[int, int]]:
    """Its rank, of how many, and the range of it."""
    level, sector = area
    line = next(line for line in rank_sectors(published, question, level.id).sectors if line.id == sector.id)
    return line.rank, len(level.sectors), line.rank_range


def _hexagon_rank(published: Published, cube: Cube, at: NDArray[np.int64], question: Question) -> tuple[int, int, None]:
    """Its rank among the hexagons of its resolution that ever had an event, of how many, itself included."""
    everyone = cube.positions(located(cube))
    others = everyone[everyone != at[0]]
    harm = sums_of(published, cube, np.append(others, at), question=question).harm
    return int(ranks(harm)[-1]), len(harm), None


def _outline(number: int, sector: Sector | None) -> tuple[BaseGeometry, tuple[float, float]]:
    if sector:
        point = sector.geometry.representative_point()
        return sector.geometry, (point.x, point.y)
    cell = np.array([number], dtype=np.uint64)
    lon, lat = grid.centres(cell)
    return grid.boundaries(cell)[0], (float(lon[0]), float(lat[0]))
