"""Publishes over and over, and kills itself with -9 before every single step that touches the store.

Run as `python -m tests.publish_killed FOLDER`. For each step n a child process starts from a store that holds an old
snapshot, publishes a new one and dies before its nth open, rename, removal, new folder or sync; then what a reader sees
is printed: n, `old` or `new`, and how the child ended.
"""

import os
import shutil
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harmgrid.snapshot import Store
from tests.small_force import smallest_force

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

NOW = datetime(2022, 3, 1, tzinfo=UTC)
SEEN = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.listdir", "os.scandir", "shutil.rmtree"}


class Steps:
    """Counts the steps of a process that touch a folder, and ends it before the last one."""

    def __init__(self, folder: Path, last: int) -> None:
        self.folder = str(folder)
        self.left = last

    def watch(self) -> None:
        """From here on, every step counts."""
        sys.addaudithook(self.audit)
        os.fsync = self.count_sync

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in SEEN and arguments and str(arguments[0]).startswith(self.folder):
            self.step()

    def count_sync(self, fd: "FileDescriptorLike") -> None:  # noqa: ARG002  # takes the place of os.fsync
        self.step()

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def forget(fd: "FileDescriptorLike") -> None:  # takes the place of os.fsync
    """Instead of a sync."""


def publish_and_die(folder: Path, last: int) -> bool:
    """Whether a child that publishes in that folder was killed before that step, or had fewer steps and ended well."""
    child = os.fork()
    if child == 0:
        Steps(folder, last).watch()
        Store(directory=folder).write(replace(smallest_force(), force="New"), NOW)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError(f"the child failed with {status} at step {last}")
    return os.WIFSIGNALED(status)


def main(folder: Path) -> None:
    """Kill at every step, then once not at all."""
    os.fsync = forget  # who is killed loses nothing that was written, only a power cut does: no need to wait for disks
    old = folder / "old"
    Store(directory=old).write(replace(smallest_force(), force="Old"), NOW)
    step, killed = 0, True
    while killed:
        step += 1
        tried = folder / "tried"
        shutil.copytree(old, tried)
        killed = publish_and_die(tried, step)
        store = Store(directory=tried)
        seen = store.read(store.current(), verify=True).contents.force
        again = store.write(replace(smallest_force(), force="New"), NOW)
        whole = store.read(again, verify=True).contents.force == "New" and store.current() == again
        clean = len(list((tried / "snapshots").iterdir())) == 2 and not (tried / "CURRENT-next").exists()
        ended, after = "killed" if killed else "done", "mended" if whole and clean else "broken"
        sys.stdout.write(f"{step} {seen} {ended} {after}\n")
        shutil.rmtree(tried)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
