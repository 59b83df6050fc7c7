"""Counts to cubes, part by part, so that neither a country nor a busy city need fit into memory at once.

A partition has some neighbouring hexagons, with all that happened in them in any month. They are cut where hexagons of
one resolution end: that one and the finer ones are then whole in a partition, and their cubes are put behind each
other. Coarser ones and areas lie in several; their sums are joined.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.publish.count import FinestCounts
from harmgrid import grid
from harmgrid.cube import Cube, Events, build_cube, group_events

EVENTS_AT_MOST = 1_000_000  # of a partition, where no single hexagon has more

Bounds = tuple[int, int]  # of the cells of a partition, [first, stop)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How hexagons are cut into partitions: by the data alone, so that it is the same wherever it is worked on."""

    whole_from: int  # the coarsest resolution whose hexagons lie in one partition each
    partitions: tuple[Bounds, ...]


@dataclass(frozen=True, kw_only=True)
class Partition:
    """What the worker of a partition gets."""

    rows: Sequence[NDArray[np.void]]  # of `FinestCounts`, of every slice
    whole: tuple[int, ...]  # resolutions
    coarser: tuple[int, ...]
    months: int


@dataclass(frozen=True, kw_only=True)
class PartCubes:
    """What comes of a partition."""

    whole: Mapping[int, Cube]  # by resolution
    coarser: Mapping[int, Events]  # by resolution
    levels: Mapping[str, Events]


@dataclass
class Spill:
    """Counts of slices on the disk, each in the order of its cells; how many events a cell has, and what they weigh."""

    folder: Path
    slices: int = 0
    cell: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))  # ascending
    events: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # of each cell
    weight: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))  # distinct, ascending, harm points

    def add(self, counts: FinestCounts) -> None:
        """Keep these counts."""
        np.save(self.folder / f"rows-{self.slices}.npy", counts.rows(), allow_pickle=False)
        np.save(self.folder / f"cells-{self.slices}.npy", counts.cell, allow_pickle=False)
        self.slices += 1
        cell, at = np.unique(np.append(self.cell, counts.cell), return_inverse=True)
        events = np.zeros(len(cell), dtype=np.int64)
        np.add.at(events, at, np.append(self.events, counts.count))
        self.cell, self.events = cell, events
        self.weight = np.union1d(self.weight, counts.points)

    def between(self, bounds: Bounds) -> list[NDArray[np.void]]:
        """The rows of the cells of a partition, in memory."""
        found = []
        for number in range(self.slices):
            rows, cells = (
                np.load(self.folder / f"{name}-{number}.npy", mmap_mode="r", allow_pickle=False)
                for name in ("rows", "cells")
            )
            found.append(np.array(rows[slice(*np.searchsorted(cells, np.array(bounds, dtype=np.uint64)))]))
        return found


def plan_partitions(
    cell: NDArray[np.uint64], events: NDArray[np.int64], resolutions: Sequence[int], most: int = EVENTS_AT_MOST
) -> Plan:
    """The coarsest cut that leaves no hexagon with too many events, and runs of its hexagons with no more together.

    Args:
        cell: at the base resolution, shape (cells,), ascending.
        events: in each of them.
        resolutions: those that are published, ascending.
        most: events of a partition.
    """
    for resolution in resolutions:
        parent = grid.parents(cell, resolution)
        start = np.flatnonzero(np.append(True, parent[1:] != parent[:-1])) if len(cell) else np.zeros(0, dtype=np.int64)
        of_parent = np.add.reduceat(events, start) if len(cell) else events
        if events.sum() <= most or of_parent.max() <= most:
            break
    cuts, held = [0], 0
    for first, more in zip(start.tolist(), of_parent.tolist(), strict=True):
        if held and held + more > most:
            cuts.append(int(cell[first]))
            held = 0
        held += more
    return Plan(whole_from=resolution, partitions=tuple(zip(cuts, [*cuts[1:], 2**64 - 1], strict=True)))


def partitions_of(spill: Spill, plan: Plan, resolutions: Sequence[int], months: int) -> Iterator[Partition]:
    """The partitions of a plan, one after the other."""
    whole = tuple(level for level in resolutions if level >= plan.whole_from)
    coarser = tuple(level for level in resolutions if level < plan.whole_from)
    for bounds in plan.partitions:
        yield Partition(rows=spill.between(bounds), whole=whole, coarser=coarser, months=months)


def build_partition(part: Partition) -> PartCubes:
    """The cubes of a partition: the work of one worker."""
    counts = FinestCounts.joined(part.rows)
    return PartCubes(
        whole={level: build_cube(counts.at(grid.parents(counts.cell, level)), part.months) for level in part.whole},
        coarser={level: group_events(counts.at(grid.parents(counts.cell, level))) for level in part.coarser},
        levels={level: group_events(counts.at(place)) for level, place in counts.places.items()},
    )
