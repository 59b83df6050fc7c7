"""How hexagons are cut into partitions, with the events of each counted by hand; and that a spill loses none."""

from pathlib import Path

import h3
import numpy as np
import pytest
from numpy.typing import NDArray

from etl.publish.count import FinestCounts
from etl.publish.partitions import Spill, plan_partitions
from etl.publish.score import Scored
from harmgrid import grid
from harmgrid.types import Months

pytestmark = pytest.mark.quick

RESOLUTIONS = (7, 8, 9)
FAR = h3.str_to_int(h3.latlng_to_cell(55.0, 3.0, 7))  # a hexagon of resolution 7, and all that it is made of


def children(parent: int, resolution: int) -> list[int]:
    return sorted(h3.str_to_int(cell) for cell in h3.cell_to_children(h3.int_to_str(parent), resolution))


EIGHTHS = children(FAR, 8)
CELLS = np.array([0, *children(FAR, 9)], dtype=np.uint64)  # 49 in 7 of resolution 8; 0 has no location


def events(*, each: int, nowhere: int = 1, first: int | None = None) -> NDArray[np.int64]:
    found = np.full(len(CELLS), each, dtype=np.int64)
    found[0] = nowhere
    found[1] = each if first is None else first
    return found


def test_few_events_are_one_partition_of_the_coarsest_hexagons() -> None:
    plan = plan_partitions(CELLS, events(each=1), RESOLUTIONS, most=50)  # 1 + 49
    assert (plan.whole_from, plan.partitions) == (7, ((0, 2**64 - 1),))


def test_a_cut_is_where_hexagons_of_the_coarsest_resolution_that_fits_end() -> None:
    plan = plan_partitions(CELLS, events(each=2), RESOLUTIONS, most=30)  # 98 in the one of 7, 14 in each of 8
    # 1 without a location and 14 and 14; then 14 and 14, twice; then the last 14
    first = [int(CELLS[1 + 7 * eighth]) for eighth in (2, 4, 6)]
    assert plan.whole_from == 8
    assert plan.partitions == ((0, first[0]), (first[0], first[1]), (first[1], first[2]), (first[2], 2**64 - 1))


def test_a_hexagon_with_more_events_than_fit_is_a_partition_of_its_own() -> None:
    plan = plan_partitions(CELLS, events(each=1, first=100), RESOLUTIONS, most=20)
    assert plan.whole_from == 9
    assert plan.partitions[:2] == ((0, int(CELLS[1])), (int(CELLS[1]), int(CELLS[2])))
    assert len(plan.partitions) == 5  # nowhere; the full one; 20, 20 and 8 of the others


def test_nothing_at_all_is_one_partition() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert plan_partitions(nothing.astype(np.uint64), nothing, RESOLUTIONS).partitions == ((0, 2**64 - 1),)


def counts(cells: list[int]) -> FinestCounts:
    """One event of ten points in each of these cells."""
    rows, here = len(cells), np.zeros(len(cells))
    scored = Scored(
        month=np.zeros(rows, dtype=np.int64),
        signature=np.ones(rows, dtype=np.uint32),
        points=np.full(rows, 10.0),
        second_moment=np.full(rows, 100.0),
        lon=here,
        lat=here,
        cell=np.array(cells, dtype=np.uint64),
    )
    return FinestCounts.of(scored, {"sector": np.full(rows, 2, dtype=np.uint32)}, Months(start=0, delivered=(True,)))


def test_a_spill_hands_each_partition_the_rows_of_its_cells_and_knows_how_many_events_there_are(tmp_path: Path) -> None:
    one, two, three = (int(cell) for cell in CELLS[1:4])
    spill = Spill(tmp_path)
    spill.add(counts([two, one, one]))
    spill.add(counts([three, two]))
    assert dict(zip(spill.cell.tolist(), spill.events.tolist(), strict=True)) == {one: 2, two: 2, three: 1}
    found = FinestCounts.joined(spill.between((0, three)))
    assert (found.cell.tolist(), found.count.tolist()) == ([one, two], [2, 2])
    assert FinestCounts.joined(spill.between((three, 2**64 - 1))).cell.tolist() == [three]
    assert found.places["sector"].tolist() == [2, 2]


def test_parents_of_ascending_cells_ascend_so_that_cubes_can_be_put_behind_each_other() -> None:
    lon, lat = np.random.default_rng(1).uniform(-85, 85, (2, 20_000))
    world = np.unique(grid.cells_from_points(lon, lat, 9))
    for resolution in range(9):
        assert (np.diff(grid.parents(world, resolution).astype(np.int64)) >= 0).all()
