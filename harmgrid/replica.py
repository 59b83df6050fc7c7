"""A store of this machine that follows one that several machines share: verified copies, the older ones deleted.

replica/fetching/       what is being fetched, laid out as a store; a snapshot leaves it whole or stays
replica/fetching.lock   held by whoever fetches, so that a machine fetches once
replica/fetched/        an empty file for each snapshot that was fetched: only these are ever deleted
replica/seen            empty; when the shared pointer was last read

Which version is current is for the shared pointer to say; the one of this store only follows.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harmgrid.errors import NoSnapshot, SnapshotCorrupt
from harmgrid.manifest import is_version
from harmgrid.remote import Progress, Remote
from harmgrid.snapshot import Store

KEPT = 3  # fetched snapshots beside the current one


@dataclass(frozen=True, kw_only=True)
class Replica:
    """The store of this machine, and the one that it follows."""

    store: Store
    remote: Remote

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The turn of whoever fetches on this machine."""
        self._room.mkdir(parents=True, exist_ok=True)
        with (self._room / "fetching.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def pointer(self) -> str:
        """The version that all machines are to serve. In one's turn.

        Raises:
            NoSnapshot: nothing has been published.
            SnapshotCorrupt: the pointer is no version.
            SharedStoreUnusable: it cannot be asked.
        """
        version = self.remote.current()
        seen_file(self.store.directory).touch()
        return version

    def switch_to(self, version: str) -> None:
        """Serve this version here, once every byte of it is here and verified. In one's turn.

        Raises:
            NoSnapshot: the shared store does not have it.
            SnapshotCorrupt: it is not there as it was published.
            SharedStoreUnusable: it cannot be fetched.
        """
        self._take(version, _unseen)
        if self.served() != self.store.folder(version):
            self.store.point_to(version)
        self._prune(version)

    def served(self) -> Path | None:
        """The folder of the snapshot that this machine serves, if it serves any."""
        try:
            folder = self.store.folder(self.store.current())
        except NoSnapshot:
            return None
        return folder if folder.is_dir() else None

    def share(self, version: str, progress: Progress) -> None:
        """Have a snapshot that was written here served by all machines.

        Raises:
            SharedStoreUnusable: it cannot be uploaded; all serve what they did.
        """
        (self._fetched / version).unlink(missing_ok=True)  # a publisher wrote it, so it stays
        self.remote.upload(version, self.store.folder(version), progress)
        self._point_to(version)

    def roll_back(self, version: str | None, progress: Progress) -> str:
        """Have all machines serve an older snapshot, or the one that was published before the current; its version.

        Raises:
            NoSnapshot: no such version, or none from before the current one.
            SnapshotCorrupt: it is not as it was published; the current one stays.
            SharedStoreUnusable: the shared store does not do its part.
        """
        current = self.remote.current()
        version = version or self._before(current)
        if self.store.is_whole(version):
            self.remote.upload(version, self.store.folder(version), progress)
        else:
            with self.turn():
                self._take_older(version, progress)
        self._point_to(version)
        return version

    def _take(self, version: str, progress: Progress) -> None:
        """Have a version here, fetched unless it is."""
        if self.store.is_whole(version):
            return
        staging = Store(directory=self._room / "fetching")
        for other in staging.directory.glob("snapshots/*"):
            if other.name != version:
                shutil.rmtree(other)
        self.remote.fetch(version, staging.folder(version), progress, like=self.served())
        staging.read(version)
        self._mark(version)
        self.store.install(staging.folder(version), version)

    def _take_older(self, version: str, progress: Progress) -> None:
        try:
            self._take(version, progress)
        except SnapshotCorrupt as error:
            raise SnapshotCorrupt(
                came=error.came, expected=error.expected, do="name another version, as harmgrid snapshots lists them"
            ) from error

    def _point_to(self, version: str) -> None:
        self.remote.point_to(version)
        self.store.point_to(version)

    def _before(self, current: str) -> str:
        kept = [found.version for found in self.remote.kept() if found.published_at]
        earlier = kept[: kept.index(current)] if current in kept else kept
        if not earlier:
            raise NoSnapshot(
                came=f"the snapshot {current}, before which none was published that is still in {self.remote.url}",
                expected="an older one to go back to",
                do="name a version, as harmgrid snapshots lists them, or run harmgrid publish",
            )
        return earlier[-1]

    def _prune(self, current: str) -> None:
        """Delete what was fetched here and is neither current nor one of the last that were."""
        if (self._fetched / current).exists():
            self._mark(current)
        marks = [mark for mark in self._fetched.glob("*") if is_version(mark.name) and mark.name != current]
        marks.sort(key=lambda mark: mark.stat().st_mtime_ns, reverse=True)
        for mark in marks[KEPT:]:
            self.store.remove(mark.name)
            mark.unlink(missing_ok=True)

    def _mark(self, version: str) -> None:
        self._fetched.mkdir(exist_ok=True)
        (self._fetched / version).touch()

    @property
    def _room(self) -> Path:
        return room(self.store.directory)

    @property
    def _fetched(self) -> Path:
        return self._room / "fetched"


def room(directory: Path) -> Path:
    """Where a replica keeps what is its own, within the folder of a store."""
    return directory / "replica"


def seen_file(directory: Path) -> Path:
    """The file that was touched when the shared pointer was last read; it may not exist."""
    return room(directory) / "seen"


def _unseen(done: int, total: int) -> None:
    """Nobody looks on."""
