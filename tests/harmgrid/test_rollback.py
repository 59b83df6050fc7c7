"""Going back to an older snapshot: whole, verified, in turn with publishers, and never to what is damaged."""

import fcntl
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harmgrid.errors import NoSnapshot, SnapshotCorrupt
from harmgrid.snapshot import Store
from tests.small_force import smallest_force

DAYS = [datetime(2022, 3, day, tzinfo=UTC) for day in (1, 2, 3)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(directory=tmp_path)


@pytest.fixture
def versions(store: Store) -> list[str]:
    """Three snapshots, published a day after the other; the last is current."""
    return [store.write(replace(smallest_force(), force=f"Force {i}"), day) for i, day in enumerate(DAYS)]


def manifest(store: Store, version: str) -> Path:
    return store.directory / "snapshots" / version / "manifest.json"


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def test_without_a_name_it_goes_back_one_at_a_time(store: Store, versions: list[str]) -> None:
    assert store.roll_back() == versions[1]
    assert store.current() == versions[1]
    assert store.roll_back() == versions[0]
    assert store.current() == versions[0]
    assert store.read(store.current()).contents.force == "Force 0"


def test_before_the_first_there_is_none(store: Store, versions: list[str]) -> None:
    store.roll_back(versions[0])
    with pytest.raises(NoSnapshot, match=versions[0]) as told:
        store.roll_back()
    assert "harmgrid snapshots" in told.value.do
    assert store.current() == versions[0]


def test_a_version_may_be_named_a_newer_one_too(store: Store, versions: list[str]) -> None:
    assert store.roll_back(versions[0]) == versions[0]
    assert store.roll_back(versions[2]) == versions[2]
    assert store.current() == versions[2]


def test_two_of_the_same_second_keep_their_order(store: Store) -> None:
    several = [store.write(replace(smallest_force(), force=f"Force {i}"), DAYS[0]) for i in range(6)]
    assert [kept.version for kept in store.kept()] == several
    assert store.roll_back() == several[-2]


def test_what_is_published_again_after_going_back_is_current(store: Store, versions: list[str]) -> None:
    store.roll_back()
    assert store.write(replace(smallest_force(), force="Force 2"), DAYS[2]) == versions[2]
    assert store.current() == versions[2]


@pytest.mark.parametrize("version", ["0" * 16, "../../etc/passwd", "current", "x"])
def test_a_version_that_is_not_here_changes_nothing(store: Store, versions: list[str], version: str) -> None:
    with pytest.raises(NoSnapshot):
        store.roll_back(version)
    assert store.current() == versions[2]


def test_one_changed_byte_is_enough_to_refuse(store: Store, versions: list[str]) -> None:
    damage(store.directory / "snapshots" / versions[1] / "cube-sectors-harm.npy")
    with pytest.raises(SnapshotCorrupt, match=r"cube-sectors-harm\.npy") as told:
        store.roll_back()
    assert told.value.do == "name another version, as harmgrid snapshots lists them"
    assert store.current() == versions[2]
    assert store.roll_back(versions[0]) == versions[0]


def test_one_without_a_manifest_that_reads_is_listed_and_passed_over(store: Store, versions: list[str]) -> None:
    damage(manifest(store, versions[1]))
    assert [(kept.version, kept.published_at[:10]) for kept in store.kept()] == [
        (versions[1], ""),
        (versions[0], "2022-03-01"),
        (versions[2], "2022-03-03"),
    ]
    assert store.roll_back() == versions[0]


def test_from_a_current_one_that_is_damaged_or_gone_it_goes_to_the_last_of_the_others(
    store: Store, versions: list[str]
) -> None:
    damage(manifest(store, versions[2]))
    assert store.roll_back() == versions[1]
    (store.directory / "CURRENT").write_text("0" * 16)
    assert store.roll_back() == versions[1]


def test_where_nothing_was_published_there_is_nothing_to_list_or_to_go_back_to(store: Store) -> None:
    assert store.kept() == []
    with pytest.raises(NoSnapshot):
        store.roll_back()
    assert list(store.directory.iterdir()) == []


def test_the_list_leaves_out_what_is_no_snapshot_and_adds_up_bytes(store: Store, versions: list[str]) -> None:
    (store.directory / "snapshots" / "writing").mkdir()
    assert [kept.version for kept in store.kept()] == versions
    folder = store.directory / "snapshots" / versions[0]
    assert store.kept()[0].size == sum(len(path.read_bytes()) for path in folder.iterdir())


def test_it_waits_for_a_publisher(store: Store, versions: list[str]) -> None:
    with (store.directory / "publishing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = threading.Thread(target=store.roll_back)
        waiting.start()
        waiting.join(timeout=0.2)
        assert waiting.is_alive()
        assert store.current() == versions[2]
    waiting.join(timeout=30)
    assert store.current() == versions[1]
