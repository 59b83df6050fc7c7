"""What every cache does, whatever keeps its values."""

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Literal

from server.cache.flights import Flights

# hit: found. joined: another request of this process was at it. miss: worked out here. error: so too, and the cache did
# not do its part.
Outcome = Literal["hit", "joined", "miss", "error"]

EVERYONE = "everyone"  # who may see it; there are no roles yet
_FORMAT = "1"  # of the values; with another one nothing that older servers wrote is found
_PROGRAM = f"{_FORMAT}:{version('harmgrid')}"


@dataclass(frozen=True, kw_only=True)
class Key:
    """What an answer depends on. Two spellings of one question are one key; two snapshots never share one."""

    snapshot: str
    layer: str
    zoom: int | None = None  # of tiles only
    question: str  # canonical; also holds what else tells two answers of a layer apart
    who: str = EVERYONE

    @cached_property
    def name(self) -> str:
        """The key as text of one length, in which nobody can read the question."""
        asked = "\0".join((_PROGRAM, self.layer, str(self.zoom), self.question))
        return f"harmgrid:{self.snapshot}:{self.who}:{hashlib.sha256(asked.encode()).hexdigest()}"


Told = Callable[[Key, Outcome, float], None]  # key, outcome, seconds


class Cache(ABC):
    """Bytes by key, each worked out once even if many ask at the same time."""

    def __init__(self, *, told: Told) -> None:
        self._flights: Flights[tuple[bytes, Outcome]] = Flights()
        self._told = told

    def fetch(self, key: Key, make: Callable[[], bytes]) -> bytes:
        """The value of a key, made if nobody has it. What `make` raises is raised, and nothing is kept."""
        started = time.perf_counter()
        found = self._at_hand(key)
        if found is not None:
            self._told(key, "hit", time.perf_counter() - started)
            return found
        (value, outcome), joined = self._flights.run(key.name, lambda: self._find_or_make(key, make))
        if joined and outcome != "hit":
            outcome = "joined"
        self._told(key, outcome, time.perf_counter() - started)
        return value

    def _at_hand(self, key: Key) -> bytes | None:  # noqa: ARG002 - for caches that need not ask elsewhere
        """The value, if it can be had without waiting for anybody."""
        return None

    @abstractmethod
    def _find_or_make(self, key: Key, make: Callable[[], bytes]) -> tuple[bytes, Outcome]:
        """The value and how it was come by; called by one thread at a time for each key."""
