"""Single flight: of many threads that want the same at once, one fetches it and the others get what it brings."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Flights(Generic[T]):
    """What is being fetched at this moment, by name."""

    def __init__(self) -> None:
        self._under_way: dict[str, Future[T]] = {}
        self._lock = Lock()

    def run(self, name: str, fetch: Callable[[], T]) -> tuple[T, bool]:
        """What `fetch` brings, and whether another thread ran it. What it raises is raised to all who wait."""
        with self._lock:
            flight = self._under_way.get(name)
            joined = flight is not None
            if flight is None:
                flight = self._under_way[name] = Future()
        if joined:
            return flight.result(), True
        try:
            flight.set_result(fetch())
        except BaseException as error:  # also an interrupt: nobody may wait for ever
            flight.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._under_way[name]
        return flight.result(), False
