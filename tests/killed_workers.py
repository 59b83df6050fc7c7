"""Workers to be killed: those of this process, and a dask cluster for as long as a test lasts."""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from distributed import LocalCluster


class Cluster(NamedTuple):
    """What a test needs of it."""

    address: str  # of its scheduler
    kill_worker: Callable[[], None]


@contextmanager
def dask_cluster() -> Iterator[Cluster]:
    """The cluster. What it logs of workers that a test kills is left out."""
    untyped: Any = LocalCluster
    with untyped(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # without one it would listen on 8787, for all
        silence_logs=logging.CRITICAL,
    ) as cluster:
        first = next(iter(cluster.workers.values()))
        yield Cluster(cluster.scheduler_address, lambda: os.kill(first.pid, signal.SIGKILL))


def kill_a_process() -> None:
    """Kill the first worker that this process has started."""
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    workers = [pid for pid in children if b"LokyProcess" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(workers[0], signal.SIGKILL)
