"""A machine that follows a shared store: what it fetches, what it deletes, and what a kill leaves."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from harmgrid.errors import NoSnapshot, SnapshotCorrupt
from harmgrid.manifest import opened, sealed, version_of
from harmgrid.remote import Remote
from harmgrid.replica import KEPT, Replica, seen_file
from harmgrid.snapshot import Store
from tests.conftest import ROOT
from tests.shared_store import BucketPlace, FolderPlace, object_store
from tests.small_force import smallest_force
from tests.sweep import kills

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def unseen(done: int, total: int) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def place(tmp_path: Path) -> FolderPlace:
    return FolderPlace(tmp_path / "shared")


def machine(place: FolderPlace, folder: Path) -> Replica:
    return Replica(store=Store(directory=folder, follows=True), remote=Remote(place.url))


@pytest.fixture
def publisher(place: FolderPlace, tmp_path: Path) -> Replica:
    return machine(place, tmp_path / "publisher")


@pytest.fixture
def follower(place: FolderPlace, tmp_path: Path) -> Replica:
    return machine(place, tmp_path / "follower")


def publish(publisher: Replica, number: int) -> str:
    """One of several snapshots, a day apart."""
    contents = replace(smallest_force(), force=f"Force {number}")
    version = publisher.store.write(contents, JANUARY.replace(day=number))
    publisher.share(version, unseen)
    return version


def follow(replica: Replica) -> str:
    with replica.turn():
        replica.switch_to(replica.pointer())
    return replica.store.current()


def here(replica: Replica) -> set[str]:
    return {path.name for path in (replica.store.directory / "snapshots").iterdir()}


def test_a_machine_serves_what_another_shared_and_keeps_the_last_few(publisher: Replica, follower: Replica) -> None:
    versions = []
    for number in range(1, 7):
        versions.append(publish(publisher, number))
        assert follow(follower) == versions[-1]
        assert follower.store.read(versions[-1], verify=True).contents.force == f"Force {number}"
    assert here(follower) == set(versions[-1 - KEPT :])
    assert here(publisher) == set(versions)
    with pytest.raises(NoSnapshot):
        follower.store.read(versions[0])


def test_what_is_kept_are_those_that_were_last_current(publisher: Replica, follower: Replica) -> None:
    versions = [publish(publisher, number) for number in range(1, 7)]
    for version in versions[:4] + versions[:1] + versions[4:]:
        publisher.remote.point_to(version)
        follow(follower)
    assert here(follower) == {versions[0], versions[3], versions[4], versions[5]}


def test_what_was_published_on_the_machine_itself_stays(publisher: Replica, follower: Replica) -> None:
    """Even if it was fetched before: published again, it is the publisher's."""
    first = publish(publisher, 1)
    follow(follower)
    assert publish(follower, 1) == first
    own = publish(follower, 2)
    for number in range(3, 10):
        publish(publisher, number)
        follow(follower)
    assert {first, own} <= here(follower)
    assert len(here(follower)) == 2 + 1 + KEPT


def test_writing_alone_changes_nothing_for_anybody(publisher: Replica, follower: Replica) -> None:
    first = publish(publisher, 1)
    second = publisher.store.write(smallest_force(), JANUARY)
    assert publisher.store.current() == publisher.remote.current() == follow(follower) == first
    publisher.share(second, unseen)
    assert publisher.store.current() == publisher.remote.current() == follow(follower) == second


def test_who_has_a_snapshot_open_reads_on_when_it_is_deleted(publisher: Replica, follower: Replica) -> None:
    version = publish(publisher, 1)
    follow(follower)
    opened_before = follower.store.read(version).contents
    publish(publisher, 2)
    follow(follower)
    follower.store.remove(version)
    assert here(follower) == {follower.store.current()}
    expected = publisher.store.read(version).contents
    for cube, other in zip(
        (level.cube for level in opened_before.levels), (level.cube for level in expected.levels), strict=True
    ):
        np.testing.assert_array_equal(cube.harm, other.harm)


def test_the_current_snapshot_is_never_deleted(publisher: Replica) -> None:
    version = publish(publisher, 1)
    publisher.store.remove(version)
    assert publisher.store.is_whole(version)


def test_a_damaged_copy_is_fetched_anew(publisher: Replica, follower: Replica) -> None:
    version = publish(publisher, 1)
    follow(follower)
    (follower.store.folder(version) / "sectors.json").write_bytes(b"rubbish")
    assert follow(follower) == version
    assert follower.store.is_whole(version)
    shutil.rmtree(follower.store.folder(version))
    assert follow(follower) == version
    assert follower.store.is_whole(version)


def test_what_is_damaged_there_changes_nothing_here_until_it_is_mended(
    publisher: Replica, follower: Replica, place: FolderPlace
) -> None:
    first = publish(publisher, 1)
    follow(follower)
    second = publish(publisher, 2)
    name = f"snapshots/{second}/manifest.json"
    place.write(name, place.read(name)[:-1])
    with pytest.raises(SnapshotCorrupt):
        follow(follower)
    assert follower.store.current() == first
    assert here(follower) == {first}
    assert publish(publisher, 2) == second
    assert follow(follower) == second


