"""kill -9 at any moment of loading and publishing, and then again: the result is the same as undisturbed."""

from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from etl.check import check
from harmgrid.errors import NoSnapshot
from harmgrid.records import Records, open_records
from harmgrid.snapshot import Store
from tests.etl.killed_runs import run, run_and_kill, write_force
from tests.police_uk_builder import contents, default_recipe, table
from tests.sweep import kills


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_force(tmp_path_factory.mktemp("force"), 6_000)


@pytest.fixture(scope="module")
def undisturbed(
    force: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Records, str, float, float]:
    """Records and snapshot of a run that nobody kills, and how long loading and publishing took."""
    folder = tmp_path_factory.mktemp("undisturbed")
    url = f"sqlite:///{folder / 'records.sqlite'}"
    archive, sectors = force
    load_s = run(url, folder, "load", "police-uk", str(archive), "--sectors", str(sectors))
    run(url, folder, "publish")  # the first on a machine waits for the compiler
    publish_s = run(url, folder, "publish")
    return Records(url=sa.make_url(url)), Store(directory=folder).current(), load_s, publish_s


@kills(3, 40)
def test_a_load_killed_at_any_moment_and_run_again_is_a_load(
    database_url: str,
    force: tuple[Path, Path],
    undisturbed: tuple[Records, str, float, float],
    tmp_path: Path,
    *,
    kills: int,
) -> None:
    expected, _, load_s, _ = undisturbed
    archive, sectors = force
    command = ("load", "police-uk", str(archive), "--sectors", str(sectors))
    moments = Random(11)  # noqa: S311 - any moment will do
    killed = 0
    for kill in range(kills):  # one in every part of the run, from the imports to the last file
        killed += run_and_kill(database_url, tmp_path, *command, after=load_s * (kill + moments.random()) / kills)
        records = open_records(database_url)
        loaded = table(records, "SELECT count(*) FROM receipts GROUP BY load_id ORDER BY load_id")
        assert all(0 < files <= 6 for (files,) in loaded)
        whole = table(records, "SELECT count(*) FROM files") == table(
            records, "SELECT count(DISTINCT file_id) FROM receipts"
        )
        assert whole, "a file is in the records with its receipt or not at all"
    assert killed > 0
    run(database_url, tmp_path, *command)
    assert contents(records) == contents(expected)


@kills(3, 40)
def test_publishing_killed_at_any_moment_leaves_the_old_snapshot_or_the_new_one(
    undisturbed: tuple[Records, str, float, float], tmp_path: Path, *, kills: int
) -> None:
    records, version, _, publish_s = undisturbed
    url = records.url.render_as_string()
    store = Store(directory=tmp_path)
    moments = Random(12)  # noqa: S311 - any moment will do
    killed = 0
    for kill in range(kills):  # in the second half: the first is imports and reading
        if run_and_kill(url, tmp_path, "publish", after=publish_s * (kills + kill + moments.random()) / (2 * kills)):
            killed += 1
        else:
            publish_s *= 0.7  # it ended before its moment: the machine has become faster
        try:
            assert store.read(store.current(), verify=True).version == version
        except NoSnapshot:
            continue
    assert killed > 0
    run(url, tmp_path, "publish")
    assert store.current() == version
    assert (
        check(records, store, default_recipe(), progress=lambda _: None)[0].count
        == table(records, "SELECT count(*) FROM events")[0][0]
    )
