"""Records to a snapshot: group, weigh, build the cubes of every geography, prepare the tiles, write."""

from collections.abc import Callable, Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl import police_uk
from harmgrid import grid
from harmgrid.cube import Cube, Events, build_cube
from harmgrid.errors import NothingToPublish
from harmgrid.measures import DEFAULT_RECIPE, Recipe, read_recipe
from harmgrid.published import HEXAGONS, SECTORS, Published
from harmgrid.records import Records
from harmgrid.records.boundaries import read_sectors
from harmgrid.records.reading import delivered_months, force_names, grouped_events
from harmgrid.sectors import Sector
from harmgrid.snapshot import Store
from harmgrid.tiles import TileSet, prepare_tiles, simplified
from harmgrid.types import SYNTHETIC_MARK, Months
from harmgrid.view import located

_SYNTHETIC_ATTRIBUTION = "Synthetic data: every place, name and event is invented."

MAX_HEXAGONS = 5_000  # in one tile

Progress = Callable[[str], None]  # told what begins


def publish(records: Records, store: Store, *, now: datetime, progress: Progress) -> str:
    """Publish what the records hold now; the version.

    Raises:
        NothingToPublish: no sector, or no delivered month.
    """
    progress("reading records")
    with records.bulk() as bulk, bulk.reading():
        sectors = read_sectors(bulk)
        months = _months(delivered_months(bulk))
        forces = force_names(bulk)
        grouped = grouped_events(bulk)
    if not sectors:
        raise NothingToPublish(
            came="records without sectors", expected="sector boundaries", do="run harmgrid load with --sectors FILE"
        )
    contents = _contents(grouped, sectors=sectors, months=months, forces=forces, progress=progress)
    progress("writing the snapshot")
    return store.write(contents, now)


def _months(delivered: list[int]) -> Months:
    if not delivered:
        raise NothingToPublish(
            came="records without a delivered month", expected="at least one", do="run harmgrid load first"
        )
    span = range(delivered[0], delivered[-1] + 1)
    return Months(start=span.start, delivered=tuple(month in set(delivered) for month in span))


def _contents(
    grouped: pa.Table, *, sectors: tuple[Sector, ...], months: Months, forces: tuple[str, ...], progress: Progress
) -> Published:
    recipe = read_recipe(DEFAULT_RECIPE)
    progress("building cubes")
    cells = grouped["cell"].to_numpy().astype(np.uint64)
    places = grouped["place"].to_numpy().astype(np.uint64)
    events = weigh(grouped, recipe, months)
    sector_cube = build_cube(events(places), len(months.delivered))
    hex_cubes = {
        level: build_cube(events(grid.parents(cells, level)), len(months.delivered)) for level in grid.RESOLUTIONS
    }
    hexagons = {zoom: _hexagon_tiles(hex_cubes, zoom, progress) for zoom in grid.FINEST_AT_ZOOM}
    synthetic = any(SYNTHETIC_MARK in force for force in forces)
    return Published(
        force=" and ".join(forces),
        synthetic=synthetic,
        attribution=_SYNTHETIC_ATTRIBUTION if synthetic else police_uk.ATTRIBUTION,
        months=months,
        recipe=recipe,
        sectors=sectors,
        sector_cube=sector_cube,
        hex_cubes=hex_cubes,
        resolution_at_zoom={zoom: resolution for zoom, (resolution, _) in hexagons.items()},
        tiles={(HEXAGONS, zoom): tiles for zoom, (_, tiles) in hexagons.items()} | _sector_tiles(sectors),
    )


def weigh(grouped: pa.Table, recipe: Recipe, months: Months) -> Callable[[NDArray[np.uint64]], Events]:
    """Grouped records with the recipe's weights, waiting for the places to count them in."""
    category = grouped["category"].combine_chunks().dictionary_encode()
    by_category = {measure.category: measure for measure in recipe.measures}
    measures = [by_category[name] for name in category.dictionary.to_pylist()]
    which = category.indices.to_numpy()
    count = grouped["count"].to_numpy()
    month = (grouped["month"].to_numpy() - months.start).astype(np.int32)
    signature = np.array([measure.mask for measure in measures], dtype=np.uint32)[which]
    weight = np.array([measure.points.points for measure in measures])[which]
    harm = count * weight
    harm2 = count * np.array([measure.points.second_moment for measure in measures])[which]
    return lambda place: Events(place, signature, month, count, harm, harm2, weight)


def _hexagon_tiles(hex_cubes: Mapping[int, Cube], zoom: int, progress: Progress) -> tuple[int, TileSet]:
    progress(f"preparing hexagon tiles of zoom {zoom}")
    return fitting_tiles({resolution: located(cube) for resolution, cube in hex_cubes.items()}, zoom)


def fitting_tiles(cells: Mapping[int, NDArray[np.uint64]], zoom: int) -> tuple[int, TileSet]:
    """The finest resolution whose tiles hold few enough hexagons at that zoom, and those tiles.

    A tile never drops hexagons: the zoom coarsens as a whole.
    """
    for resolution in sorted((level for level in cells if level <= grid.FINEST_AT_ZOOM[zoom]), reverse=True):
        tiles = prepare_tiles(grid.boundaries(cells[resolution]), zoom, clip=False)
        if np.diff(tiles.start).max(initial=0) <= MAX_HEXAGONS:
            break
    return resolution, tiles


def _sector_tiles(sectors: tuple[Sector, ...]) -> dict[tuple[str, int], TileSet]:
    outlines = np.array([sector.geometry for sector in sectors], dtype=object)
    return {(SECTORS, zoom): prepare_tiles(simplified(outlines, zoom), zoom, clip=True) for zoom in grid.FINEST_AT_ZOOM}
