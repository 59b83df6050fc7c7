"""Shares a snapshot over and over, and kills itself with -9 before every single thing that it sends.

Run as `python -m tests.share_killed URL FOLDER EVERY`. For each step n, or each EVERY-th, a child process shares a new
snapshot in a place below URL that has an old one, and dies before its nth file or pointer; then what a machine with
nothing yet fetches is printed: n, `old` or `new`, how the child ended, and whether sharing again mends all.
"""

import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from harmgrid.remote import Remote
from harmgrid.replica import Replica
from harmgrid.snapshot import Store
from tests.small_force import smallest_force

NOW = datetime(2022, 3, 1, tzinfo=UTC)


def unseen(done: int, total: int) -> None:
    """Nobody looks on."""


def die_before(step: int) -> None:
    """From here on this process counts what it sends, and ends before that."""
    put, lock, left = Remote._put, Lock(), [step]

    def counted(self: Remote, *what: object) -> None:
        with lock:  # files are sent by several threads
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        put(self, *what)  # type: ignore[arg-type]  # handed on as they came

    Remote._put = counted  # type: ignore[assignment]  # the purpose


def share_and_die(url: str, store: Store, version: str, step: int) -> bool:
    """Whether a child that shares a snapshot was killed before that step, or had fewer steps and ended well."""
    child = os.fork()
    if child == 0:
        die_before(step)
        Replica(store=store, remote=Remote(url)).share(version, unseen)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError(f"the child failed with {status} at step {step}")
    return os.WIFSIGNALED(status)


def shown(url: str, folder: Path) -> str:
    """The force that a machine with this folder shows once it has looked."""
    replica = Replica(store=Store(directory=folder, follows=True), remote=Remote(url))
    with replica.turn():
        replica.switch_to(replica.pointer())
    return replica.store.read(replica.store.current(), verify=True).contents.force


def main(url: str, folder: Path, every: int) -> None:
    """Kill at every step, then once not at all."""
    store = Store(directory=folder / "publisher", follows=True)
    old = store.write(replace(smallest_force(), force="Old"), NOW)
    new = store.write(replace(smallest_force(), force="New"), NOW)
    step, killed = 1, True
    while killed:
        place = f"{url}/{step}"
        Replica(store=store, remote=Remote(place)).share(old, unseen)
        killed = share_and_die(place, store, new, step)
        seen = shown(place, folder / f"{step}")
        Replica(store=store, remote=Remote(place)).share(new, unseen)
        mended = all(shown(place, folder / name) == "New" for name in (f"{step}", f"{step} afresh"))
        sys.stdout.write(f"{step} {seen} {'killed' if killed else 'done'} {'mended' if mended else 'broken'}\n")
        step += every


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
