"""The snapshots that a server has open. A request takes one at its start and keeps it to its end."""

import time
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from flask import current_app

from harmgrid.errors import NoSnapshot, SnapshotCorrupt
from harmgrid.replica import seen_file
from harmgrid.snapshot import Snapshot, Store

CURRENT = "current"
_KEPT_OPEN = 4


class Snapshots:
    """Snapshots by version, the last few used kept open."""

    def __init__(self, directory: Path) -> None:
        self._store = Store(directory=directory)
        self._open: OrderedDict[tuple[str, int], Snapshot] = OrderedDict()  # by version and folder
        self._lock = Lock()

    def get(self, version: str) -> Snapshot:
        """The snapshot of a version, or the current one.

        Raises:
            NoSnapshot: no such version, or nothing published.
            SnapshotCorrupt: a file of it is missing or has another size.
        """
        if version == CURRENT:
            version = self._store.current()
        with self._lock:
            key = version, self._store.inode(version)  # what was deleted meanwhile is not served from memory either
            snapshot = self._open.pop(key, None) or self._read(version)
            self._open[key] = snapshot
            while len(self._open) > _KEPT_OPEN:
                self._open.popitem(last=False)
        return snapshot

    def has(self, version: str) -> bool:
        """Whether a snapshot is still there."""
        try:
            self._store.inode(version)
        except NoSnapshot:
            return False
        return True

    def _read(self, version: str) -> Snapshot:
        try:
            return self._store.read(version)
        except SnapshotCorrupt:
            self._store.inode(version)  # deleted while it was read: then it is unknown, not damaged
            raise

    def pointer_age_s(self) -> float | None:
        """Seconds since this machine last saw where the shared pointer points; none if it never did."""
        try:
            return max(0.0, time.time() - seen_file(self._store.directory).stat().st_mtime)
        except FileNotFoundError:
            return None


def snapshot_of(version: str) -> Snapshot:
    """The snapshot of a version, from the app that handles this request."""
    snapshots: Snapshots = current_app.extensions["harmgrid_snapshots"]
    return snapshots.get(version)
