"""Values up to a number of bytes: what was not asked for the longest goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)
Value = TypeVar("Value")

_OVERHEAD = 400  # bytes that an entry takes beside its value: name, dictionary, objects


class Bounded(Generic[Name, Value]):
    """Values by name; threads may share it."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._values: OrderedDict[Name, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    @property
    def size(self) -> int:
        """How many bytes are held."""
        return self._bytes

    def get(self, name: Name) -> Value | None:
        """The value, if it is still held."""
        with self._lock:
            found = self._values.get(name)
            if found is None:
                return None
            self._values.move_to_end(name)
            return found[0]

    def put(self, name: Name, value: Value, size: int) -> None:
        """Hold a value of that many bytes, unless it is larger than all that may be held."""
        weight = size + _OVERHEAD
        if weight > self._most_bytes:
            return
        with self._lock:
            self._bytes += weight - self._values.pop(name, (value, 0))[1]
            self._values[name] = value, weight
            while self._bytes > self._most_bytes:
                _, (_, gone) = self._values.popitem(last=False)
                self._bytes -= gone
