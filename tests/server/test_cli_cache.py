"""`harmgrid cache warm`: what it filled is what the server answers with, and it says when it cannot."""

import pytest

from server.app import create_app
from server.cache.interface import Key, Outcome
from server.cache.opened import open_cache
from server.settings import Settings
from server.warming import PATIENCE
from tests.force_builder import Force, run
from tests.redis_server import redis_server
from tests.server.test_tiles import EAST, NORTH, SOUTH, WEST, column_row

WINDOWS = ("2022-01..2022-05", "2022-04..2022-05")


def test_what_was_warmed_is_never_worked_out_again(force: Force) -> None:
    with redis_server() as redis:
        words = ["cache", "warm", "--zoom", "5-7", *(word for window in WINDOWS for word in ("--window", window))]
        done = run(*words, data_dir=force.data_dir, HARMGRID_REDIS_URL=redis.url)
        assert done.stderr == ""
        assert done.stdout.endswith(" answers worked out and kept, 0 were there already\n")
        again = run(*words, data_dir=force.data_dir, HARMGRID_REDIS_URL=redis.url)
        assert again.stdout.startswith("0 answers worked out and kept, ")

        told: list[tuple[str, Outcome]] = []

        def tell(key: Key, outcome: Outcome, _seconds: float) -> None:
            told.append((key.layer, outcome))

        named = {"HARMGRID_DATA_DIR": str(force.data_dir), "HARMGRID_REDIS_URL": redis.url}
        settings = Settings.from_environment(named)
        client = create_app(settings, open_cache(settings, told=tell, patience=PATIENCE)).test_client()
        tiles = 0
        for zoom in (5, 6, 7):
            (left, top), (right, bottom) = column_row(WEST, NORTH, zoom), column_row(EAST, SOUTH, zoom)
            for x, y in ((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)):
                for layer in ("hex", "sectors"):
                    response = client.get(f"/tiles/current/{layer}/{zoom}/{x}/{y}.mvt?window={WINDOWS[0]}")
                    tiles += response.status_code == 200
        for level in ("sector", "force"):
            for window in WINDOWS:
                assert client.get(f"/api/sectors?window={window}&level={level}").status_code == 200
        assert tiles >= 6
        assert {outcome for _, outcome in told} == {"hit"}
        assert {layer for layer, _ in told} == {"hex", "sectors", "/api/sectors"}


def test_without_a_redis_there_is_nothing_to_warm(force: Force) -> None:
    done = run("cache", "warm", data_dir=force.data_dir, status=1)
    assert "HARMGRID_REDIS_URL" in done.stderr
    done = run("cache", "warm", data_dir=force.data_dir, status=1, HARMGRID_REDIS_URL="redis://127.0.0.1:1")
    assert "does not answer" in done.stderr


def test_a_redis_without_room_is_told(force: Force) -> None:
    with redis_server("--maxmemory", "1", "--maxmemory-policy", "noeviction") as redis:
        done = run("cache", "warm", "--zoom", "5", data_dir=force.data_dir, status=1, HARMGRID_REDIS_URL=redis.url)
    assert "did not keep" in done.stderr.splitlines()[-1]
    assert "more room" in done.stderr


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--zoom", "x"), 2),
        (("--zoom", "9-5"), 2),
        (("--zoom", "5-"), 2),
        (("--zoom", "12-13"), 1),
        (("--window", "2019-01..2019-12"), 1),
        (("--measures", "nothing"), 1),
    ],
)
def test_what_cannot_be_warmed_is_told_in_one_line(force: Force, words: tuple[str, ...], status: int) -> None:
    with redis_server() as redis:
        done = run("cache", "warm", *words, data_dir=force.data_dir, status=status, HARMGRID_REDIS_URL=redis.url)
    assert words[1].rpartition("-")[2] in done.stderr
    assert "Traceback" not in done.stderr
