"""TiPG on PostGIS: the hexagons of every month as rows, a table for each resolution.

A view of figures and outlines, and a function of month and tile, were tried too: both were slower.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from harmgrid import grid
from harmgrid.tiles import BUFFER, EXTENT, TileAddress
from tools.bench.invented import MONTHS, Table
from tools.bench.months import RESOLUTIONS
from tools.bench.peers.copying import Columns, copy_columns, hexagons_in_metres, settle
from tools.bench.peers.processes import HOST, free_port, serving
from tools.postgres import USER, Server

LAYER = "default"  # as TiPG names it
WORKERS = 2

# Sorted by month and place, so that a tile's rows lie together.
MONTHS_OF = sql.SQL("""
    CREATE TABLE {months} AS
    SELECT month, h3, count, harm, geom FROM {figures} JOIN {outlines} USING (cell) ORDER BY month, geom
""")


def write_months(connection: psycopg.Connection, table: Table) -> None:
    """The figures of all measures together, worked out beforehand; also of the hexagons that have none in a month."""
    for extension in ("postgis", "pg_prewarm", "btree_gist"):
        connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
    connection.execute("CREATE SCHEMA parts")
    for resolution in RESOLUTIONS:
        figures, outlines = (sql.Identifier("parts", f"{name}{resolution}") for name in ("figures", "outlines"))
        cells, place = np.unique(grid.parents(table.hexagon, resolution), return_inverse=True)
        copy_columns(connection, figures, _figures(table, cells, place))
        copy_columns(
            connection,
            outlines,
            {
                "cell": ("bigint", cells.astype(np.int64)),
                "h3": ("text", grid.texts(cells)),
                "geom": ("geometry(Polygon, 3857)", hexagons_in_metres(cells)),
            },
        )
        months = sql.Identifier("public", f"months{resolution}")
        connection.execute(MONTHS_OF.format(months=months, figures=figures, outlines=outlines))
        connection.execute(sql.SQL("CREATE INDEX ON {} USING gist (month, geom)").format(months))
        settle(connection, months)


def _figures(table: Table, cells: NDArray[np.uint64], place: NDArray[np.int64]) -> Columns:
    times = np.bitwise_count(table.signature).astype(np.int64)  # an event counts under each of its measures
    entry = place * MONTHS + table.month
    size = len(cells) * MONTHS
    return {
        "cell": ("bigint", np.repeat(cells.astype(np.int64), MONTHS)),
        "month": ("int", np.tile(np.arange(MONTHS), len(cells))),
        "count": ("int", np.bincount(entry, times, minlength=size).astype(np.int64)),
        "harm": ("float8", np.bincount(entry, times * table.points, minlength=size)),
    }


@contextmanager
def serving_tipg(programs: Path, server: Server, folder: Path) -> Iterator[int]:
    """The port of a TiPG on that database, with as many workers as ours has; hexagons are not cut, as ours are not."""
    port = free_port()
    settings = {
        "PATH": os.environ["PATH"],
        # Not as a parameter: the client would take the name before the path.
        "DATABASE_URL": f"postgresql://{USER}@{quote(str(server.socket), safe='')}/postgres",
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_TILE_RESOLUTION": str(EXTENT),
        "TIPG_TILE_BUFFER": str(BUFFER),
        "TIPG_TILE_CLIP": "false",
    }
    command = [str(programs / "uvicorn"), "tipg.main:app", "--host", HOST, "--port", str(port)]
    workers = ["--workers", str(WORKERS), "--log-level", "warning", "--no-access-log"]
    with serving([*command, *workers], port=port, ready="/healthz", environment=settings, folder=folder):
        yield port


def path_of(address: TileAddress, month: int) -> str:
    """Where TiPG has the hexagons of a month."""
    tile = f"{address.z}/{address.x}/{address.y}"
    table = f"public.months{grid.FINEST_AT_ZOOM[address.z]}"
    return f"/collections/{table}/tiles/WebMercatorQuad/{tile}?month={month}&properties=h3,count,harm"
