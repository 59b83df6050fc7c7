"""Records to a snapshot: link, weigh, build the cubes of every geography, prepare the tiles, write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.publish.count import FinestCounts, count_finest
from etl.publish.deliver import lacking_months, months_of
from etl.publish.levels import standing_levels
from etl.publish.link import link_events, stock_of_people
from etl.publish.score import Scored, ScoredEvents, score_events, score_people
from harmgrid import grid
from harmgrid.cube import Cube, build_cube
from harmgrid.errors import NothingToPublish
from harmgrid.published import HEXAGONS, Group, Level, Published
from harmgrid.recipes import Scoring
from harmgrid.records import Records
from harmgrid.records.boundaries import read_areas
from harmgrid.records.engine import Bulk
from harmgrid.records.reading import (
    People,
    force_names,
    read_deliveries,
    read_events,
    read_groups,
    read_links,
    read_people,
    read_residents,
)
from harmgrid.sectors import Area, Sector
from harmgrid.snapshot import Store
from harmgrid.tiles import TileSet, label_anchors, prepare_tiles, simplified
from harmgrid.types import SYNTHETIC_MARK, Months
from harmgrid.view import located

_SYNTHETIC_ATTRIBUTION = "Synthetic data: every place, name and event is invented."
_ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."

Progress = Callable[[str], None]  # told what begins


@dataclass(frozen=True, kw_only=True)
class State:
    """One state of the records, as columns."""

    areas: tuple[Area, ...]
    residents: pa.Table
    deliveries: Mapping[str, Mapping[str, Sequence[int]]]
    forces: tuple[str, ...]
    events: pa.Table
    links: pa.Table
    people: People
    groups: pa.Table


@dataclass(frozen=True, kw_only=True)
class Counting:
    """Everything that counts, and over which months."""

    scoring: Scoring  # with the measures that are fed
    months: Months
    events: ScoredEvents
    people: Scored


def publish(
    records: Records,
    store: Store,
    scoring: Scoring,
    *,
    now: datetime,
    progress: Progress,
    hexagons: grid.Levels = grid.DEFAULT_LEVELS,
) -> str:
    """Publish what the records hold now, with these levels of hexagons; the version.

    Raises:
        NothingToPublish: no sector, or no delivered month.
        UnweighedEvents: the recipe gives an event no weight.
    """
    progress("reading records")
    with records.bulk() as bulk, bulk.reading():
        state = read_state(bulk)
    progress("linking and weighing")
    counting = count_state(state, scoring)
    contents = _contents(state, counting, scoring, progress, hexagons=hexagons)
    progress("writing the snapshot")
    return store.write(contents, now)


def read_state(bulk: Bulk) -> State:
    """Everything that a snapshot is made from."""
    return State(
        areas=read_areas(bulk),
        residents=read_residents(bulk),
        deliveries=read_deliveries(bulk),
        forces=tuple(filter(None, force_names(bulk))),
        events=read_events(bulk),
        links=read_links(bulk),
        people=read_people(bulk),
        groups=read_groups(bulk),
    )


def count_state(state: State, scoring: Scoring) -> Counting:
    """What counts in this state of the records, under the measures that some source feeds."""
    months = months_of(state.deliveries)
    has_people = state.people.members.num_rows + state.people.priorities.num_rows > 0
    fed = scoring.fed(frozenset(state.deliveries) | ({"people"} if has_people else frozenset()))
    if not fed.recipe.measures:
        raise NothingToPublish(
            came=f"records of {', '.join(sorted(state.deliveries))}",
            expected=f"a kind of source that the recipe {scoring.recipe.id} counts",
            do="load one, or set HARMGRID_RECIPE to a recipe that counts these",
        )
    return Counting(
        scoring=fed,
        months=months,
        events=score_events(state.events, link_events(state.links, fed), fed),
        people=score_people(stock_of_people(state.people, fed, months), fed),
    )


def _contents(
    state: State, counting: Counting, scoring: Scoring, progress: Progress, *, hexagons: grid.Levels
) -> Published:
    months = counting.months
    levels = standing_levels(state.areas, state.residents, months)
    progress("building cubes")
    counts = count_finest((counting.events.events, counting.people), levels, months)
    hex_cubes = {
        level: build_cube(counts.at(grid.parents(counts.cell, level)), len(months.delivered))
        for level in hexagons.resolutions
    }
    progress("preparing areas")
    drawn = {name: _drawn(level.sectors, hexagons) for name, level in levels.items()}
    published_levels = tuple(
        Level(
            id=name,
            sectors=level.sectors,
            cube=build_cube(counts.at(counts.places[name]), len(months.delivered)),
            anchors=label_anchors(_outlines(level.sectors), list(drawn[name].values())),
        )
        for name, level in levels.items()
    )
    hexagon_tiles = {}
    for zoom in hexagons.finest_at_zoom:
        progress(f"preparing hexagon tiles of zoom {zoom}")
        hexagon_tiles[zoom] = fitting_tiles({level: located(cube) for level, cube in hex_cubes.items()}, zoom, hexagons)
    recipe = counting.scoring.recipe
    synthetic = any(SYNTHETIC_MARK in force for force in state.forces)
    groups, group_cube = _groups(state.groups, counting)
    years = sorted(set(state.residents["year"].to_pylist()))
    return Published(
        force=" and ".join(state.forces),
        synthetic=synthetic,
        attribution=_SYNTHETIC_ATTRIBUTION if synthetic else _ATTRIBUTION,
        months=months,
        recipe=recipe,
        levels=published_levels,
        hex_cubes=hex_cubes,
        resolution_at_zoom={zoom: resolution for zoom, (resolution, _) in hexagon_tiles.items()},
        tiles={(HEXAGONS, zoom): tiles for zoom, (_, tiles) in hexagon_tiles.items()}
        | {
            (level.layer, zoom): prepare_tiles(outlines, zoom, clip=True)
            for level in published_levels
            for zoom, outlines in drawn[level.id].items()
        },
        groups=groups,
        group_cube=group_cube,
        lacking=lacking_months(counting.scoring, state.deliveries, months),
        unfed=tuple(measure.title for measure in scoring.recipe.measures if measure.id not in recipe.all),
        population=f"residents of {' and '.join(map(str, years))}" if years else "",
    )


def _groups(groups: pa.Table, counting: Counting) -> tuple[tuple[Group, ...], Cube]:
    """The groups, and the cube of the events that are linked to each; the place after the last has each event once."""
    found = dict(zip(groups["reference"].to_pylist(), groups["kind"].to_pylist(), strict=True))
    position = {reference: i for i, reference in enumerate(found)}
    once = np.unique(counting.events.linked)
    linked = counting.events.events.taken(np.append(counting.events.linked, once))
    places = [position[group] for group in counting.events.group.tolist()] + [len(position)] * len(once)
    counts = FinestCounts.of(linked, {"group": np.array(places, dtype=np.uint64)}, counting.months)
    cube = build_cube(counts.at(counts.places["group"]), len(counting.months.delivered))
    return tuple(Group(reference, kind) for reference, kind in found.items()), cube


def fitting_tiles(
    cells: Mapping[int, NDArray[np.uint64]], zoom: int, levels: grid.Levels = grid.DEFAULT_LEVELS
) -> tuple[int, TileSet]:
    """The finest resolution whose tiles hold few enough hexagons at that zoom, and those tiles; else the coarsest.

    A tile never drops hexagons: the zoom coarsens as a whole.
    """
    for resolution in levels.candidates(zoom):
        tiles = prepare_tiles(grid.boundaries(cells[resolution]), zoom, clip=False)
        if np.diff(tiles.start).max(initial=0) <= levels.max_hexagons:
            break
    return resolution, tiles


def _outlines(sectors: Sequence[Sector]) -> NDArray[np.object_]:
    return np.array([sector.geometry for sector in sectors], dtype=object)


def _drawn(sectors: Sequence[Sector], levels: grid.Levels) -> dict[int, NDArray[np.object_]]:
    """The outlines of areas as each zoom shows them, ascending."""
    return {zoom: simplified(_outlines(sectors), zoom) for zoom in levels.finest_at_zoom}
