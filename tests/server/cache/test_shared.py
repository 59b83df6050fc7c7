"""The cache in a real Redis, ill-treated: every fetch brings the right bytes, and none waits long for them.

Waits are held against the cache's own limits, added up, not against a clock of this machine.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from server.cache.envelope import Envelope
from server.cache.interface import Cache, Key
from server.cache.shared import LARGEST, PATIENCE, Patience, SharedCache
from tests.redis_server import RedisServer, redis_server
from tests.server.cache.test_local import Log, key, never

ENVELOPE = Envelope(b"s" * 32)
PATIENT = Patience(answer=10)  # for what must happen, however busy this machine is
MANY = 40


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis of the test's own, which it may ill-treat."""
    with redis_server() as server:
        yield server


@contextmanager
def opened(url: str, log: Log | None = None, patience: Patience = PATIENCE) -> Iterator[SharedCache]:
    cache = SharedCache(url, ENVELOPE, told=log or Log(), patience=patience)
    try:
        yield cache
    finally:
        cache.close()


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def value_of(i: int) -> bytes:
    return f"value {i} ".encode() * 50


def fetch_many(cache: Cache, first: int = 0) -> None:
    """Forty values, each asked for three times, and each right."""
    for i in [*range(first, first + MANY)] * 3:
        assert cache.fetch(key(str(i)), lambda i=i: value_of(i)) == value_of(i)  # type: ignore[misc]  # bound now


def test_a_value_is_found_by_every_process_that_has_the_secret(redis: RedisServer) -> None:
    log = Log()
    with opened(redis.url, log, PATIENT) as one, opened(redis.url, log, PATIENT) as other:
        assert one.fetch(key(), lambda: b"a") == b"a"
        assert other.fetch(key(), never) == b"a"
        assert one.fetch(key("empty"), lambda: b"") == b""
        assert other.fetch(key("empty"), never) == b""
    assert log.outcomes == {"miss": 2, "hit": 2}


def test_over_tcp_it_is_the_same() -> None:
    port = "0"
    with redis_server("--requirepass", "pass:word") as server:
        with server.client(password="pass:word") as client:  # noqa: S106 - of the test
            for port in map(str, range(20_000 + os.getpid() % 10_000, 60_000)):
                client.config_set("port", port)
                if client.config_get("port")["port"] == port:
                    break
        with opened(f"redis://:pass%3Aword@127.0.0.1:{port}/3", patience=PATIENT) as cache:
            assert cache.fetch(key(), lambda: b"a") == b"a"
            assert cache.fetch(key(), never) == b"a"


def test_values_expire_and_no_lock_stays(redis: RedisServer) -> None:
    with opened(redis.url, patience=PATIENT) as cache, redis.client() as client:
        fetch_many(cache)
        assert {client.ttl(name) for name in client.scan_iter()} <= set(range(PATIENT.keep - 100, PATIENT.keep + 1))
        with pytest.raises(AssertionError, match="already known"):
            cache.fetch(key("fails"), never)
        assert client.dbsize() == MANY


def test_down_from_the_start_every_value_is_made() -> None:
    log = Log()
    with redis_server(started=False) as server, opened(server.url, log) as cache:
        fetch_many(cache)
        assert log.outcomes == {"error": 3 * MANY}
        server.start()
        wait_until(lambda: cache.breaker.closed)
        fetch_many(cache)


def test_killed_midway_the_values_go_on_and_come_back_with_it(redis: RedisServer) -> None:
    log = Log()
    with opened(redis.url, log) as cache:
        fetch_many(cache)
        redis.kill()
        fetch_many(cache, first=MANY)
        assert log.outcomes["error"] >= 3 * MANY
        redis.start()
        wait_until(lambda: cache.breaker.closed)
        fetch_many(cache)


def test_a_redis_that_hangs_is_waited_for_once(redis: RedisServer) -> None:
    log = Log()
    with opened(redis.url, log) as cache:
        fetch_many(cache)
        redis.signal(signal.SIGSTOP)
        started = time.monotonic()
        fetch_many(cache)
        # Without the breaker: 120 times 50 ms.
        assert time.monotonic() - started < 3 * MANY * PATIENCE.answer / 2
        assert not cache.breaker.closed
        redis.signal(signal.SIGCONT)
        wait_until(lambda: cache.breaker.closed)
        fetch_many(cache)


def test_flushed_all_the_time_every_value_is_right(redis: RedisServer) -> None:
    over = threading.Event()

    def flush() -> None:
        with redis.client() as client:
            while not over.is_set():
                client.flushall()

    flusher = threading.Thread(target=flush)
    flusher.start()
    try:
        with opened(redis.url) as cache:
            fetch_many(cache)
    finally:
        over.set()
        flusher.join()


@pytest.mark.parametrize("policy", ["noeviction", "allkeys-lru"])
def test_a_redis_without_room_does_no_harm(policy: str) -> None:
    with (
        redis_server("--maxmemory", "1mb", "--maxmemory-policy", policy) as server,
        opened(server.url, None, PATIENT) as cache,
    ):
        large = os.urandom(200_000)
        for i in range(20):
            assert cache.fetch(key(str(i)), lambda i=i: large + value_of(i)) == large + value_of(i)  # type: ignore[misc]  # bound now
        assert cache.breaker.closed
        fetch_many(cache, first=100)


