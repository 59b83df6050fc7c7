"""Rows that other processes judge become the same records, though a worker is killed midway."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from etl import load
from etl.load import load_source
from etl.profiles import read_profile
from etl.reading import Member
from etl.workers import HERE, Workers, open_workers
from harmgrid.recipes import DEFAULT_RECIPE, read_recipe
from harmgrid.records import open_records
from harmgrid.records.tables import events, rejects
from harmgrid.types import Receipt
from tests.etl.test_memory import write_large
from tests.killed_workers import dask_cluster, kill_a_process
from tests.police_uk_builder import MARCH, NOON

COLUMNS = [column for column in events.columns if column.name not in {"id", "source_id", "file_id"}]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """50,000 rows, four batches; one row in four has no Crime ID, and the last is none at all."""
    path = write_large(tmp_path_factory.mktemp("source") / MARCH, 10)
    with path.open("a", encoding="utf-8") as file:
        file.write("no row\n")
    return path


def loaded(source: Path, database: Path, workers: Workers, kill: Callable[[], None] | None) -> tuple[Receipt, pa.Table]:
    """The receipt and all rows; a worker is killed when the first batch is in."""
    told: list[int] = []

    def progress(_: Member, done: int) -> None:
        told.append(done)
        if kill and len(told) == 1:
            kill()

    records = open_records(f"sqlite:///{database}")
    profile, scoring = read_profile("police-uk"), read_recipe(DEFAULT_RECIPE)
    receipt = load_source(records, profile, source, scoring, now=lambda: NOON, progress=progress, workers=workers).total
    assert len(told) > 3
    with records.bulk() as bulk:
        assert bulk.value(sa.select(sa.func.count()).select_from(rejects)) == 1
        return receipt, bulk.rows(sa.select(*COLUMNS).order_by(events.c.id))


def test_processes_and_a_cluster_load_the_same_rows_though_workers_are_killed(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "FEW_BATCHES", 0)
    alone = loaded(source, tmp_path / "alone.db", HERE, None)
    assert (alone[0].read, alone[0].loaded, alone[0].rejected) == (50_001, 50_000, 1)
    with open_workers(2) as workers:
        assert loaded(source, tmp_path / "processes.db", workers, kill_a_process) == alone
    with dask_cluster() as cluster, open_workers(dask=cluster.address) as workers:
        assert loaded(source, tmp_path / "cluster.db", workers, cluster.kill_worker) == alone
