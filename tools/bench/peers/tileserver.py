"""tileserver-gl-light on tiles that were made beforehand: ours of one month, in an .mbtiles."""

import gzip
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from harmgrid.tiles import TileAddress
from tools.bench.months import ZOOMS
from tools.bench.peers.processes import HOST, free_port, serving

NAME = "months"
LEVEL = 6  # of gzip; it packs a tile anew for every answer anyway


def write_mbtiles(path: Path, tiles: Mapping[TileAddress, bytes]) -> None:
    """The tiles as MBTiles 1.3, whose rows count from the south."""
    known = {"name": NAME, "format": "pbf", "minzoom": min(ZOOMS), "maxzoom": max(ZOOMS), "type": "overlay"}
    layers = {"vector_layers": [{"id": "hex", "fields": {"h3": "String", "count": "Number", "harm": "Number"}}]}
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        connection.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        connection.execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)")
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", [*known.items(), ("json", json.dumps(layers))])
        connection.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            [(at.z, at.x, (1 << at.z) - 1 - at.y, gzip.compress(tile, LEVEL)) for at, tile in tiles.items()],
        )
        connection.commit()


@contextmanager
def serving_tileserver(program: Path, mbtiles: Path, folder: Path) -> Iterator[int]:
    """The port of one process, as it comes, without a log of requests."""
    configured = folder / "config.json"
    configured.write_text(
        json.dumps({"options": {"paths": {"mbtiles": str(mbtiles.parent)}}, "data": {NAME: {"mbtiles": mbtiles.name}}}),
        encoding="utf-8",
    )
    port = free_port()
    command = ["node", str(program), "--config", str(configured), "--bind", HOST, "--port", str(port), "--silent"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "NODE_ENV": "production"}
    with serving(command, port=port, ready=f"/data/{NAME}.json", environment=environment, folder=folder):
        yield port


def path_of(address: TileAddress) -> str:
    """Where it has a tile."""
    return f"/data/{NAME}/{address.z}/{address.x}/{address.y}.pbf"
