"""Question in, answer out: the only reader of a cube on its way to a person. Arrays and values; no HTTP, no files."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from harmgrid import grid
from harmgrid.cube import Cube, Sums, monthly_sums, window_sums
from harmgrid.errors import InvalidTile, UnknownPlace
from harmgrid.mvt import Column, Features, TextColumn, encode_layer, text_column
from harmgrid.published import HEXAGONS, LAYERS, SECTORS, Published
from harmgrid.ranking import head_tail_breaks, ranks
from harmgrid.sectors import FIRST_SECTOR, NO_LOCATION, OUTSIDE, Sector, places_from_points
from harmgrid.tiles import TileAddress, tile_key
from harmgrid.types import Question, Sum, Window


@dataclass(frozen=True, kw_only=True)
class RankedSector:
    """One line of the ranking. `movement` is how many ranks the sector has gained on its baseline: up is more harm."""

    id: str
    name: str
    rank: int
    tied: bool
    count: int
    harm: float
    share: float | None  # of the harm of the whole force, unplaced included; None where there is none
    standard_error: float  # of the harm: sqrt(sum of w^2), compound Poisson
    baseline: Sum | None
    baseline_rank: int | None
    movement: int | None
    change: float | None  # harm points


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The sectors by harm, and where the rest of the total is."""

    sectors: tuple[RankedSector, ...]
    in_sectors: Sum
    no_location: Sum
    outside_sectors: Sum
    total: Sum


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one measure adds to a place."""

    measure: str
    count: int
    harm: float
    share: float | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """One hexagon or sector under one question."""

    id: str
    kind: str
    name: str | None
    resolution: int | None
    center: tuple[float, float]
    bounds: tuple[float, float, float, float]
    sector: Sector | None  # the sector itself, or the one that holds a hexagon's centre
    count: int
    harm: float
    share: float | None
    standard_error: float
    rank: int
    of: int
    parts: tuple[Part, ...]
    baseline: Sum | None
    series: Sums  # by month of the data; a missing month holds zeros that nobody may show


def comparable(published: Published, question: Question) -> bool | None:
    """Whether window and baseline have as many months, and as many of them delivered; None without a baseline."""
    if question.baseline is None:
        return None
    delivered = [
        len(window.months) - len(published.months.missing(window)) for window in (question.window, question.baseline)
    ]
    return len(question.window.months) == len(question.baseline.months) and delivered[0] == delivered[1]


def rank_sectors(published: Published, question: Question) -> Ranking:
    """Every sector with its rank by harm, ties sharing one, in the order of rank and id."""
    cube = published.sector_cube
    geography = np.arange(FIRST_SECTOR + len(published.sectors), dtype=np.uint64)
    at = cube.positions(geography)
    now = _sums(published, cube, at, question=question)
    then = _sums(published, cube, at, question=question, window=question.baseline) if question.baseline else None
    total = _sum(now)
    rank = ranks(now.harm[FIRST_SECTOR:])
    rank_then = ranks(then.harm[FIRST_SECTOR:]) if then else None
    same_length = comparable(published, question)
    lines = []
    for i, sector in enumerate(published.sectors):
        place = FIRST_SECTOR + i
        moved = rank_then is not None and same_length
        lines.append(
            RankedSector(
                id=sector.id,
                name=sector.name,
                rank=int(rank[i]),
                tied=bool((rank == rank[i]).sum() > 1),
                count=int(now.count[place]),
                harm=float(now.harm[place]),
                share=_share(float(now.harm[place]), total),
                standard_error=float(np.sqrt(now.harm2[place])),
                baseline=_sum(then, place) if then else None,
                baseline_rank=int(rank_then[i]) if rank_then is not None else None,
                movement=int(rank_then[i] - rank[i]) if moved and rank_then is not None else None,
                change=float(now.harm[place] - then.harm[place]) if moved and then else None,
            )
        )
    return Ranking(
        sectors=tuple(sorted(lines, key=lambda line: (line.rank, line.id))),
        in_sectors=Sum(int(now.count[FIRST_SECTOR:].sum()), float(now.harm[FIRST_SECTOR:].sum())),
        no_location=_sum(now, NO_LOCATION),
        outside_sectors=_sum(now, OUTSIDE),
        total=total,
    )


def describe_place(published: Published, place_id: str, question: Question) -> Place:
    """One hexagon or sector: its sums, its parts by measure, its months.

    Raises:
        UnknownPlace: neither a sector's id nor a hexagon at a published resolution.
    """
    ids = {sector.id: i for i, sector in enumerate(published.sectors)}
    if place_id in ids:
        sector = published.sectors[ids[place_id]]
        return _place(published, published.sector_cube, FIRST_SECTOR + ids[place_id], question, sector=sector)
    cell = grid.cell_from_text(place_id)
    resolution = grid.resolution_of(cell)
    if resolution not in published.hex_cubes:
        raise UnknownPlace(
            came=f"a hexagon of resolution {resolution}",
            expected=f"one of resolution {', '.join(str(level) for level in sorted(published.hex_cubes))}",
            do="take the hexagon's parent or children at one of those",
        )
    return _place(published, published.hex_cubes[resolution], cell, question, sector=None)


def encode_tile(published: Published, layer: str, address: TileAddress, question: Question) -> bytes:
    """The tile as bytes; none at all where no place of the layer touches it.

    Raises:
        InvalidTile: a layer, a zoom or a column or row that does not exist.
    """
    if layer not in LAYERS or (layer, address.z) not in published.tiles:
        zooms = sorted(zoom for name, zoom in published.tiles if name == layer)
        raise InvalidTile(
            came=f"zoom {address.z} of the layer {layer[:20]!r}",
            expected=f"zoom {zooms[0]} to {zooms[-1]}" if zooms else f"the layer {' or '.join(LAYERS)}",
            do="ask within the zooms that /api/snapshot lists",
        )
    if not (0 <= address.x < 1 << address.z and 0 <= address.y < 1 << address.z):
        raise InvalidTile(
            came=f"column {address.x}, row {address.y} at zoom {address.z}",
            expected=f"both from 0 to {(1 << address.z) - 1}",
            do="ask for a tile of the zoom's square",
        )
    tiles = published.tiles[layer, address.z]
    tile = int(np.searchsorted(tiles.key, tile_key(address.x, address.y)))
    if tile == len(tiles.key) or tiles.key[tile] != tile_key(address.x, address.y):
        return b""
    low, high = tiles.start[tile], tiles.start[tile + 1]
    place = tiles.place[low:high]
    offset = tiles.offset[low : high + 1]
    if layer == SECTORS:
        cube, texts = published.sector_cube, _sector_texts(published.sectors)
        ids = (place + 1).astype(np.uint64)
        at = cube.positions((place + FIRST_SECTOR).astype(np.uint64))
    else:
        cube = published.hex_cubes[published.resolution_at_zoom[address.z]]
        cells = located(cube)
        texts = {"h3": text_column(grid.texts(cells[place]))}
        ids = grid.feature_ids(cells[place])
        at = cube.positions(cells[place])
    numbers = _tile_numbers(published, cube, at, question)
    if layer == HEXAGONS:
        place = np.arange(len(place), dtype=np.int64)
    return encode_layer(layer, Features(ids, place, offset, tiles.geometry), texts, numbers)


def class_breaks(published: Published, question: Question) -> tuple[dict[int, list[float]], list[float]]:
    """Class edges in harm points for the hexagons of each resolution, and for the sectors.

    They are taken over every window of the question's length that lies inside the data, so that they hold still while a
    window of that length moves. A question whose measures weigh nothing has none.
    """
    hexagons = {
        resolution: _breaks(published, cube, cube.positions(located(cube)), question)
        for resolution, cube in published.hex_cubes.items()
    }
    sectors = np.arange(FIRST_SECTOR, FIRST_SECTOR + len(published.sectors), dtype=np.uint64)
    return hexagons, _breaks(published, published.sector_cube, published.sector_cube.positions(sectors), question)


def force_bounds(published: Published) -> tuple[float, float, float, float]:
    """West, south, east, north of all sectors, in degrees."""
    return _bounds(shapely.GeometryCollection([sector.geometry for sector in published.sectors]))


def force_series(published: Published, question: Question) -> Sums:
    """Every month of the data over all places, the unplaced included, shape (months,)."""
    cube = published.sector_cube
    mask = published.recipe.mask(question.measures)
    return monthly_sums(cube, cube.everywhere, mask=mask, counting=question.counting)


def located(cube: Cube) -> NDArray[np.uint64]:
    """The cells of a hexagon cube that are somewhere, ascending."""
    cells: NDArray[np.uint64] = cube.place[cube.place != grid.NO_CELL]
    return cells


def _breaks(published: Published, cube: Cube, at: NDArray[np.int64], question: Question) -> list[float]:
    length = len(question.window.months)
    starts = range(published.months.start, published.months.stop - length + 1)
    return head_tail_breaks(
        np.concatenate(
            [
                _sums(published, cube, at, question=question, window=Window(start, start + length)).harm
                for start in starts
            ]
        )
    )


def _tile_numbers(published: Published, cube: Cube, at: NDArray[np.int64], question: Question) -> dict[str, Column]:
    now = _sums(published, cube, at, question=question)
    numbers: dict[str, Column] = {"count": now.count, "harm": now.harm}
    if question.baseline:
        then = _sums(published, cube, at, question=question, window=question.baseline)
        numbers |= {"count_then": then.count, "harm_then": then.harm}
    for name, window in (("missing_months", question.window), ("missing_months_then", question.baseline)):
        if window:
            numbers[name] = np.full(len(at), len(published.months.missing(window)), dtype=np.int64)
    return numbers


def _sector_texts(sectors: tuple[Sector, ...]) -> dict[str, TextColumn]:
    return {
        "id": text_column([sector.id for sector in sectors]),
        "name": text_column([sector.name for sector in sectors]),
    }


def _place(published: Published, cube: Cube, number: int, question: Question, *, sector: Sector | None) -> Place:
    """A place of any geography by its number there; one that the cube does not hold has no events."""
    everyone = cube.place >= FIRST_SECTOR if sector else cube.place != grid.NO_CELL
    at = cube.positions(np.array([number], dtype=np.uint64))
    now = _sums(published, cube, at, question=question)
    field = _sums(published, cube, np.flatnonzero(everyone), question=question)
    kind = "sector" if sector else "hexagon"
    polygon, center = _outline(number, sector)
    total = _sum(_sums(published, cube, cube.everywhere, question=question))
    mask = published.recipe.mask(question.measures)
    return Place(
        id=sector.id if sector else f"{number:x}",
        kind=kind,
        name=sector.name if sector else None,
        resolution=None if sector else grid.resolution_of(number),
        center=center,
        bounds=_bounds(polygon),
        sector=sector or _sector_at(published.sectors, center),
        count=int(now.count[0]),
        harm=float(now.harm[0]),
        share=_share(float(now.harm[0]), total),
        standard_error=float(np.sqrt(now.harm2[0])),
        rank=int(ranks(np.append(field.harm, now.harm))[-1]),
        of=len(published.sectors) if sector else len(field.harm) + int(at[0] < 0),  # itself included
        parts=_parts(published, cube, at, question),
        baseline=_sum(_sums(published, cube, at, question=question, window=question.baseline))
        if question.baseline
        else None,
        series=monthly_sums(cube, at, mask=mask, counting=question.counting),
    )


def _parts(published: Published, cube: Cube, at: NDArray[np.int64], question: Question) -> tuple[Part, ...]:
    """Each chosen measure by itself, the most harm first; those without an event are left out."""
    found = []
    for measure in published.recipe.measures:
        if measure.id in question.measures:
            sums = window_sums(
                cube, at, question.window, months=published.months, mask=measure.mask, counting=question.counting
            )
            found.append((measure.id, _sum(sums)))
    whole = Sum(sum(part.count for _, part in found), sum(part.harm for _, part in found))
    parts = [
        Part(measure=name, count=part.count, harm=part.harm, share=_share(part.harm, whole))
        for name, part in found
        if part.count
    ]
    return tuple(sorted(parts, key=lambda part: (-part.harm, -part.count, part.measure)))


def _bounds(geometry: BaseGeometry) -> tuple[float, float, float, float]:
    west, south, east, north = geometry.bounds
    return west, south, east, north


def _outline(number: int, sector: Sector | None) -> tuple[BaseGeometry, tuple[float, float]]:
    if sector:
        point = sector.geometry.representative_point()
        return sector.geometry, (point.x, point.y)
    cell = np.array([number], dtype=np.uint64)
    lon, lat = grid.centres(cell)
    return grid.boundaries(cell)[0], (float(lon[0]), float(lat[0]))


def _sector_at(sectors: tuple[Sector, ...], point: tuple[float, float]) -> Sector | None:
    place = int(places_from_points(sectors, np.array([point[0]]), np.array([point[1]]))[0])
    return sectors[place - FIRST_SECTOR] if place >= FIRST_SECTOR else None


def _sums(
    published: Published, cube: Cube, at: NDArray[np.int64], *, question: Question, window: Window | None = None
) -> Sums:
    return window_sums(
        cube,
        at,
        window or question.window,
        months=published.months,
        mask=published.recipe.mask(question.measures),
        counting=question.counting,
    )


def _sum(sums: Sums, place: int | None = None) -> Sum:
    if place is None:
        return Sum(int(sums.count.sum()), float(sums.harm.sum()))
    return Sum(int(sums.count[place]), float(sums.harm[place]))


def _share(harm: float, total: Sum) -> float | None:
    return harm / total.harm if total.harm else None
