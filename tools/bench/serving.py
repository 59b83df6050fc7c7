"""Tiles of a month over HTTP.

Those that nobody has asked for yet against TiPG; those that are asked for over and over against tileserver-gl-light.
"""

import gzip
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import numpy as np

from harmgrid.published import HEXAGONS
from harmgrid.snapshot import Store
from harmgrid.tiles import TileAddress
from tools.bench.invented import MONTHS, SEED, Table
from tools.bench.months import ZOOMS, path_of, publish_months, tiles_by_chance, tiles_of_month, town_cells
from tools.bench.peers import tileserver, tipg
from tools.bench.peers.agreeing import FIGURES, features_of, require_same_features
from tools.bench.peers.installing import (
    TILESERVER,
    TIPG,
    Missing,
    find_postgis,
    find_tileserver,
    find_tipg,
    find_wrk,
    version_of_wrk,
)
from tools.bench.peers.processes import free_port, get, serving
from tools.bench.peers.walking import CONNECTIONS, HEADERS, walk_once, walk_plainly, walk_round
from tools.bench.postgis import TUNED
from tools.bench.restart import PROGRAM, environment
from tools.bench.timing import Comparison, Disagreement, Load, Reach, Round, Setting, seconds_text, times_faster
from tools.postgres import running_server

TITLE = "Month tiles over HTTP"
LAST = MONTHS - 1  # the month that warms up, and that is asked for over and over; misses are of all others
SECONDS = 5  # of a round of hits
COMPARED = 60  # tiles that are read back from both sides
SLOWEST_S = 0.05

Walk = Callable[[int, Sequence[str]], Round]
Places = list[tuple[TileAddress, int]]  # tiles and months


class Side(NamedTuple):
    """A server that can be started, and where it has a tile of a month."""

    what: str
    start: Callable[[], AbstractContextManager[int]]
    path: Callable[[TileAddress, int], str]


@dataclass(frozen=True, kw_only=True)
class Walks:
    """How servers are asked."""

    once: Walk
    round: Walk
    rounds: int
    how: str
    install: bool  # what is missing
    folder: Path


def compare(setting: Setting) -> Comparison:
    """Both, on the tiles of one invented force."""
    try:
        walks = _walks(setting)
    except Missing as missing:
        return Comparison(title=TITLE, how=f"not measured: {missing}.", reaches=())
    table, force = publish_months(setting.size(1_000_000, 5_000), town_cells(setting.size(40_000, 1_000)))
    version = Store(directory=setting.scratch / "data").write(force, datetime(2026, 1, 1, tzinfo=UTC))
    new = tiles_by_chance(force, LAST)[: setting.size(1_000_000, 40)]
    warm: Places = [(tile, LAST) for tile in tiles_of_month(force)]
    ours = partial(_ours, setting.scratch, version)
    with ExitStack() as stack:
        peers, about_peer = _tipg(stack, walks, table)
        misses, about_misses = _misses(walks, [ours(tipg.WORKERS), *peers], new=new, warm=warm)
    hits, about_hits = _hits(walks, [ours(2), ours(1)], warm)
    return Comparison(
        title=TITLE,
        how=f"`harmgrid serve` with a force of {len(np.unique(table.hexagon)):,} hexagons and {len(table.month):,} "
        f"events in {MONTHS} months; tiles of one month at zoom {ZOOMS[0]} to {ZOOMS[-1]} with all measures, gzip, "
        f"{CONNECTIONS} connections at once, all on this machine, whose cores servers, PostgreSQL and client share. "
        f"{walks.how}. {about_peer}{about_misses}{about_hits}",
        loads=(*misses, *hits),
        reaches=_reaches(misses, hits),
    )


def _walks(setting: Setting) -> Walks:
    folder = setting.scratch
    if setting.short:
        how = "One round, by a plain client whose figures say nothing"
        return Walks(once=walk_plainly, round=walk_plainly, rounds=1, how=how, install=False, folder=folder)
    wrk = find_wrk(install=True)

    def once(port: int, paths: Sequence[str]) -> Round:
        return walk_once(wrk, port, paths, folder)

    def walk(port: int, paths: Sequence[str]) -> Round:
        return walk_round(wrk, port, paths, folder, seconds=SECONDS)

    how = f"Five rounds, turn by turn, by {version_of_wrk(wrk)}"
    return Walks(once=once, round=walk, rounds=5, how=how, install=True, folder=folder)


def _ours(scratch: Path, version: str, workers: int) -> Side:
    @contextmanager
    def start() -> Iterator[int]:
        port = free_port()
        command = [str(PROGRAM), "serve", "--port", str(port), "--workers", str(workers)]
        settings = environment(scratch / "data")
        with serving(command, port=port, ready="/healthz", environment=settings, folder=scratch):
            yield port

    return Side(f"harmgrid, {workers} worker{'s' if workers > 1 else ''}", start, partial(path_of, version))


def _tipg(stack: ExitStack, walks: Walks, table: Table) -> tuple[list[Side], str]:
    """TiPG, with a PostgreSQL that runs as long as the stack; nothing but the reason where it cannot be had."""
    try:
        postgis, programs = find_postgis(install=walks.install), find_tipg(install=walks.install)
    except Missing as missing:
        return [], f"TiPG is left out: {missing}. "
    server = stack.enter_context(running_server(postgis, TUNED))
    with server.connect() as connection:
        tipg.write_months(connection, table)
    start = partial(tipg.serving_tipg, programs, server, walks.folder)
    return [Side(f"{TIPG[0]}, {tipg.WORKERS} workers", start, tipg.path_of)], (
        "TiPG, under uvicorn, has a table of hexagons and months with the sums of all measures, found by a GiST index "
        "of month and place, in a PostgreSQL that has all of it in memory. "
    )


