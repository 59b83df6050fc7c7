"""The snapshots that a server has open. A request takes one at its start and keeps it to its end."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from flask import current_app

from harmgrid.snapshot import Snapshot, Store

CURRENT = "current"
_KEPT_OPEN = 4


class Snapshots:
    """Snapshots by version, the last few used kept open."""

    def __init__(self, directory: Path) -> None:
        self._store = Store(directory=directory)
        self._open: OrderedDict[str, Snapshot] = OrderedDict()
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
            snapshot = self._open.pop(version, None) or self._store.read(version)
            self._open[version] = snapshot
            while len(self._open) > _KEPT_OPEN:
                self._open.popitem(last=False)
        return snapshot


def snapshot_of(version: str) -> Snapshot:
    """The snapshot of a version, from the app that handles this request."""
    snapshots: Snapshots = current_app.extensions["harmgrid_snapshots"]
    return snapshots.get(version)
