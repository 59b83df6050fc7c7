"""Servers on different machines, each with a data folder of its own, that follow an object store."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harmgrid.snapshot import Store
from tests.force_builder import Force, environment, program, rows, run, write_archive
from tests.server.test_serve import PATIENCE_SECONDS, free_port, read, serving
from tests.shared_store import BucketPlace, ObjectStore, object_store

CONVERGE_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class Machines:
    """A publisher's data folder, and an object store to share by."""

    publisher: Path
    store: ObjectStore
    settings: dict[str, str]
    place: BucketPlace
    grown: Path  # the records with one month more

    def grow(self) -> None:
        """Have more to publish."""
        shutil.copy(self.grown, self.publisher / "records.sqlite")

    def harmgrid(self, *words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        """A command on the publisher's machine."""
        return run(*words, data_dir=self.publisher, status=status, **self.settings)

    def current(self) -> str:
        return self.place.read("CURRENT").decode().strip()


@pytest.fixture(scope="module")
def grown(force: Force, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("grown")
    shutil.copy(force.data_dir / "records.sqlite", folder)
    more = [row | {"Month": "2022-06", "Crime ID": row["Crime ID"] and "f" + row["Crime ID"][1:]} for row in rows()]
    run("load", "police-uk", str(write_archive(folder / "more.zip", more)), data_dir=folder)
    return folder / "records.sqlite"


@pytest.fixture
def machines(force: Force, grown: Path, tmp_path: Path) -> Iterator[Machines]:
    """Nothing is published yet; the records of the small force are on the publisher's machine."""
    data = tmp_path / "publisher"
    data.mkdir()
    shutil.copy(force.data_dir / "records.sqlite", data)
    with object_store() as store:
        place = BucketPlace(store.endpoint, "harm/live")
        yield Machines(
            publisher=data,
            store=store,
            settings=store.settings | {"HARMGRID_SNAPSHOTS_URL": place.url},
            place=place,
            grown=grown,
        )
        place.close()


def until(true: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def shown(address: str) -> str:
    return read(f"{address}/healthz")["snapshot"]


def published(machines: Machines, *, seen_by: tuple[str, ...] = ()) -> str:
    """Publish, and wait until all these servers show it."""
    machines.harmgrid("publish")
    version = machines.current()
    for address in seen_by:
        until(lambda address=address: shown(address) == version, f"{address} does not follow", CONVERGE_SECONDS)  # type: ignore[misc]
    return version


@contextmanager
def asking(*addresses: str) -> Iterator[list[dict[str, Any]]]:
    """Somebody who asks these servers for their ranked sectors all the time; the answers."""
    answers: list[dict[str, Any]] = []
    over = threading.Event()

    def ask(address: str) -> None:
        while not over.is_set():
            with urllib.request.urlopen(f"{address}/api/sectors", timeout=PATIENCE_SECONDS) as response:  # noqa: S310
                answers.append(json.load(response))

    threads = [threading.Thread(target=ask, args=(address,)) for address in addresses]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_two_machines_follow_a_publish_and_a_rollback_and_never_mix_two_snapshots(
    machines: Machines, tmp_path: Path
) -> None:
    first = published(machines)
    with (
        serving(tmp_path / "one", "--workers", "2", **machines.settings) as (_, one),
        serving(tmp_path / "two", **machines.settings) as (_, two),
    ):
        assert {shown(one), shown(two)} == {first}, "a machine with nothing fetches before it answers"
        with asking(one, two) as answers:
            machines.grow()
            second = published(machines, seen_by=(one, two))
            done = machines.harmgrid("rollback")
            assert done.stdout == f"Snapshot {first} is served, not {second}.\n"
            for address in (one, two):
                until(lambda address=address: shown(address) == first, "no rollback")  # type: ignore[misc]
        whole = {answer["snapshot"]: answer for answer in answers}
        assert set(whole) == {first, second}
        assert whole[first]["total"] != whole[second]["total"]
        assert all(answer == whole[answer["snapshot"]] for answer in answers)
        for address in (one, two):
            tile = f"{address}/tiles/{second}/hex/4/8/5.mvt"
            with urllib.request.urlopen(tile, timeout=PATIENCE_SECONDS) as response:  # noqa: S310 - our own address
                assert response.status == 200, "the later one is still here"
            assert 0 <= pointer_age_s(address) < PATIENCE_SECONDS
    lines = machines.harmgrid("snapshots").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [second, first]
    assert [line.endswith("current") for line in lines] == [False, True]


def pointer_age_s(address: str) -> float:
    with urllib.request.urlopen(f"{address}/metrics", timeout=PATIENCE_SECONDS) as response:  # noqa: S310 - our own
        lines = response.read().decode().splitlines()
    (age,) = [line.split()[1] for line in lines if line.startswith("harmgrid_pointer_age_seconds ")]
    return float(age)


def test_a_machine_with_nothing_says_so_until_there_is_something(machines: Machines, tmp_path: Path) -> None:
    """First the store is down, then it is empty, then somebody publishes."""
    machines.store.stop()
    with started(tmp_path / "one", machines.settings) as (process, address):
        until(lambda: answer(address) == "no_snapshot", "it does not answer")
        machines.store.start()
        BucketPlace(machines.store.endpoint, "harm/live").close()  # the bucket is forgotten, too
        version = published(machines)
        until(lambda: answer(address) == version, "it does not find what was published")
        log = stopped(process)
    assert "which does not do what it is asked" in log[0]
    assert log[-1] == "The shared snapshots are followed again."
    assert len(log) == len(set(log)), "each thing once"


def test_a_store_that_goes_down_is_told_once_and_the_copy_is_served_even_after_a_restart(
    machines: Machines, tmp_path: Path
) -> None:
    version, data = published(machines), tmp_path / "one"
    with serving(data, "--workers", "2", **machines.settings) as (process, address):
        assert shown(address) == version
        machines.store.stop()
        assert process.stderr
        assert "which does not do what it is asked" in process.stderr.readline()
        told_at_s = pointer_age_s(address)
        until(lambda: pointer_age_s(address) > told_at_s + 4, "the age of the pointer does not grow")
        assert {shown(address) for _ in range(8)} == {version}
        assert stopped(process) == []
    with serving(data, **machines.settings) as (_, address):
        assert shown(address) == version
    (line,) = machines.harmgrid("publish", status=1).stderr.splitlines()
    assert f"{machines.place.url}, which does not do what it is asked" in line
    assert machines.settings["AWS_SECRET_ACCESS_KEY"] not in line


def test_what_is_damaged_there_is_refused_and_named_once_and_taken_when_it_is_mended(
    machines: Machines, tmp_path: Path
) -> None:
    first = published(machines)
    with serving(tmp_path / "one", **machines.settings) as (process, address):
        assert process.stderr
        machines.place.write("CURRENT", b"0" * 16)
        assert "0" * 16 in process.stderr.readline()
        assert shown(address) == first
        machines.grow()
        second = published_damaged(machines, "cube-sectors-count.npy")
        assert f"{second}/cube-sectors-count.npy, with other bytes" in process.stderr.readline()
        assert shown(address) == first
        assert published(machines) == second
        until(lambda: shown(address) == second, "it does not take what was mended")
        assert stopped(process) == ["The shared snapshots are followed again."]


def published_damaged(machines: Machines, name: str) -> str:
    """Publish elsewhere, and bring that where the machines look, pointer last, with one byte flipped in a file."""
    elsewhere = BucketPlace(machines.store.endpoint, "harm/elsewhere")
    run(
        "publish",
        data_dir=machines.publisher,
        status=0,
        **machines.settings | {"HARMGRID_SNAPSHOTS_URL": elsewhere.url},
    )
    for found in sorted(elsewhere.names(), reverse=True):
        data = elsewhere.read(found)
        machines.place.write(found, bytes([*data[:-1], data[-1] ^ 1]) if found.endswith(f"/{name}") else data)
    elsewhere.close()
    return machines.current()


def test_a_publisher_killed_while_it_uploads_has_changed_nothing_and_the_next_goes_on(
    machines: Machines, tmp_path: Path
) -> None:
    first = published(machines)
    with serving(tmp_path / "one", **machines.settings) as (_, address):
        machines.grow()
        before = machines.place.names()
        process = subprocess.Popen(
            [program(), "publish"],
            env=environment(machines.publisher, **machines.settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: bool(machines.place.names() - before), "nothing is uploaded")
        process.kill()
        process.wait()
        left = {name.rpartition("/")[2] for name in machines.place.names() - before}
        assert "manifest.json" not in left
        assert (machines.current(), shown(address)) == (first, first)
        assert Store(directory=machines.publisher).current() == first, "nor on its own machine"
        second = published(machines, seen_by=(address,))
        assert second != first
    lines = machines.harmgrid("snapshots").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [second, first]


def test_a_folder_that_machines_share_does_as_well(machines: Machines, tmp_path: Path) -> None:
    settings = {"HARMGRID_SNAPSHOTS_URL": f"file://{tmp_path}/shared"}
    run("publish", data_dir=machines.publisher, status=0, **settings)
    with serving(tmp_path / "one", **settings) as (_, address):
        first = shown(address)
        machines.grow()
        run("publish", data_dir=machines.publisher, status=0, **settings)
        until(lambda: shown(address) != first, "it does not follow")
        second = shown(address)
        done = run("rollback", data_dir=tmp_path / "another machine", status=0, **settings)
        assert done.stdout == f"Snapshot {first} is served, not {second}.\n"
        until(lambda: shown(address) == first, "it does not follow")


@pytest.mark.parametrize("url", ["gs://bucket/harm", "s3://key:hunter2@bucket/harm", "simplecache::s3://bucket"])
def test_a_place_of_another_kind_is_refused_with_what_to_do(tmp_path: Path, url: str) -> None:
    (line,) = run("publish", data_dir=tmp_path, status=1, HARMGRID_SNAPSHOTS_URL=url).stderr.splitlines()
    assert "write one of the two" in line
    assert "hunter2" not in line


@contextmanager
def started(data_dir: Path, settings: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server that may have nothing to serve yet."""
    port = free_port()
    process = subprocess.Popen(
        [program(), "serve", "--port", str(port)],
        env=environment(data_dir, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def answer(address: str) -> str:
    """The version that a server shows, or the code of its error; empty while it does not listen."""
    try:
        return shown(address)
    except urllib.error.HTTPError as error:
        return str(json.load(error)["error"]["code"])
    except urllib.error.URLError:
        return ""


def stopped(process: subprocess.Popen[str]) -> list[str]:
    """End a server as an operator would; the lines of its log that were not read yet."""
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, log
    return log.splitlines()