@pytest.mark.parametrize("url_password", ["", ":wrong@"])
def test_a_wrong_password_is_a_cache_that_fails(url_password: str) -> None:
    log = Log()
    with redis_server("--requirepass", "right") as server:
        url = server.url.replace("unix://", f"unix://{url_password}")
        with opened(url, log) as cache:
            fetch_many(cache)
    assert log.outcomes == {"error": 3 * MANY}


def test_what_others_wrote_is_never_handed_out_and_is_replaced(redis: RedisServer) -> None:
    log = Log()
    with opened(redis.url, log, PATIENT) as cache, redis.client() as client:
        cache.fetch(key("a"), lambda: b"a")
        cache.fetch(key("b"), lambda: b"b")
        a, b = key("a").name, key("b").name
        forged: list[Callable[[], object]] = [
            lambda: client.set(a, os.urandom(500)),
            lambda: client.set(a, client.get(b) or b""),  # another key's value
            lambda: client.set(a, Envelope(b"t" * 32).seal(a, b"x")),  # another secret
            lambda: client.set(a, (client.get(a) or b"")[:-1]),
            lambda: client.set(a, bytes(LARGEST + 1000)),
            lambda: client.delete(a) and client.rpush(a, "a list"),
        ]
        for forge in forged:
            forge()
            assert cache.fetch(key("a"), lambda: b"a") == b"a"
            assert cache.fetch(key("a"), never) == b"a"
    assert log.outcomes == {"miss": 2, "error": len(forged), "hit": len(forged)}


@pytest.mark.parametrize(
    "lock", [b"x", bytes(range(100)), b"of yesterday", b"of another key"], ids=["short", "bytes", "old", "of another"]
)
def test_a_lock_that_no_server_at_work_holds_is_not_waited_for(redis: RedisServer, lock: bytes) -> None:
    name = key().name + ":lock"
    if lock == b"of yesterday":
        lock = ENVELOPE.seal(name, b"A\xd0\0\0\0\0\0\0")
    if lock == b"of another key":
        lock = ENVELOPE.seal("another:lock", b"B\xd0\0\0\0\0\0\0")
    looks = 0.2  # one look is made; to wait to the end would take a hundred times as long
    patience = replace(PATIENT, look=looks, others=100 * looks)
    with opened(redis.url, patience=patience) as cache, redis.client() as client:
        client.set(name, lock)  # and it never expires
        started = time.monotonic()
        assert cache.fetch(key(), lambda: b"a") == b"a"
        assert time.monotonic() - started < patience.others / 2
        assert cache.fetch(key(), never) == b"a"


def test_one_that_works_it_out_is_waited_for_and_not_longer_than_agreed(redis: RedisServer) -> None:
    log = Log()
    patience = replace(PATIENT, others=0.5, lock=60)
    started, over = threading.Event(), threading.Event()

    def make_slowly() -> bytes:
        started.set()
        over.wait()
        return b"a"

    with opened(redis.url, log, patience) as one, opened(redis.url, log, patience) as other:
        slow = threading.Thread(target=lambda: one.fetch(key(), make_slowly))
        slow.start()
        started.wait()
        before = time.monotonic()
        assert other.fetch(key(), lambda: b"a") == b"a"  # has waited, and then made it itself
        assert time.monotonic() - before >= patience.others
        over.set()
        slow.join()
        assert other.fetch(key(), never) == b"a"
    assert log.outcomes == {"miss": 2, "hit": 1}


def test_a_lock_expires_with_the_process_that_held_it(redis: RedisServer) -> None:
    patience = replace(PATIENT, lock=0.3, others=20)
    with opened(redis.url, patience=patience) as dead, opened(redis.url, patience=patience) as alive:

        def die() -> bytes:
            dead.breaker.stop()  # from now on nothing is written, and the lock is not let go of
            raise KeyError

        with redis.client() as client, pytest.raises(KeyError):
            dead.fetch(key(), die)
        with redis.client() as client:
            left = client.pttl(key().name + ":lock")
        assert -2 <= left <= 300
        started = time.monotonic()
        assert alive.fetch(key(), lambda: b"a") == b"a"
        assert time.monotonic() - started < patience.others / 2


def test_no_option_of_the_url_makes_a_server_wait(redis: RedisServer) -> None:
    url = f"{redis.url}?socket_timeout=30&socket_connect_timeout=30&retry_on_timeout=yes&health_check_interval=1"
    with opened(url) as cache:
        cache.fetch(key(), lambda: b"a")
        redis.signal(signal.SIGSTOP)
        started = time.monotonic()
        fetch_many(cache)
        assert time.monotonic() - started < 15
        redis.signal(signal.SIGCONT)


def test_what_is_no_redis_at_all_is_a_cache_that_fails() -> None:
    log = Log()
    for url in ("unix:///nowhere/redis.sock", "redis://127.0.0.1:1/0", "redis://host.invalid:6379"):
        with opened(url, log) as cache:
            assert cache.fetch(Key(snapshot="v", layer="hex", question=""), lambda: b"a") == b"a"
    assert log.outcomes == {"error": 3}
