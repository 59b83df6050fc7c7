"""Records to the cubes of every geography: slices are counted and partitions are built, both by workers."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from etl.publish.count import FinestCounts, count_scored
from etl.publish.link import stock_of_people
from etl.publish.partitions import Spill, build_partition, partitions_of, plan_partitions
from etl.publish.score import ScoredEvents, ScoredRows, join_incidents, score_people
from etl.publish.slices import Ground, GroupEvents, count_slice, slices_of
from etl.publish.state import State
from etl.workers import Workers
from harmgrid import grid
from harmgrid.arrays import GrowingCube
from harmgrid.cube import Cube, Events, build_cube
from harmgrid.records.engine import Bulk

Progress = Callable[[str], None]  # told what begins


@dataclass(frozen=True, kw_only=True)
class Building:
    """Where and how a snapshot is put together."""

    folder: Path  # for what is put together, gone when it is published
    hexagons: grid.Levels
    workers: Workers
    progress: Progress


@dataclass(frozen=True, kw_only=True)
class Cubes:
    """The cubes of all geographies; large ones are mapped from the building's folder."""

    hexagons: Mapping[int, Cube]  # by resolution
    levels: Mapping[str, Cube]
    groups: Cube  # place i is group i of the records, and the place after the last has each event once


def build_cubes(bulk: Bulk, state: State, ground: Ground, building: Building) -> Cubes:
    """The cubes of every event and person of one state of the records.

    Raises:
        UnweighedEvents: the recipe gives an event no weight.
        WorkersUnusable: workers die over their work.
    """
    spill, found = Spill(building.folder), []
    for counts, in_groups in _counted(bulk, state, ground, building):
        spill.add(counts)
        found.append(in_groups)
    resolutions, months = building.hexagons.resolutions, len(ground.months.delivered)
    plan = plan_partitions(spill.cell, spill.events, resolutions)
    whole = {
        level: GrowingCube(building.folder, f"hex{level}", spill.weight)
        for level in resolutions
        if level >= plan.whole_from
    }
    coarser: dict[int, list[Events]] = defaultdict(list)
    levels: dict[str, list[Events]] = defaultdict(list)
    partitions = partitions_of(spill, plan, resolutions, months)
    for number, part in enumerate(building.workers.in_order(build_partition, partitions), 1):
        building.progress(f"building cubes, {number} of {len(plan.partitions)} parts")
        for resolution, cube in part.whole.items():
            whole[resolution].append(cube)
        for resolution, events in part.coarser.items():
            coarser[resolution].append(events)
        for level, events in part.levels.items():
            levels[level].append(events)
    hexagons = {resolution: build_cube(Events.joined(parts), months) for resolution, parts in coarser.items()}
    return Cubes(
        hexagons=hexagons | {resolution: grown.finish() for resolution, grown in whole.items()},
        levels={level: build_cube(Events.joined(levels[level]), months) for level in ground.levels},
        groups=_group_cube(state, ground, GroupEvents.joined(found)),
    )


def _counted(
    bulk: Bulk, state: State, ground: Ground, building: Building
) -> Iterator[tuple[FinestCounts, GroupEvents]]:
    """Every event and person, in parts, and the events among them that are linked to groups."""

    def read(rows: int) -> None:
        building.progress(f"linking and weighing, {rows:,} events read")

    aside: list[ScoredRows] = []
    for part in building.workers.in_order(count_slice, slices_of(bulk, state, ground, read)):
        aside.append(part.aside)
        yield part.counts, part.in_groups
    for scored in rest_of(state, ground, aside):
        yield count_scored(scored.events, ground.levels, ground.months), GroupEvents.of(scored)


def rest_of(state: State, ground: Ground, aside: Sequence[ScoredRows]) -> Iterator[ScoredEvents]:
    """What is in no slice: the people, and the events of the incidents that slices have set aside."""
    people = score_people(stock_of_people(state.people, ground.scoring, ground.months), ground.scoring)
    yield ScoredEvents(events=people, linked=np.zeros(0, dtype=np.int64), group=np.zeros(0, dtype=np.str_))
    if aside:
        yield join_incidents(ScoredRows.joined(aside), ground.scoring)


def _group_cube(state: State, ground: Ground, in_groups: GroupEvents) -> Cube:
    references = state.groups["reference"].to_pylist()
    position = {reference: i for i, reference in enumerate(references)}
    once = np.flatnonzero(in_groups.first)
    every = np.append(np.arange(len(in_groups.group)), once)
    places = [position[group] for group in in_groups.group.tolist()] + [len(position)] * len(once)
    named = {"group": np.array(places, dtype=np.uint32)}
    counts = FinestCounts.of(in_groups.events.taken(every), named, ground.months)
    return build_cube(counts.at(counts.places["group"]), len(ground.months.delivered))
