"""A server asked for a list of addresses by 16 connections at once: by wrk, or plainly where only the walk counts."""

import json
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import numpy as np

from tools.bench.peers.processes import HOST, get
from tools.bench.timing import Disagreement, Round

CONNECTIONS = 16
HEADERS = {"Accept-Encoding": "gzip"}
SCRIPT = Path(__file__).with_name("walk.lua")
PATIENCE_SECONDS = 300


def walk_once(wrk: Path, port: int, paths: Sequence[str], folder: Path) -> Round:
    """Each of these paths once; the last few of them are only there so that no connection runs dry before the end.

    Raises:
        Disagreement: something else than 200 or 204, or they were not answered within five minutes.
    """
    return _walk(wrk, port, paths, folder, f"-d{PATIENCE_SECONDS}s", str(len(paths) - 2 * CONNECTIONS))


def walk_round(wrk: Path, port: int, paths: Sequence[str], folder: Path, *, seconds: int) -> Round:
    """These paths over and over, for so long.

    Raises:
        Disagreement: an error.
    """
    return _walk(wrk, port, paths, folder, f"-d{seconds}s", "0")


def walk_plainly(port: int, paths: Sequence[str]) -> Round:
    """Each of these paths once, without wrk: it shows that they are answered; its figures are of a slow client."""

    def ask(path: str) -> tuple[float, int]:
        start = time.perf_counter()
        status, body, _ = get(port, path, headers=HEADERS)
        if status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
            raise Disagreement(f"{path} was answered with {status}")
        return time.perf_counter() - start, len(body)

    start = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        taken, sizes = zip(*pool.map(ask, paths), strict=True)
    return Round(
        requests=len(paths),
        seconds=time.perf_counter() - start,
        median=float(np.median(taken)),
        slowest=float(np.quantile(taken, 0.99)),
        size=sum(sizes) / len(sizes),
    )


def _walk(wrk: Path, port: int, paths: Sequence[str], folder: Path, *asked: str) -> Round:
    """Arguments are how long at the most, and how many answers end it."""
    listed = folder / "paths"
    listed.write_text("\n".join(paths), encoding="ascii")
    longest, answers = asked
    headers = [part for name, value in HEADERS.items() for part in ("-H", f"{name}: {value}")]
    done = subprocess.run(  # noqa: S603 - wrk, asking loopback
        [
            wrk,
            "-t1",
            f"-c{CONNECTIONS}",
            longest,
            *headers,
            "-s",
            SCRIPT,
            f"http://{HOST}:{port}/",
            "--",
            listed,
            answers,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    if told["failed"] or (int(answers) and told["requests"] < int(answers)):
        raise Disagreement(f"under load a server failed: {done.stdout}")
    return Round(
        requests=told["requests"],
        seconds=told["microseconds"] / 1e6,
        median=told["p50"] / 1e6,
        slowest=told["p99"] / 1e6,
        size=told["bytes"] / told["answers"],
    )
