"""The cache of one process, bounded by bytes: what was not asked for the longest goes first."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from server.cache.interface import Cache, Key, Outcome, Told

_OVERHEAD = 400  # bytes that an entry takes beside its value: key, dictionary, objects


class LocalCache(Cache):
    """Values in this process, up to a number of bytes."""

    def __init__(self, most_bytes: int, *, told: Told) -> None:
        super().__init__(told=told)
        self._most_bytes = most_bytes
        self._bytes = 0
        self._values: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    @property
    def size(self) -> int:
        """How many bytes are held."""
        return self._bytes

    def _at_hand(self, key: Key) -> bytes | None:
        with self._lock:
            value = self._values.get(key.name)
            if value is not None:
                self._values.move_to_end(key.name)
            return value

    def _find_or_make(self, key: Key, make: Callable[[], bytes]) -> tuple[bytes, Outcome]:
        found = self._at_hand(key)  # it may have come between the first look and this one
        if found is not None:
            return found, "hit"
        value = make()
        self._keep(key.name, value)
        return value, "miss"

    def _keep(self, name: str, value: bytes) -> None:
        weight = len(value) + _OVERHEAD
        if weight > self._most_bytes:
            return
        with self._lock:
            self._values[name] = value
            self._bytes += weight
            while self._bytes > self._most_bytes:
                _, gone = self._values.popitem(last=False)
                self._bytes -= len(gone) + _OVERHEAD
