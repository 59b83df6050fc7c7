"""Run as a program: one server process that is asked for one tile by many threads at once, and tells how it came by it.

Arguments: data folder, address of the Redis, path of the tile, how many threads. It says `ready`, waits for a line,
asks, and prints one line of JSON: the digests of what it answered and how often it worked something out.
"""

import hashlib
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from unittest.mock import patch

from harmgrid.tileview import encode_tile
from server import tiles
from server.app import create_app
from server.cache.interface import Key, Outcome
from server.cache.opened import open_cache
from server.cache.shared import PATIENCE
from server.settings import Settings


def main(data_dir: str, redis_url: str, path: str, threads: int) -> None:
    """Ask from so many threads at the same moment."""
    settings = Settings.from_environment({"HARMGRID_DATA_DIR": data_dir, "HARMGRID_REDIS_URL": redis_url})
    outcomes: list[Outcome] = []

    def told(_key: Key, outcome: Outcome, _seconds: float) -> None:
        outcomes.append(outcome)

    # However busy this machine is, Redis is heard out and the one who works it out is waited for.
    patience = replace(PATIENCE, answer=20, lock=60, others=60)
    app = create_app(settings, open_cache(settings, told=told, patience=patience))
    made: list[int] = []

    def count_and_encode(*arguments: object, **named: object) -> bytes:
        made.append(1)
        time.sleep(0.3)  # so that all the others come meanwhile
        return encode_tile(*arguments, **named)  # type: ignore[arg-type]  # handed through

    together = threading.Barrier(threads)

    def ask(_: int) -> tuple[int, str]:
        client = app.test_client()
        together.wait()
        response = client.get(path)
        return response.status_code, hashlib.sha256(response.data).hexdigest()

    print("ready", flush=True)  # noqa: T201 - what it is for
    sys.stdin.readline()
    with patch.object(tiles, "encode_tile", count_and_encode), ThreadPoolExecutor(threads) as pool:
        answers = sorted(set(pool.map(ask, range(threads))))
    report = {"answers": answers, "made": len(made), "misses": outcomes.count("miss"), "asked": len(outcomes)}
    print(json.dumps(report), flush=True)  # noqa: T201 - the same


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
