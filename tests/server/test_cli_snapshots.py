"""`harmgrid snapshots` and `harmgrid rollback`: what is told, and what a running server then serves."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harmgrid.snapshot import Store
from tests.force_builder import Force, run
from tests.server.test_serve import read, serving

LATER = datetime(2099, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def two(force: Force, tmp_path: Path) -> Store:
    """The small force, and the same under another name, which is current."""
    store = Store(directory=Path(shutil.copytree(force.data_dir, tmp_path / "data")))
    store.write(replace(store.read(store.current()).contents, force="Othermere Police"), LATER)
    return store


def test_they_are_listed_the_newest_first_with_the_one_that_is_served(two: Store) -> None:
    old, new = two.kept()
    first, second = run("snapshots", data_dir=two.directory).stdout.splitlines()
    assert first == f"{new.version}  2099-01-02 03:04:05 UTC{new.size:>16,} bytes  current"
    assert second.split()[0] == old.version
    assert second.endswith(" bytes")


def test_one_that_nothing_can_serve_is_listed_as_such(two: Store) -> None:
    old, _ = two.kept()
    (two.directory / "snapshots" / old.version / "manifest.json").unlink()
    assert run("snapshots", data_dir=two.directory).stdout.splitlines()[1].startswith(f"{old.version}  unreadable ")


def test_a_running_server_follows_with_the_next_request(two: Store) -> None:
    old, new = (kept.version for kept in two.kept())
    with serving(two.directory, "--workers", "2") as (_, address):
        assert read(f"{address}/api/snapshot")["force"] == "Othermere Police"
        done = run("rollback", data_dir=two.directory)
        assert (done.stdout, done.stderr) == (f"Snapshot {old} is served, not {new}.\n", "")
        assert {read(f"{address}/api/snapshot")["force"] for _ in range(8)} == {"Testmere Police"}
        run("rollback", new, data_dir=two.directory)
        assert {read(f"{address}/healthz")["snapshot"] for _ in range(8)} == {new}
    assert run("rollback", new, data_dir=two.directory).stdout == f"Snapshot {new} is served, as before.\n"


def test_what_cannot_be_gone_back_to_is_told_in_one_line(two: Store, tmp_path: Path) -> None:
    _, new = two.kept()
    for words, says in ((("rollback", "0" * 16), "0" * 16), (("rollback", "latest"), "16 hexadecimal digits")):
        (line,) = run(*words, data_dir=two.directory, status=1).stderr.splitlines()
        assert says in line
    assert two.current() == new.version
    for command in ("rollback", "snapshots"):
        (line,) = run(command, data_dir=tmp_path / "empty", status=1).stderr.splitlines()
        assert "harmgrid publish" in line
