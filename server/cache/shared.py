"""The cache in Redis, which many processes on many machines share.

Redis is never waited for: 50 ms at the most, no second try, and after one failure nobody asks until it is well again.
Of many processes that miss the same value one works it out, under a lock that expires; the others wait for that one
only, and not for long. Values and locks are signed with their names, and no more is read than a value may have.
"""

import logging
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis import Connection, ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.exceptions import ResponseError
from redis.retry import Retry

from server.cache.breaker import Breaker
from server.cache.envelope import OVERHEAD, Envelope
from server.cache.interface import Cache, Key, Outcome, Told

LARGEST = 4 << 20  # bytes of a value; larger ones are neither written nor read

_DEADLINE = struct.Struct(">d")
_Command = tuple[str | bytes | int, ...]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long the shared cache may take, in seconds."""

    answer: float = 0.05  # to connect, and to answer
    lock: float = 2.0  # of one who works a value out; then another may
    others: float = 1.0  # for what another process works out
    look: float = 0.005  # between two looks at whether it has
    keep: int = 7 * 24 * 3600  # values; whoever still asks for an old snapshot then has it worked out again


PATIENCE = Patience()


class SharedCache(Cache):
    """Values in a Redis."""

    def __init__(self, url: str, envelope: Envelope, *, told: Told, patience: Patience = PATIENCE) -> None:
        super().__init__(told=told)
        self.envelope = envelope
        self.patience = patience
        self.breaker = Breaker(self._well, told=lambda what: _log.warning("the cache in Redis %s", what))
        self._pool = ConnectionPool(**_pool_options(url, patience.answer))
        self._redis = Redis(connection_pool=self._pool)
        if not self._well():
            self.breaker.trip("at the start")

    def close(self) -> None:
        """Let go of every connection."""
        self.breaker.stop()
        self._pool.disconnect()

    def ask(self, *commands: _Command) -> list[Any] | None:
        """The replies to some commands, in one go; a refusal is one too. None: no reply, which trips the breaker."""
        pipeline = self._redis.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)  # type: ignore[no-untyped-call]  # the library's
        try:
            return list(pipeline.execute(raise_on_error=False))
        except Exception as error:  # noqa: BLE001 - whatever the client makes of what it meets, it is a miss
            self.breaker.trip(type(error).__name__)
            return None

    def _find_or_make(self, key: Key, make: Callable[[], bytes]) -> tuple[bytes, Outcome]:
        if not self.breaker.closed:
            return make(), "error"
        wanted = _Wanted(self, key.name)
        found = wanted.find()
        if found is not None:
            return found, "hit"
        value = None
        try:
            value = make()
        finally:
            wanted.leave(value)
        return value, "error" if wanted.trouble else "miss"

    def _well(self) -> bool:
        try:
            self._pool.disconnect(inuse_connections=False)  # those of before may hold half a reply
            return bool(self._redis.ping())
        except Exception:  # noqa: BLE001 - as above; a prober that dies would leave the breaker open for ever
            return False


class _Wanted:
    """One value that one thread wants from Redis. Once there was no reply it asks nothing more."""

    def __init__(self, cache: SharedCache, name: str) -> None:
        self.trouble = False  # the cache did not do what a cache does
        self._cache = cache
        self._name = name
        self._lock = f"{name}:lock"
        self._mine = False
        self._silent = False

    def find(self) -> bytes | None:
        """The value, if it is there or another process works it out in time. None: it is to be worked out here."""
        replies = self._ask(self._look())
        found = self._opened(replies[0])
        if found is not None or self._silent:
            return found
        patience = self._cache.patience
        deadline = self._cache.envelope.seal(self._lock, _DEADLINE.pack(time.time() + patience.lock))
        # The look comes second: whoever held the lock wrote the value before letting go of it.
        replies = self._ask(("SET", self._lock, deadline, "NX", "PX", int(patience.lock * 1000)), self._look())
        taken, found = replies[0], self._opened(replies[1])
        self._mine = taken is True  # what the client makes of OK
        if found is not None:
            self.leave(None)
            return found
        locked_by_another = taken is None and not self._silent
        return self._wait() if locked_by_another else None

    def leave(self, value: bytes | None) -> None:
        """Write the value, if there is one, and let go of the lock."""
        commands: list[_Command] = []
        if value is not None and len(value) <= LARGEST:
            sealed = self._cache.envelope.seal(self._name, value)
            commands.append(("SET", self._name, sealed, "EX", self._cache.patience.keep))
        if self._mine:
            commands.append(("DEL", self._lock))
        if commands:
            self._ask(*commands)

    def _wait(self) -> bytes | None:
        """Wait for the one who holds the lock; if that one leaves nothing, nobody else is waited for."""
        patience = self._cache.patience
        until = time.monotonic() + patience.others
        pause = patience.look
        while time.monotonic() < until:
            time.sleep(pause)
            pause = min(2 * pause, 4 * patience.look)
            lock, value = self._ask(("GETRANGE", self._lock, 0, OVERHEAD + _DEADLINE.size), self._look())
            found = self._opened(value)
            if found is not None or not self._held(lock):
                return found
        return None

    def _held(self, lock: object) -> bool:
        """Whether this is the lock of a server that may still be at work."""
        deadline = self._cache.envelope.open(self._lock, lock) if isinstance(lock, bytes) else None
        return deadline is not None and len(deadline) == _DEADLINE.size and _DEADLINE.unpack(deadline)[0] > time.time()

    def _look(self) -> _Command:
        return ("GETRANGE", self._name, 0, LARGEST + OVERHEAD)

    def _opened(self, reply: object) -> bytes | None:
        if not isinstance(reply, bytes) or not reply:
            return None
        value = self._cache.envelope.open(self._name, reply)
        self.trouble |= value is None
        return value

    def _ask(self, *commands: _Command) -> list[Any]:
        """The replies; None for each where Redis is silent."""
        replies = None if self._silent else self._cache.ask(*commands)
        if replies is None:
            self._silent = self.trouble = True
            return [None] * len(commands)
        self.trouble |= any(isinstance(reply, ResponseError) for reply in replies)
        return replies


def _pool_options(url: str, seconds: float) -> dict[str, Any]:
    """Ours come last: a URL can set options too, and may not make the server wait."""
    return {
        "connection_class": Connection,
        **parse_url(url),  # type: ignore[no-untyped-call]  # the library's
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        "retry": Retry(NoBackoff(), 0),
        "retry_on_error": [],
        "health_check_interval": 0,
        "decode_responses": False,
        "protocol": 2,  # no greeting, so one reply less to wait for
        "driver_info": None,
    }
