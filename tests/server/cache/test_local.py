"""The cache of one process, and what holds for every cache: one value a key, made once, never a wrong one."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.cache.flights import Flights
from server.cache.interface import Cache, Key, Outcome
from server.cache.local import LocalCache

pytestmark = pytest.mark.quick

MEGABYTE = 1 << 20


class Log:
    """What a cache told of itself."""

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter()

    def __call__(self, key: Key, outcome: Outcome, seconds: float) -> None:
        assert key.layer == "hex"
        assert 0 <= seconds < 60
        self.outcomes[outcome] += 1


def key(question: str = "", **rest: object) -> Key:
    return Key(**{"snapshot": "v1", "layer": "hex", "zoom": 7, "question": question} | rest)  # type: ignore[arg-type]  # by name


def never() -> bytes:
    raise AssertionError("it is already known")


def test_a_value_is_made_once_and_then_found() -> None:
    log = Log()
    cache: Cache = LocalCache(MEGABYTE, told=log)
    assert cache.fetch(key(), lambda: b"a") == b"a"
    assert cache.fetch(key(), never) == b"a"
    assert cache.fetch(key("other"), lambda: b"") == b""
    assert cache.fetch(key("other"), never) == b""
    assert log.outcomes == {"miss": 2, "hit": 2}


def test_whatever_an_answer_depends_on_makes_another_key() -> None:
    keys = [
        key(),
        key(snapshot="v2"),
        key(layer="sectors"),
        key(zoom=8),
        key(zoom=None),
        key("q"),
        key(who="partners"),
        key("7\0q"),
    ]
    assert len({one.name for one in keys}) == len(keys)
    assert {len(one.name) for one in keys} == {len(key(who="partners").name), len(key().name)}
    assert key().name == key().name


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    cache = LocalCache(3000, told=Log())
    for name in "abc":
        cache.fetch(key(name), lambda: bytes(500))  # 900 with what an entry takes
    cache.fetch(key("a"), never)
    cache.fetch(key("d"), lambda: bytes(500))
    for name in "acd":
        cache.fetch(key(name), never)
    with pytest.raises(AssertionError, match="already known"):
        cache.fetch(key("b"), never)


def test_it_never_holds_more_than_it_may() -> None:
    cache = LocalCache(10_000, told=Log())
    for i in range(500):
        assert len(cache.fetch(key(str(i)), lambda size=i * 37 % 12_000: bytes(size))) == i * 37 % 12_000  # type: ignore[misc]  # bound now
        assert 0 <= cache.size <= 10_000


def test_a_cache_of_nothing_keeps_nothing_and_still_answers() -> None:
    cache = LocalCache(0, told=Log())
    assert [cache.fetch(key(), lambda value=value: value) for value in (b"a", b"b")] == [b"a", b"b"]  # type: ignore[misc]  # bound now
    assert cache.size == 0


def test_a_failure_is_told_to_the_asker_and_not_kept() -> None:
    log = Log()
    cache = LocalCache(MEGABYTE, told=log)
    with pytest.raises(AssertionError):
        cache.fetch(key(), never)
    assert cache.fetch(key(), lambda: b"a") == b"a"
    assert log.outcomes == {"miss": 1}


def test_fifty_threads_that_miss_at_once_make_it_once() -> None:
    log, made = Log(), Counter[str]()
    cache = LocalCache(MEGABYTE, told=log)
    together = threading.Barrier(50)

    def make() -> bytes:
        made["a"] += 1
        time.sleep(0.1)
        return b"a"

    def ask(_: int) -> bytes:
        together.wait()
        return cache.fetch(key(), make)

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(ask, range(50))) == {b"a"}
    assert made["a"] == 1
    assert log.outcomes["miss"] == 1
    assert log.outcomes.total() == 50


def test_what_one_raises_is_raised_to_all_who_wait_and_the_next_one_tries_again() -> None:
    flights: Flights[int] = Flights()
    together = threading.Barrier(10)

    def fail() -> int:
        time.sleep(0.1)
        raise ValueError("no")

    def ask(_: int) -> str:
        together.wait()
        try:
            flights.run("a", fail)
        except ValueError as error:
            return str(error)
        return "nothing"

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(ask, range(10))) == {"no"}
    assert flights.run("a", lambda: 1) == (1, False)
