"""The thread that follows the shared snapshots: what it tells, when it tries again, and who of a machine looks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from harmgrid.errors import SnapshotCorrupt
from harmgrid.remote import Remote
from harmgrid.replica import Replica
from harmgrid.snapshot import Store
from server.app import create_app
from server.following import LONGEST_WAIT_S, Follower
from server.settings import Settings
from tests.server.answers import answered, refused
from tests.shared_store import FolderPlace
from tests.small_force import smallest_force

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Machines:
    """A publisher and a machine that follows, over a folder; the time stands still unless it is moved."""

    def __init__(self, folder: Path) -> None:
        self.place = FolderPlace(folder / "shared")
        self.publisher = self.machine(folder / "publisher")
        self.replica = self.machine(folder / "follower")
        self.now_s = 0.0
        self.follower = self.another()

    def machine(self, folder: Path) -> Replica:
        return Replica(store=Store(directory=folder, follows=True), remote=Remote(self.place.url))

    def another(self) -> Follower:
        """One more process of the machine that follows."""
        return Follower(self.replica, clock=lambda: self.now_s)

    def publish(self, force: str) -> str:
        version = self.publisher.store.write(replace(smallest_force(), force=force), NOW)
        self.publisher.share(version, lambda *_: None)
        return version

    def step(self) -> str:
        """One look later, a second after the last: the version that is served."""
        self.now_s += 1
        self.follower.step()
        served = self.replica.served()
        return served.name if served else ""


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    made = Machines(tmp_path)
    yield made
    made.follower.close()


def log_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "server.following"]


def test_nothing_is_told_while_all_is_well(machines: Machines, caplog: pytest.LogCaptureFixture) -> None:
    for force in ("One", "Two", "Two", "Three"):
        version = machines.publish(force)
        assert machines.step() == version
    assert log_of(caplog) == []


def test_before_anything_is_published_that_is_told_once(machines: Machines, caplog: pytest.LogCaptureFixture) -> None:
    assert [machines.step() for _ in range(3)] == ["", "", ""]
    (line,) = log_of(caplog)
    assert "nothing has been published" in line
    version = machines.publish("One")
    assert machines.step() == version
    assert log_of(caplog)[1:] == ["The shared snapshots are followed again."]


def test_a_store_that_is_gone_is_told_once_and_the_copy_is_served(
    machines: Machines, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = machines.publish("One")
    machines.step()
    with monkeypatch.context() as gone:
        gone.setattr("fsspec.implementations.local.LocalFileSystem.cat_file", no_answer)
        assert {machines.step() for _ in range(3)} == {version}
    (line,) = log_of(caplog)
    assert "which does not do what it is asked (TimeoutError)" in line
    assert "secret" not in line
    new = machines.publish("Two")
    assert machines.step() == new
    assert log_of(caplog)[1:] == ["The shared snapshots are followed again."]


def no_answer(*_: object, **__: object) -> bytes:
    raise TimeoutError("https://us:secret@objects.example does not answer")


def test_what_is_damaged_is_told_once_tried_ever_later_and_served_once_mended(
    machines: Machines, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = machines.publish("One")
    machines.step()
    second = machines.publish("Two")
    name = f"snapshots/{second}/manifest.json"
    machines.place.write(name, machines.place.read(name)[:-1])
    tried: list[float] = []
    switch_to = Replica.switch_to

    def noted(self: Replica, version: str) -> None:
        tried.append(machines.now_s)
        switch_to(self, version)

    monkeypatch.setattr(Replica, "switch_to", noted)
    began = machines.now_s + 1
    assert {machines.step() for _ in range(100)} == {first}
    assert [moment - began for moment in tried] == [0, 1, 3, 7, 15, 31, 61, 91]
    assert LONGEST_WAIT_S == 91 - 61
    (line,) = log_of(caplog)
    assert f"{second}/manifest.json" in line
    assert machines.publish("Two") == second
    assert second in {machines.step() for _ in range(30)}
    assert log_of(caplog)[1:] == ["The shared snapshots are followed again."]


def test_while_one_is_refused_another_is_taken_at_once(machines: Machines) -> None:
    machines.publish("One")
    machines.step()
    second = machines.publish("Two")
    machines.place.delete(f"snapshots/{second}/manifest.json")
    for _ in range(10):
        machines.step()
    third = machines.publish("Three")
    assert machines.step() == third


def test_an_error_that_nobody_thought_of_is_told_with_its_place_and_does_not_end_it(
    machines: Machines, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = machines.publish("One")
    with monkeypatch.context() as broken:
        broken.setattr(Replica, "pointer", surprise)
        for _ in range(3):
            machines.step()
    (record,) = [record for record in caplog.records if record.name == "server.following"]
    assert "KeyError" in record.getMessage()
    assert record.exc_info is not None
    assert machines.step() == version


def surprise(_: Replica) -> str:
    raise KeyError("surprise")


def test_one_process_of_a_machine_looks_and_the_next_takes_over_when_it_ends(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    pointer = Replica.pointer

    def noted(self: Replica) -> str:
        looked.append("looked")
        return pointer(self)

    monkeypatch.setattr(Replica, "pointer", noted)
    machines.publish("One")
    machines.step()
    other = machines.another()
    other.step()
    assert looked == ["looked"]
    machines.follower.close()  # as when its process ends
    machines.follower = other
    second = machines.publish("Two")
    assert machines.step() == second
    assert looked == ["looked"] * 2


def test_it_runs_until_it_is_told_to_stop(machines: Machines) -> None:
    version, stop = machines.publish("One"), Event()
    thread = Thread(target=machines.follower.run, args=(stop,))
    thread.start()
    try:
        while machines.replica.served() is None:
            stop.wait(0.05)
    finally:
        stop.set()
        thread.join()
    assert machines.replica.store.current() == version


def test_a_version_that_was_deleted_is_unknown_to_a_server_that_had_it_open(machines: Machines) -> None:
    app = create_app(Settings.from_environment({"HARMGRID_DATA_DIR": str(machines.replica.store.directory)}))
    client = app.test_client()
    first = machines.publish("Force 0")
    machines.step()
    address = f"/tiles/{first}/hex/4/8/5.mvt"
    assert client.get(address).status_code == 200
    for number in range(1, 6):
        machines.publish(f"Force {number}")
        machines.step()
    gone, never = (refused(client.get(path), 404) for path in (address, address.replace(first, "0" * 16)))
    assert gone["code"] == "no_snapshot"
    assert gone == {name: text.replace("0" * 16, first) for name, text in never.items()}
    assert answered(client.get("/api/snapshot"))["force"] == "Force 5"


def test_a_version_that_is_deleted_while_it_is_opened_is_unknown_not_damaged(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(Settings.from_environment({"HARMGRID_DATA_DIR": str(machines.replica.store.directory)}))
    first = machines.publish("One")
    machines.step()
    machines.publish("Two")
    machines.step()
    store = machines.replica.store

    def deleted_meanwhile(_: Store, version: str) -> None:
        store.remove(version)
        raise SnapshotCorrupt(came="a file, missing", expected="it", do="nothing")

    monkeypatch.setattr(Store, "read", deleted_meanwhile)
    assert refused(app.test_client().get(f"/tiles/{first}/hex/4/8/5.mvt"), 404)["code"] == "no_snapshot"


def test_a_copy_that_was_fetched_anew_is_opened_anew(machines: Machines) -> None:
    app = create_app(Settings.from_environment({"HARMGRID_DATA_DIR": str(machines.replica.store.directory)}))
    opened = app.extensions["harmgrid_snapshots"]
    version = machines.publish("One")
    machines.step()
    before = opened.get("current")
    (machines.replica.store.folder(version) / "sectors.json").unlink()
    machines.follower.close()
    machines.follower = machines.another()
    machines.step()
    assert opened.get("current") is not before
    assert opened.get("current") is opened.get(version)
