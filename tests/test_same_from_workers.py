"""The same records give the same snapshot, to the byte, whoever counts them, in slices however small."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from etl.check import check
from etl.publish import cubes, slices
from etl.publish.partitions import plan_partitions
from etl.workers import HERE, Workers, open_workers
from harmgrid.recipes import DEFAULT_RECIPE, read_recipe
from harmgrid.records import Records, open_records
from harmgrid.records.reading import read_slices
from harmgrid.snapshot import Store
from tests.handmere import load_handmere, publish_handmere
from tests.killed_workers import dask_cluster, kill_a_process

IDS, EVENTS = 3, 4  # of a slice and of a partition: Handmere has 21 rows of events, of which some are one incident


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    loaded = open_records(f"sqlite:///{tmp_path_factory.mktemp('handmere')}/records.sqlite")
    load_handmere(loaded)
    return loaded


def cut_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices and partitions of a few events."""
    monkeypatch.setattr(slices, "read_slices", partial(read_slices, ids=IDS))
    monkeypatch.setattr(cubes, "plan_partitions", partial(plan_partitions, most=EVENTS))


def version(records: Records, folder: Path, workers: Workers = HERE, told: Callable[[str], None] = print) -> str:
    publish_handmere(records, folder, workers, told)
    return Store(directory=folder).current()


class Killer:
    """Told of progress, it kills a worker when counting has begun, and one when building has."""

    def __init__(self, kill: Callable[[], None]) -> None:
        self.kill = kill
        self.told: list[str] = []
        self.killed: set[str] = set()

    def __call__(self, step: str) -> None:
        stage = step.partition(",")[0]
        self.told.append(stage)
        if stage in {"linking and weighing", "building cubes"} and self.told.count(stage) == 3:
            self.kill()
            self.killed.add(stage)


def test_slices_change_nothing(records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = version(records, tmp_path / "whole")
    monkeypatch.setattr(slices, "read_slices", partial(read_slices, ids=IDS))
    assert version(records, tmp_path / "sliced") == whole


def test_partitions_change_no_figure(records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = publish_handmere(records, tmp_path / "whole")
    cut_small(monkeypatch)
    steps: list[str] = []
    cut = publish_handmere(records, tmp_path / "cut", progress=steps.append)
    assert sum(step.startswith("building cubes") for step in steps) > 3
    check(records, Store(directory=tmp_path / "cut"), read_recipe(DEFAULT_RECIPE), progress=print)
    for level, cube in cut.hex_cubes.items():
        assert cube.count.tolist() == whole.hex_cubes[level].count.tolist()
        assert np.allclose(cube.harm, whole.hex_cubes[level].harm, rtol=1e-12)


def test_processes_and_a_cluster_make_the_same_bytes_though_workers_are_killed(
    records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_small(monkeypatch)
    alone = version(records, tmp_path / "alone")
    killer = Killer(kill_a_process)
    with open_workers(2) as workers:
        assert version(records, tmp_path / "processes", workers, killer) == alone
    assert killer.killed == {"linking and weighing", "building cubes"}
    with dask_cluster() as cluster, open_workers(dask=cluster.address) as workers:
        assert version(records, tmp_path / "whole cluster", workers) == alone
        killer = Killer(cluster.kill_worker)
        assert version(records, tmp_path / "cluster", workers, killer) == alone
    assert killer.killed == {"linking and weighing", "building cubes"}