def _misses(walks: Walks, sides: list[Side], *, new: Places, warm: Places) -> tuple[list[Load], str]:
    """Each address once, of a server started for the round and warmed up with a month that is not among them."""
    about = (
        f"A miss: {len(new):,} addresses, as many of each zoom, each asked for once, of servers newly started and "
        "warmed up with another month. "
    )
    for peer in sides[1:]:
        about += _require_same(sides[0], peer, new[:COMPARED])
    rounds: dict[str, list[Round]] = {side.what: [] for side in sides}
    for _ in range(walks.rounds):
        for side in sides:
            with side.start() as port:
                walks.once(port, [side.path(*place) for place in warm])
                rounds[side.what].append(walks.once(port, [side.path(*place) for place in new]))
    return [Load(what=f"miss: {what}", rounds=tuple(done)) for what, done in rounds.items()], about


def _hits(walks: Walks, ours: list[Side], warm: Places) -> tuple[list[Load], str]:
    """The tiles of one month over and over, of servers that stay up and have seen all of them."""
    about = f"A hit: the {len(warm):,} tiles of one month over and over for {SECONDS} seconds. "
    with ExitStack() as stack:
        asked = {side.what: (stack.enter_context(side.start()), [side.path(*place) for place in warm]) for side in ours}
        first, its_paths = asked[ours[0].what]
        tiles = {tile: _plain(first, path) for (tile, _), path in zip(warm, its_paths, strict=True)}
        try:
            program = find_tileserver(install=walks.install)
        except Missing as missing:
            about += f"tileserver-gl-light is left out: {missing}."
        else:
            asked[TILESERVER] = stack.enter_context(_tileserver(walks, program, tiles))
            about += (
                "tileserver-gl-light has our tiles in an .mbtiles and gives back the same bytes, once unpacked. It is "
                "one process of Node.js, so one worker of ours is shown beside it; the target is judged with two."
            )
        for port, paths in asked.values():
            _warm_up(walks, port, paths)
        rounds: dict[str, list[Round]] = {what: [] for what in asked}
        for _ in range(walks.rounds):
            for what, (port, paths) in asked.items():
                rounds[what].append(walks.round(port, paths))
    return [Load(what=f"hit: {what}", rounds=tuple(done)) for what, done in rounds.items()], about


def _warm_up(walks: Walks, port: int, paths: list[str]) -> None:
    """Each worker keeps a cache of its own, so all is asked for several times, in an order of its own each time."""
    for turn in range(walks.rounds):
        order = random.Random(SEED + turn)  # noqa: S311 - an order, not a secret
        walks.once(port, order.sample(paths, len(paths)))


@contextmanager
def _tileserver(walks: Walks, program: Path, tiles: Mapping[TileAddress, bytes]) -> Iterator[tuple[int, list[str]]]:
    """The port of a tileserver-gl-light that has these tiles, and where it has them."""
    mbtiles = walks.folder / "months.mbtiles"
    tileserver.write_mbtiles(mbtiles, tiles)
    paths = [tileserver.path_of(tile) for tile in tiles]
    with tileserver.serving_tileserver(program, mbtiles, walks.folder) as port:
        if [_plain(port, path) for path in paths] != list(tiles.values()):
            raise Disagreement("tileserver-gl-light gives other tiles than it was given")
        yield port, paths


def _require_same(ours: Side, peer: Side, asked: Places) -> str:
    """What was found alike."""
    held = [0, 0]
    with ours.start() as here, peer.start() as there:
        for tile, month in asked:
            one = features_of(_plain(here, ours.path(tile, month)), HEXAGONS)
            other = features_of(_plain(there, peer.path(tile, month)), tipg.LAYER)
            require_same_features(one, other, FIGURES, f"{tile}, month {month}")
            held = [held[0] + len(one), held[1] + len(other)]
    return (
        f"Of both, {len(asked)} tiles were read back and are the same, with {held[0] / len(asked):,.0f} hexagons on "
        f"average here and {held[1] / len(asked):,.0f} in TiPG, which leaves out those that are only in the buffer. "
    )


def _plain(port: int, path: str) -> bytes:
    """An answer, unpacked.

    Raises:
        Disagreement: it is neither 200 nor 204.
    """
    status, body, encoding = get(port, path, headers=HEADERS)
    if status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
        raise Disagreement(f"{path} was answered with {status}")
    return gzip.decompress(body) if encoding == "gzip" else body


def _reaches(misses: list[Load], hits: list[Load]) -> tuple[Reach, ...]:
    def faster(what: str, ours: Load, peers: list[Load], wanted: float = 0) -> list[Reach]:
        return [times_faster(what, ours.rates.median / peer.rates.median, wanted) for peer in peers]

    two, one, *peers = hits
    slowest = Reach(
        what="hit, 99th percentile",
        wanted=f"under {seconds_text(SLOWEST_S)}",
        found=seconds_text(two.slowest),
        met=two.slowest < SLOWEST_S,
    )
    return (
        *faster("miss, requests a second, against TiPG", misses[0], misses[1:], 20),
        *faster("hit, requests a second, against tileserver-gl-light", two, peers, 5),
        *faster("hit, one worker against tileserver-gl-light", one, peers),
        slowest,
    )