def test_a_pointer_to_what_is_not_there_changes_nothing_here(
    publisher: Replica, follower: Replica, place: FolderPlace
) -> None:
    first = publish(publisher, 1)
    follow(follower)
    place.write("CURRENT", b"0" * 16)
    with pytest.raises(NoSnapshot):
        follow(follower)
    assert follower.store.current() == first


def test_a_whole_snapshot_that_cannot_be_read_is_not_taken_in(
    publisher: Replica, follower: Replica, place: FolderPlace
) -> None:
    """Consistent to the digest, as whoever may write there could make it."""
    version = publish(publisher, 1)
    said = opened(place.read(f"snapshots/{version}/manifest.json"), version, "")
    del said["recipe"]
    forged = version_of(said)
    for name in said["files"]:
        place.write(f"snapshots/{forged}/{name}", place.read(f"snapshots/{version}/{name}"))
    place.write(f"snapshots/{forged}/manifest.json", sealed(said | {"version": forged}))
    place.write("CURRENT", forged.encode())
    with pytest.raises(SnapshotCorrupt, match="cannot be read"):
        follow(follower)
    assert not (follower.store.directory / "snapshots").exists()


def test_the_moment_at_which_the_pointer_was_seen_is_kept(publisher: Replica, follower: Replica) -> None:
    with follower.turn(), pytest.raises(NoSnapshot):
        follower.pointer()
    assert not seen_file(follower.store.directory).exists()
    publish(publisher, 1)
    follow(follower)
    assert seen_file(follower.store.directory).exists()


def test_going_back_is_for_all_machines(publisher: Replica, follower: Replica) -> None:
    versions = [publish(publisher, number) for number in (1, 2, 3)]
    assert publisher.roll_back(None, unseen) == versions[1]
    assert publisher.store.current() == publisher.remote.current() == follow(follower) == versions[1]
    assert follower.roll_back(versions[0], unseen) == versions[0], "which is not on this machine"
    assert follower.store.read(versions[0], verify=True).contents.force == "Force 1"
    assert follow(publisher) == versions[0]
    with pytest.raises(NoSnapshot, match="before which none"):
        publisher.roll_back(None, unseen)
    assert publisher.roll_back(versions[2], unseen) == follow(follower) == versions[2]


def test_going_back_to_what_is_not_whole_there_mends_it_from_here_or_is_refused(
    publisher: Replica, follower: Replica, place: FolderPlace
) -> None:
    first, second = (publish(publisher, number) for number in (1, 2))
    place.delete(f"snapshots/{first}/sectors.json")
    with pytest.raises(SnapshotCorrupt, match="name another version"):
        follower.roll_back(first, unseen)
    assert publisher.remote.current() == second
    assert publisher.roll_back(first, unseen) == first
    assert follow(follower) == first


@pytest.mark.parametrize("version", ["0" * 16, "latest", "../../x", ""])
def test_going_back_to_what_never_was_is_refused(publisher: Replica, version: str) -> None:
    current = publish(publisher, 1)
    with pytest.raises(NoSnapshot):
        publisher.roll_back(version, unseen)
    assert publisher.remote.current() == current


def test_two_publishers_leave_a_whole_snapshot_of_the_last_to_point(
    publisher: Replica, follower: Replica, place: FolderPlace, tmp_path: Path
) -> None:
    """The one uploads while the other does; both may even publish the same."""
    other = machine(place, tmp_path / "other")
    same = [one.store.write(smallest_force(), JANUARY) for one in (publisher, other)]
    mine = publisher.store.write(replace(smallest_force(), force="Mine"), JANUARY)
    assert same[0] == same[1]
    publisher.remote.upload(mine, publisher.store.folder(mine), lambda *_: other.share(same[0], unseen))
    assert follow(follower) == same[0]
    publisher.share(mine, unseen)
    assert follow(follower) == mine
    other.share(same[1], unseen)
    assert follow(follower) == same[1]


@pytest.fixture(params=["file", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "file":
        yield f"file://{tmp_path}/shared"
        return
    with object_store() as store:
        for name, value in store.settings.items():
            monkeypatch.setenv(name, value)
        place = BucketPlace(store.endpoint, "killed")
        yield place.url
        place.close()


@kills(2, 36)
def test_killed_before_it_sends_any_file_all_machines_serve_the_old_snapshot_or_the_new_one(
    url: str, tmp_path: Path, *, kills: int
) -> None:
    """Thirty-two files, the manifest, the pointer."""
    every = 36 // kills
    ran = subprocess.run(
        [sys.executable, "-m", "tests.share_killed", url, str(tmp_path), str(every)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    lines = [line.split() for line in ran.stdout.splitlines()]
    assert [int(step) for step, *_ in lines] == list(range(1, 36 + every - 1, every))
    assert [(seen, ended) for _, seen, ended, _ in lines] == [("Old", "killed")] * (len(lines) - 1) + [("New", "done")]
    assert {how for *_, how in lines} == {"mended"}
