"""A breaker: after one failure nobody asks again, until a thread in the background finds that all is well."""

from collections.abc import Callable
from threading import Event, Lock, Thread

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 5.0


class Breaker:
    """Closed while the thing behind it answers. No request ever waits to find out whether it does again."""

    def __init__(self, well: Callable[[], bool], *, told: Callable[[str], None]) -> None:
        self._well = well
        self._told = told
        self._lock = Lock()
        self._stopped = Event()
        self._closed = True
        self._prober: Thread | None = None

    @property
    def closed(self) -> bool:
        """Whether asking makes sense."""
        return self._closed

    def trip(self, why: str) -> None:
        """Something failed: nobody asks until it is well again."""
        with self._lock:
            if not self._closed or self._stopped.is_set():
                return
            self._closed = False
            self._prober = Thread(target=self._probe, name="cache-breaker", daemon=True)
            self._prober.start()
        self._told(f"failed ({why}); going on without it")

    def stop(self) -> None:
        """Stop asking, for good."""
        self._stopped.set()
        self._closed = False
        prober = self._prober
        if prober:
            prober.join()

    def _probe(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopped.wait(pause):
            if self._well():
                with self._lock:
                    self._closed = not self._stopped.is_set()
                self._told("answers again")
                return
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
