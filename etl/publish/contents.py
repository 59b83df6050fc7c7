"""Records to a snapshot: cubes, what is drawn, and what is to be known of both."""

from dataclasses import replace
from datetime import datetime

from etl.publish.cubes import Building, Cubes, Progress, build_cubes
from etl.publish.deliver import lacking_months
from etl.publish.drawing import drawn_outlines, hexagon_tiles, outlines
from etl.publish.slices import Ground, ground_of
from etl.publish.state import State, read_state
from etl.workers import HERE, Workers
from harmgrid import grid
from harmgrid.placenames import PlaceName
from harmgrid.published import HEXAGONS, Group, Level, Published
from harmgrid.recipes import Scoring
from harmgrid.records import Records
from harmgrid.snapshot import Store
from harmgrid.tiles import label_anchors, prepare_tiles
from harmgrid.types import SYNTHETIC_MARK
from harmgrid.view import located

_SYNTHETIC_ATTRIBUTION = "Synthetic data: every place, name and event is invented."
_ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."


def publish(
    records: Records,
    store: Store,
    scoring: Scoring,
    *,
    now: datetime,
    progress: Progress,
    workers: Workers = HERE,
    hexagons: grid.Levels = grid.DEFAULT_LEVELS,
    names: tuple[PlaceName, ...] = (),
) -> str:
    """Publish what the records hold now, with these levels of hexagons and names of places; the version.

    Raises:
        NothingToPublish: no sector, or no delivered month.
        UnweighedEvents: the recipe gives an event no weight.
        WorkersUnusable: workers die over their work.
    """
    with store.building() as folder:
        building = Building(folder=folder, hexagons=hexagons, workers=workers, progress=progress)
        progress("reading records")
        with records.bulk() as bulk, bulk.reading():
            state = read_state(bulk, scoring)
            ground = ground_of(state, scoring)
            cubes = build_cubes(bulk, state, ground, building)
        contents = replace(_contents(state, ground, cubes, building), names=names)
        progress("writing the snapshot")
        return store.write(contents, now)


def _contents(state: State, ground: Ground, cubes: Cubes, building: Building) -> Published:
    building.progress("preparing areas")
    drawn = {name: drawn_outlines(level.sectors, building.hexagons) for name, level in ground.levels.items()}
    levels = tuple(
        Level(
            id=name,
            sectors=level.sectors,
            cube=cubes.levels[name],
            anchors=label_anchors(outlines(level.sectors), list(drawn[name].values())),
        )
        for name, level in ground.levels.items()
    )
    building.progress("preparing hexagon tiles")
    cells = {resolution: located(cube) for resolution, cube in cubes.hexagons.items()}
    of_zooms = hexagon_tiles(cells, building.hexagons, building.workers)
    recipe = ground.scoring.recipe
    synthetic = any(SYNTHETIC_MARK in force for force in state.forces)
    years = sorted(set(state.residents["year"].to_pylist()))
    groups = zip(state.groups["reference"].to_pylist(), state.groups["kind"].to_pylist(), strict=True)
    return Published(
        force=" and ".join(state.forces),
        synthetic=synthetic,
        attribution=_SYNTHETIC_ATTRIBUTION if synthetic else _ATTRIBUTION,
        months=ground.months,
        recipe=recipe,
        levels=levels,
        hex_cubes=cubes.hexagons,
        resolution_at_zoom={zoom: resolution for zoom, (resolution, _) in of_zooms.items()},
        tiles={(HEXAGONS, zoom): tiles for zoom, (_, tiles) in of_zooms.items()}
        | {
            (level.layer, zoom): prepare_tiles(outlines, zoom, clip=True)
            for level in levels
            for zoom, outlines in drawn[level.id].items()
        },
        groups=tuple(Group(reference, kind) for reference, kind in groups),
        group_cube=cubes.groups,
        lacking=lacking_months(ground.scoring, state.deliveries, ground.months),
        unfed=ground.unfed,
        population=f"residents of {' and '.join(map(str, years))}" if years else "",
    )
