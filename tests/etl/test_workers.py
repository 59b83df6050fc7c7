"""Workers give results in the order of the parts, whoever dies meanwhile; and nothing of them stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from etl.workers import TRIES, Workers, open_workers
from harmgrid.errors import UnweighedEvents, WorkersUnusable
from tests.killed_workers import dask_cluster

ROOT = Path(__file__).resolve().parents[2]


class Number(NamedTuple):
    """A part: a number, and a file that the worker of this number leaves when it dies."""

    value: int
    grave: Path | None = None


def square(number: Number) -> int:
    """Its square; the first worker that gets a number with a grave dies over it."""
    if number.grave and not number.grave.exists():
        number.grave.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number.value**2


def die(_: Number) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def refuse(number: Number) -> int:
    raise UnweighedEvents(came=f"the number {number.value}", expected="another", do="ask again")


def worker_of(_: Number) -> int:
    time.sleep(0.05)
    return os.getpid()


NUMBERS = [Number(value) for value in range(6)]
SQUARES = [0, 1, 4, 9, 16, 25]


@pytest.mark.quick
def test_one_worker_is_this_process() -> None:
    assert set(Workers().in_order(worker_of, NUMBERS)) == {os.getpid()}


@pytest.mark.quick
def test_parts_are_taken_only_as_results_are() -> None:
    taken = []

    def parts() -> Iterator[Number]:
        for number in NUMBERS:
            taken.append(number.value)
            yield number

    results = Workers().in_order(square, parts())
    assert (next(results), taken) == (0, [0])


def test_a_few_parts_are_done_here_and_more_by_others() -> None:
    with open_workers(2) as workers:
        pids = list(workers.in_order(worker_of, NUMBERS, few=2))
    assert pids[:2] == [os.getpid()] * 2
    assert os.getpid() not in pids[2:]


def test_at_most_one_part_waits_beside_those_that_are_worked_on() -> None:
    taken: list[int] = []

    def parts() -> Iterator[Number]:
        for number in NUMBERS:
            taken.append(number.value)
            yield number

    with open_workers(2) as workers:
        results = workers.in_order(square, parts(), few=0)
        assert (next(results), taken) == (0, [0, 1, 2])
        assert (next(results), taken) == (1, [0, 1, 2, 3])


def test_a_part_whose_worker_was_killed_is_done_again(tmp_path: Path) -> None:
    parts = [Number(value, tmp_path / "grave" if value == 3 else None) for value in range(6)]
    with open_workers(2) as workers:
        assert list(workers.in_order(square, parts, few=0)) == SQUARES
    assert (tmp_path / "grave").exists()


def test_a_part_that_kills_every_worker_is_an_error_that_says_how_often() -> None:
    with open_workers(2) as workers, pytest.raises(WorkersUnusable, match=f"over which {TRIES} workers died"):
        list(workers.in_order(die, NUMBERS, few=0))


def test_an_error_of_a_worker_arrives_with_its_three_sentences() -> None:
    with open_workers(2) as workers, pytest.raises(UnweighedEvents) as caught:
        list(workers.in_order(refuse, NUMBERS, few=0))
    assert (caught.value.came, caught.value.expected, caught.value.do) == ("the number 0", "another", "ask again")


def test_workers_end_when_the_one_that_began_them_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        "from etl.workers import open_workers\n"
        "from tests.etl.test_workers import NUMBERS, worker_of\n"
        "if __name__ == '__main__':\n"
        "    with open_workers(2) as workers:\n"
        "        print(*set(workers.in_order(worker_of, NUMBERS, few=0)), flush=True)\n"
        "        time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, script], env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    deadline = time.monotonic() + 20
    while any(map(running, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert pids
    assert not any(map(running, pids))


def running(pid: int) -> bool:
    """Whether a process is there and does something; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_dask_cluster_does_the_same_and_survives_a_killed_worker(tmp_path: Path) -> None:
    parts = [Number(value, tmp_path / "grave" if value == 3 else None) for value in range(6)]
    with dask_cluster() as cluster, open_workers(dask=cluster.address) as workers:
        assert list(workers.in_order(square, parts)) == SQUARES
        assert os.getpid() not in set(workers.in_order(worker_of, NUMBERS))
        with pytest.raises(UnweighedEvents, match="the number 0"):
            list(workers.in_order(refuse, NUMBERS))
    assert (tmp_path / "grave").exists()


@pytest.mark.parametrize(
    ("address", "how"),
    [
        ("tcp://127.0.0.1:9", "where no scheduler answers"),
        ("http://127.0.0.1:8786", "which is no address of a dask scheduler"),
        ("inproc://1", "which is no address of a dask scheduler"),
        ("tcp://", "which is no address of a dask scheduler"),
    ],
)
def test_an_address_without_a_cluster_is_refused_with_the_reason(address: str, how: str) -> None:
    with pytest.raises(WorkersUnusable, match=how), open_workers(dask=address):
        pass
