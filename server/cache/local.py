"""The cache of one process, bounded by bytes."""

from collections.abc import Callable

from server.cache.bounded import Bounded
from server.cache.interface import Cache, Key, Outcome, Told


class LocalCache(Cache):
    """Values in this process, up to a number of bytes."""

    def __init__(self, most_bytes: int, *, told: Told) -> None:
        super().__init__(told=told)
        self._values: Bounded[str, bytes] = Bounded(most_bytes)

    @property
    def size(self) -> int:
        """How many bytes are held."""
        return self._values.size

    def _at_hand(self, key: Key) -> bytes | None:
        return self._values.get(key.name)

    def _find_or_make(self, key: Key, make: Callable[[], bytes]) -> tuple[bytes, Outcome]:
        found = self._at_hand(key)  # it may have come between the first look and this one
        if found is not None:
            return found, "hit"
        value = make()
        self._values.put(key.name, value, len(value))
        return value, "miss"
