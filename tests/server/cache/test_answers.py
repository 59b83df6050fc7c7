"""Answers over HTTP with a Redis behind them that fails in every way: the same bytes, and never an error.

Waits are held against what would have been waited without the breaker, not against a clock of this machine.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import metrics
from server.app import create_app
from server.cache.opened import open_cache
from server.cache.shared import PATIENCE, Patience
from server.settings import Settings
from tests.force_builder import Force
from tests.redis_server import RedisServer, redis_server

ANSWERING = Path(__file__).with_name("answering.py")
ROOT = ANSWERING.parents[3]
TILES = ("hex/4/8/4.mvt", "hex/7/65/39.mvt", "sectors/7/65/39.mvt", "hex/9/260/159.mvt", "hex/4/0/0.mvt")
WINDOWS = ("2022-01..2022-05", "2022-04..2022-05", "2022-01..2022-02")
ADDRESSES = tuple(
    f"{address}?window={window}"
    for address in (*(f"/tiles/current/{tile}" for tile in TILES), "/api/sectors", "/api/groups", "/api/places/A1")
    for window in WINDOWS
)
Answers = dict[str, tuple[int, bytes, str]]


def answers(client: FlaskClient) -> Answers:
    """Status, body and tag of every address, asked for as a browser would."""
    found = {}
    for address in ADDRESSES:
        response = client.get(address, headers={"Accept-Encoding": "gzip"})
        found[address] = (response.status_code, response.data, response.headers["ETag"])
    return found


@pytest.fixture
def right(app: Flask) -> Answers:
    """What a server without a Redis answers."""
    found = answers(app.test_client())
    assert {status for status, _, _ in found.values()} == {200, 204}
    return found


@contextmanager
def asking(force: Force, redis_url: str, patience: Patience = PATIENCE) -> Iterator[FlaskClient]:
    """A server over this Redis."""
    named = {"HARMGRID_DATA_DIR": str(force.data_dir), "HARMGRID_REDIS_URL": redis_url}
    settings = Settings.from_environment(named)
    app = create_app(settings, open_cache(settings, told=metrics.count, patience=patience))
    try:
        yield app.test_client()
    finally:
        app.extensions["harmgrid_cache"].close()


@contextmanager
def done_all_the_time(what: Callable[[], object]) -> Iterator[None]:
    """In a thread, over and over."""
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            what()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_with_a_redis_that_is_well_the_answers_are_the_same(force: Force, right: Answers) -> None:
    patient = Patience(answer=20)  # however busy this machine is
    with (
        redis_server() as redis,
        asking(force, redis.url, patient) as one,
        asking(force, redis.url, patient) as other,
    ):
        assert answers(one) == right
        assert answers(other) == right
        with redis.client() as client:
            kept = client.dbsize()
    assert kept == len(ADDRESSES)


def test_down_from_the_start(force: Force, right: Answers) -> None:
    with redis_server(started=False) as redis, asking(force, redis.url) as client:
        assert answers(client) == right


def test_killed_midway_and_started_again(force: Force, right: Answers) -> None:
    with redis_server() as redis, asking(force, redis.url) as client:
        assert answers(client) == right
        redis.kill()
        assert answers(client) == right
        redis.start()
        for _ in range(3):
            assert answers(client) == right


def test_one_that_hangs_is_not_waited_for(force: Force, right: Answers) -> None:
    with redis_server() as redis, asking(force, redis.url) as client:
        assert answers(client) == right
        redis.signal(signal.SIGSTOP)
        rounds = 10
        before = time.monotonic()
        for _ in range(rounds):
            assert answers(client) == right
        # If each had waited once: 12 s. Uncached it is a tenth of that.
        assert time.monotonic() - before < rounds * len(ADDRESSES) * PATIENCE.answer
        redis.signal(signal.SIGCONT)
        assert answers(client) == right


def test_one_that_is_flushed_all_the_time(force: Force, right: Answers) -> None:
    with (
        redis_server() as redis,
        asking(force, redis.url) as client,
        redis.client() as own,
        done_all_the_time(own.flushall),
    ):
        for _ in range(3):
            assert answers(client) == right


@pytest.mark.parametrize("policy", ["noeviction", "allkeys-lru"])
def test_one_without_room(force: Force, right: Answers, policy: str) -> None:
    with redis_server("--maxmemory", "1mb", "--maxmemory-policy", policy) as redis, asking(force, redis.url) as client:
        for _ in range(3):
            assert answers(client) == right


@pytest.mark.parametrize("password", ["", ":wrong@"])
def test_one_with_another_password(force: Force, right: Answers, password: str) -> None:
    with redis_server("--requirepass", "right") as redis:
        url = redis.url.replace("unix://", f"unix://{password}")
        with asking(force, url) as client:
            assert answers(client) == right


def forge(redis: RedisServer, how: str) -> None:
    """Put into every entry what does not belong there."""
    with redis.client() as client:
        names = sorted(client.scan_iter())
        values = [client.get(name) or b"" for name in names]
        for i, name in enumerate(names):
            client.set(name, os.urandom(200) if how == "random bytes" else values[i - 1])


@pytest.mark.parametrize("how", ["random bytes", "the value of another key"])
def test_one_that_others_write_into(force: Force, right: Answers, how: str) -> None:
    with redis_server() as redis, asking(force, redis.url) as client:
        assert answers(client) == right
        for _ in range(3):
            forge(redis, how)
            assert answers(client) == right


def test_a_hundred_at_once_across_two_processes_are_one_piece_of_work(force: Force, right: Answers) -> None:
    address = ADDRESSES[0]
    with redis_server() as redis:
        words = [sys.executable, "-m", "tests.server.cache.answering", str(force.data_dir), redis.url, address, "50"]
        processes = [
            subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        try:
            for process in processes:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
            for process in processes:
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            reports = [json.loads(process.communicate(timeout=120)[0]) for process in processes]
        finally:
            for process in processes:
                process.kill()
                process.communicate()
    assert [report["asked"] for report in reports] == [50, 50]
    assert sum(report["made"] for report in reports) == sum(report["misses"] for report in reports) == 1
    told = {tuple(answer) for report in reports for answer in report["answers"]}
    assert len(told) == 1
    assert right[address][0] in {status for status, _ in told}
