"""A request that comes again gets the same answer, to the letter; only what can never change is handed out unasked."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from harmgrid.snapshot import Store
from server.cache.bounded import Bounded
from server.cache.interface import Key
from server.repeats import ANSWERED, MOST_BYTES, Repeats
from tests.force_builder import Force

IMMUTABLE = "public, max-age=31536000, immutable"
KEY = Key(snapshot="0123456789abcdef", layer="hex", zoom=4, question="8/4?")


class Counting:
    """An application that answers with how often it was asked, and what is told of the answers before it."""

    def __init__(self, *, control: str = IMMUTABLE, key: Key | None = KEY, size: int = 1) -> None:
        self.asked = 0
        self.closed = 0
        self.told: list[tuple[Key, str]] = []
        self.control, self.key, self.size = control, key, size
        self.snapshots = {KEY.snapshot}
        self.repeats = Repeats(
            self, has=self.snapshots.__contains__, told=lambda key, outcome, _: self.told.append((key, outcome))
        )

    def __call__(self, environ: Any, start_response: Any) -> Iterator[bytes]:
        self.asked += 1
        if self.key:
            environ[ANSWERED] = self.key
        start_response("200 OK", [("Cache-Control", self.control), ("X-Asked", str(self.asked))])
        return self.body()

    def body(self) -> Iterator[bytes]:
        try:
            yield b"x" * self.size
        finally:
            self.closed += 1

    def get(self, path: str = "/a", method: str = "GET", **headers: str) -> str:
        builder = EnvironBuilder(
            path, method=method, headers=Headers({name.replace("_", "-"): value for name, value in headers.items()})
        )
        body, status, found = run_wsgi_app(self.repeats, builder.get_environ(), buffered=True)
        assert (status, b"".join(body)) == ("200 OK", b"x" * self.size)
        return found["X-Asked"]


@pytest.mark.quick
def test_the_same_request_is_answered_once_and_told_as_a_hit_from_then_on() -> None:
    app = Counting()
    assert [app.get(), app.get(), app.get()] == ["1", "1", "1"]
    assert (app.asked, app.closed) == (1, 1)
    assert app.told == [(KEY, "hit"), (KEY, "hit")]


@pytest.mark.quick
@pytest.mark.parametrize(
    "other",
    [
        {"path": "/b"},
        {"path": "/a?x=1"},
        {"Accept_Encoding": "gzip"},
        {"If_None_Match": '"tag"'},
        {"Origin": "https://gis.example"},
        {"Host": "other.example"},
    ],
)
def test_a_request_that_differs_in_anything_that_matters_is_asked(other: dict[str, str]) -> None:
    app = Counting()
    assert (app.get(), app.get(**other), app.get(**other), app.get()) == ("1", "2", "2", "1")


@pytest.mark.quick
@pytest.mark.parametrize(
    "rare",
    [
        {"method": "POST"},
        {"method": "OPTIONS"},
        {"Range": "bytes=0-1"},
        {"If_Match": '"tag"'},
        {"If_Modified_Since": "Thu, 01 Jan 2026 00:00:00 GMT"},
        {"path": "/" + "a" * 5_000},
    ],
)
def test_a_rare_request_is_asked_each_time(rare: dict[str, str]) -> None:
    app = Counting()
    assert (app.get(**rare), app.get(**rare)) == ("1", "2")


@pytest.mark.quick
@pytest.mark.parametrize(
    "app",
    [
        Counting(control="public, no-cache"),
        Counting(control="no-store"),
        Counting(key=None),
        Counting(key=Key(snapshot="0123456789abcdef", layer="hex", question="", who="partners")),
        Counting(size=MOST_BYTES),
    ],
    ids=["current", "what-if", "no key", "not for everyone", "too large"],
)
def test_what_may_change_or_is_not_for_everyone_is_asked_each_time(app: Counting) -> None:
    assert (app.get(), app.get()) == ("1", "2")
    assert app.closed == 2


@pytest.mark.quick
def test_an_answer_of_a_snapshot_that_was_deleted_is_not_handed_out() -> None:
    app = Counting()
    assert app.get() == "1"
    app.snapshots.clear()
    assert app.get() == "2"


@pytest.mark.quick
def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    held: Bounded[str, str] = Bounded(3 * 500)  # an entry of 100 bytes takes 500
    for name in "abc":
        held.put(name, name, 100)
    assert held.get("a") == "a"
    held.put("d", "d", 100)
    assert [held.get(name) for name in "abcd"] == ["a", None, "c", "d"]
    held.put("a", "new", 600)  # 1,000 in place of 500: c goes too
    assert ([held.get(name) for name in "acd"], held.size) == (["new", None, "d"], 1_500)


def test_the_real_application_says_the_same_twice(app: Flask, force: Force) -> None:
    client, version = Client(app), Store(directory=force.data_dir).current()
    for path in ("hex/4/8/4.mvt", "hex/4/0/0.mvt", "hex.json", "hex/99/0/0.mvt", "hex/4/8/4.mvt?whatif=burglary:2"):
        for headers in ({}, {"Accept-Encoding": "gzip"}, {"If-None-Match": "*"}):
            answers = [client.get(f"/tiles/{version}/{path}", headers=headers) for _ in range(3)]
            assert len({(a.status, a.data, tuple(a.headers)) for a in answers}) == 1
