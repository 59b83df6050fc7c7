"""Who works on the parts of a load or a publish: processes of this machine, or a dask cluster, with the same results.

Everything goes through `concurrent.futures.Executor`. Results come in the order of the parts, few parts are in memory
at a time, and a part whose worker died is done again.
"""

import os
import signal
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

from loky import ProcessPoolExecutor

from harmgrid.errors import WorkersUnusable

Part = TypeVar("Part")
Result = TypeVar("Result")

TRIES = 3  # at one part: one that kills its worker each time is the part's fault
_DASK_PATIENCE_SECONDS = 5
_LOOK_SECONDS = 1  # between two looks of a worker whether it is still wanted


class Workers:
    """Some workers; one is this process itself."""

    def __init__(
        self, count: int = 1, start: Callable[[], Executor] = ThreadPoolExecutor, *, ready: bool = False
    ) -> None:
        self._count = count
        self._start = start
        self._executor: Executor | None = start() if ready else None

    def in_order(self, task: Callable[[Part], Result], parts: Iterable[Part], *, few: int = 1) -> Iterator[Result]:
        """What a task of the top of a module makes of each part, in the order of the parts.

        Parts are taken as there is room for them: one waits beside those that are worked on. Where workers have yet to
        start, which takes a second, the first `few` parts are done here, and only if there are more do they start.

        Raises:
            WorkersUnusable: a part was not done after `TRIES` workers had died over it.
        """
        remaining = iter(parts)
        if self._count == 1:
            yield from map(task, remaining)
            return
        if not self._executor:
            yield from map(task, islice(remaining, few))
        waiting: deque[tuple[Part, Future[Result]]] = deque()
        try:
            for part in remaining:
                waiting.append((part, self._submit(task, part)))
                if len(waiting) > self._count:
                    yield self._next(task, waiting)
            while waiting:
                yield self._next(task, waiting)
        finally:
            for _, unwanted in waiting:
                unwanted.cancel()

    def stop(self) -> None:
        """Let go of the workers."""
        if self._executor:
            self._executor.shutdown(wait=True)
        self._executor = None

    def _submit(self, task: Callable[[Part], Result], part: Part) -> Future[Result]:
        self._executor = self._executor or self._start()
        try:
            return self._executor.submit(task, part)
        except BrokenExecutor as error:  # a worker died meanwhile: told when the result is asked for
            told: Future[Result] = Future()
            told.set_exception(error)
            return told

    def _next(self, task: Callable[[Part], Result], waiting: deque[tuple[Part, Future[Result]]]) -> Result:
        """The result of the first part, after new workers for all of them as often as it takes."""
        for _ in range(TRIES):
            try:
                result = waiting[0][1].result()
            except BrokenExecutor:
                self.stop()
                parts = [part for part, _ in waiting]
                waiting.clear()
                waiting.extend((part, self._submit(task, part)) for part in parts)
            else:
                waiting.popleft()
                return result
        raise WorkersUnusable(
            came=f"a part of the work over which {TRIES} workers died",
            expected="workers that live",
            do="give each more memory, or use fewer with --processes",
        )


HERE = Workers()


@contextmanager
def open_workers(processes: int | None = None, dask: str | None = None) -> Iterator[Workers]:
    """Workers for as long as the block lasts: those of a dask cluster if one is named, else processes.

    Args:
        processes: how many; as many as this process may use processors if it is not said.
        dask: the address of a scheduler, `tcp://host:port` or `tls://host:port`. Its workers need this version of
            harmgrid and nothing else: neither the database nor a folder.

    Raises:
        WorkersUnusable: no such cluster, or it has no workers.
    """
    with _dask_workers(dask) if dask else _processes(processes or len(os.sched_getaffinity(0))) as workers:
        try:
            yield workers
        finally:
            workers.stop()


@contextmanager
def _processes(count: int) -> Iterator[Workers]:
    with warnings.catch_warnings():
        # loky renews workers that have grown by 300 MB, which large parts may well do: nothing that a person need know.
        warnings.filterwarnings("ignore", "A worker was restarted", UserWarning)
        # Python's own pool can wait for ever once a worker was killed: one that starts meanwhile is never told.
        yield Workers(count, lambda: ProcessPoolExecutor(count, initializer=_begin_worker, initargs=(os.getpid(),)))


def _begin_worker(parent: int) -> None:
    """Leave Ctrl+C to the process that began this one, and end with it however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)


@contextmanager
def _dask_workers(address: str) -> Iterator[Workers]:
    if urlsplit(address).scheme not in {"tcp", "tls"} or not urlsplit(address).netloc:
        raise _unusable(address, "which is no address of a dask scheduler")
    try:
        import dask  # these are an extra: one machine does without
        import distributed as untyped  # as above
    except ImportError as error:
        raise _unusable(address, "but dask is not installed") from error
    distributed: Any = untyped
    try:
        client = distributed.Client(address, timeout=_DASK_PATIENCE_SECONDS)
    except (OSError, ValueError) as error:
        raise _unusable(address, "where no scheduler answers") from error
    # A part is all that its worker gets, so tasks are large on purpose.
    with client, dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"}):
        threads = sum(client.nthreads().values())
        if not threads:
            raise _unusable(address, "whose cluster has no workers")
        try:
            # Two parts a thread, so that none waits for the next one to come over the network.
            yield Workers(2 * threads, lambda: client.get_executor(pure=False), ready=True)
        except (distributed.KilledWorker, CancelledError, OSError) as error:
            raise _unusable(address, f"which lost workers or its scheduler ({type(error).__name__})") from error


def _unusable(address: str, how: str) -> WorkersUnusable:
    return WorkersUnusable(
        came=f"--dask {address[:80]!r}, {how}",
        expected="the scheduler of a dask cluster with workers, and harmgrid[dask] installed on both sides",
        do="start them with dask scheduler and dask worker, or leave --dask out",
    )
