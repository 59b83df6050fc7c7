"""The thread by which a server follows the snapshots that machines share."""

import fcntl
import logging
import os
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import TextIO

from flask import Flask

from harmgrid.errors import HarmgridError
from harmgrid.remote import Remote
from harmgrid.replica import Replica, room
from harmgrid.snapshot import Store
from server.app import create_app
from server.settings import Settings

INTERVAL_S = 1.0
LONGEST_WAIT_S = 30.0  # between two tries to fetch what is damaged

_log = logging.getLogger(__name__)


def served_app() -> Flask:
    """The application of one of the server's processes, with the environment's settings.

    Where snapshots are shared a thread follows them. With nothing here to serve, what is current is fetched first.
    """
    settings = Settings.from_environment(os.environ)
    if settings.snapshots_url:
        store = Store(directory=settings.data_dir, follows=True)
        replica = Replica(store=store, remote=Remote(settings.snapshots_url))
        follower = Follower(replica)
        if replica.served() is None:
            follower.step()
        Thread(target=follower.run, args=(Event(),), name="following", daemon=True).start()
    return create_app(settings)


class Follower:
    """Looks where the shared pointer points, and has this machine serve that. Of its processes only one does."""

    def __init__(self, replica: Replica, clock: Callable[[], float] = time.monotonic) -> None:
        self._replica = replica
        self._clock = clock
        self._lead: TextIO | None = None  # held to the end of this process
        self._verified = ""  # the version of which every byte was held against its manifest
        self._refused = ""
        self._wait_s = 0.0
        self._again_at = 0.0
        self._told = ""

    def run(self, stop: Event) -> None:
        """Follow until told to stop."""
        while not stop.wait(INTERVAL_S):
            self.step()
        self.close()

    def step(self) -> None:
        """Look once. What goes wrong is told in the log, once until it is another thing, and tried again later."""
        try:
            with self._replica.turn():  # at the start the others wait here while one fetches
                if self._leads():
                    self._follow()
        except (HarmgridError, OSError) as error:
            self._tell(str(error))
        except Exception as error:  # noqa: BLE001 - a thread that ends would leave this machine behind for good
            self._tell(f"following the shared snapshots failed with {type(error).__name__}", error)

    def close(self) -> None:
        """Leave it to another process of this machine to look."""
        if self._lead is not None:
            self._lead.close()
            self._lead = None

    def _leads(self) -> bool:
        """Whether it is this process that looks. Another takes over when that ends."""
        if self._lead is None:
            lock = (room(self._replica.store.directory) / "following.lock").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
            else:
                self._lead = lock
        return self._lead is not None

    def _follow(self) -> None:
        version = self._replica.pointer()
        if version == self._refused and self._clock() < self._again_at:
            return
        served = self._replica.served()
        if version != self._verified or served is None or served.name != version:
            self._switch_to(version)
        self._tell("")

    def _switch_to(self, version: str) -> None:
        try:
            self._replica.switch_to(version)
        except (HarmgridError, OSError):
            again = version == self._refused
            self._wait_s = min(LONGEST_WAIT_S, 2 * self._wait_s) if again else INTERVAL_S
            self._refused, self._again_at = version, self._clock() + self._wait_s
            raise
        self._verified, self._refused = version, ""

    def _tell(self, problem: str, error: Exception | None = None) -> None:
        if problem != self._told:
            _log.warning(problem or "The shared snapshots are followed again.", exc_info=error)
        self._told = problem
