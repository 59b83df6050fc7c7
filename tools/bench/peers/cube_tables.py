"""The events of the bench as tables of PostGIS in several layouts, each with the query that sums a window from it.

All of them answer the same question. Which is the fastest depends on how full the months are.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from harmgrid import grid
from harmgrid.tiles import BUFFER, EXTENT, TileAddress
from tools.bench.invented import MEASURES, MONTHS, Table
from tools.bench.peers.copying import copy_columns, hexagons_in_metres, hexagons_in_tile, settle

PROPERTIES = ("count", "count_then", "difference", "h3", "harm", "harm_then")


class Layout(NamedTuple):
    """One way to keep the cube."""

    title: str
    figures: sql.Composable  # cell, count, harm, count_then, harm_then of the cells that may have some


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Running sums before every month, and after the last: P places, K kinds, M months."""

    places: NDArray[np.uint64]  # (P,) ascending
    count: NDArray[np.int64]  # (P, K, M + 1) kind by kind
    harm: NDArray[np.float64]  # (P, K, M + 1)


# Of one month a row, only of those that are not empty.
MONTHLY = sql.SQL("""
    SELECT cell,
        sum(times * n) FILTER (WHERE month >= %(middle)s)::int AS count,
        sum(times * harm) FILTER (WHERE month >= %(middle)s) AS harm,
        sum(times * n) FILTER (WHERE month < %(middle)s)::int AS count_then,
        sum(times * harm) FILTER (WHERE month < %(middle)s) AS harm_then
    FROM (
        SELECT cell, month, n, harm, bit_count((signature & %(mask)s)::bit(32)) AS times
        FROM monthly
        WHERE month >= %(start)s AND month < %(stop)s AND signature & %(mask)s <> 0
    ) AS chosen
    GROUP BY cell
""")

# Of one boundary between months a row and hexagon, with a pair of columns for each kind; OFFSET 0 keeps the planner
# from adding the same columns up several times. The baseline ends where the window starts, so there are three of them.
RUNNING = sql.SQL("""
    SELECT cell, last.n - middle.n AS count, last.harm - middle.harm AS harm,
        middle.n - first.n AS count_then, middle.harm - first.harm AS harm_then
    FROM (SELECT cell, {n} AS n, {harm} AS harm FROM {table} WHERE boundary = %(stop)s OFFSET 0) AS last
    JOIN (
        SELECT cell, {n} AS n, {harm} AS harm FROM {table} WHERE boundary = %(middle)s OFFSET 0
    ) AS middle USING (cell)
    JOIN (SELECT cell, {n} AS n, {harm} AS harm FROM {table} WHERE boundary = %(start)s OFFSET 0) AS first USING (cell)
""")

TILE = sql.SQL("""
    SELECT ST_AsMVT(tile, 'hex', %(extent)s, 'geometry', 'id') FROM (
        SELECT id, h3, coalesce(count, 0) AS count, coalesce(harm, 0) AS harm,
            coalesce(count_then, 0) AS count_then, coalesce(harm_then, 0) AS harm_then,
            coalesce(harm, 0) - coalesce(harm_then, 0) AS difference, geometry
        FROM ({hexagons}) AS hexagons LEFT JOIN ({figures}) AS figures USING (cell)
    ) AS tile
""")
PROJECTED = sql.SQL("""
    SELECT cell, id, h3,
        ST_AsMVTGeom(outline, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, false) AS geometry
    FROM hexagon WHERE outline && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => %(margin)s)
""")
DRAWN = sql.SQL("SELECT cell, id, h3, geometry FROM drawn WHERE z = %(z)s AND x = %(x)s AND y = %(y)s")


def tile_query(layout: Layout, *, drawn: bool) -> sql.Composed:
    """The tile in one statement; its geometry prepared beforehand, in units of the tile, or projected when asked."""
    return TILE.format(hexagons=DRAWN if drawn else PROJECTED, figures=layout.figures)


def tile_parameters(address: TileAddress, months: tuple[int, int, int], mask: int) -> dict[str, int | float]:
    """What the statement asks: where the baseline starts, where the window does and where it stops."""
    start, middle, stop = months
    asked = {"start": start, "middle": middle, "stop": stop, "mask": mask}
    where = {"z": address.z, "x": address.x, "y": address.y}
    return asked | where | {"extent": EXTENT, "buffer": BUFFER, "margin": BUFFER / EXTENT}


def write_tables(connection: psycopg.Connection, table: Table, address: TileAddress, mask: int) -> list[Layout]:
    """All layouts, with their indexes; the last cannot count an event once that has several of the measures."""
    _write_hexagons(connection, np.unique(table.hexagon), address)
    place, signature, month, count, harm = _entries(table)
    cells = np.unique(table.hexagon)
    copy_columns(
        connection,
        sql.Identifier("monthly"),
        {
            "month": ("int", month),
            "cell": ("bigint", cells[place].astype(np.int64)),
            "signature": ("int", signature.astype(np.int64)),
            "n": ("int", count),
            "harm": ("float8", harm),
        },
    )
    connection.execute("CREATE INDEX ON monthly (month, cell, signature) INCLUDE (n, harm)")
    settle(connection, sql.Identifier("monthly"))
    kinds, kind = np.unique(signature, return_inverse=True)
    shape = (len(cells), len(kinds), MONTHS + 1)
    sums = Sums(places=cells, count=np.zeros(shape, dtype=np.int64), harm=np.zeros(shape))
    sums.count[place, kind, month + 1], sums.harm[place, kind, month + 1] = count, harm
    sums.count.cumsum(axis=2, out=sums.count)
    sums.harm.cumsum(axis=2, out=sums.harm)
    bits = [[bool(int(known) >> bit & 1) for known in kinds] for bit in range(MEASURES)]
    measures = Sums(
        places=cells,
        count=np.stack([sums.count[:, those].sum(axis=1) for those in bits], axis=1),
        harm=np.stack([sums.harm[:, those].sum(axis=1) for those in bits], axis=1),
    )
    return [
        Layout("a row for each month, hexagon and signature", MONTHLY),
        Layout(
            "running sums, a pair of columns for each signature",
            _write_running(
                connection, sql.Identifier("by_signature"), sums, [(int(known) & mask).bit_count() for known in kinds]
            ),
        ),
        Layout(
            "running sums, a pair of columns for each measure",
            _write_running(
                connection, sql.Identifier("by_measure"), measures, [mask >> bit & 1 for bit in range(MEASURES)]
            ),
        ),
    ]


def _write_hexagons(connection: psycopg.Connection, cells: NDArray[np.uint64], address: TileAddress) -> None:
    connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    connection.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
    known = {
        "cell": ("bigint", cells.astype(np.int64)),
        "id": ("bigint", grid.feature_ids(cells).astype(np.int64)),
        "h3": ("text", grid.texts(cells)),
    }
    copy_columns(
        connection,
        sql.Identifier("hexagon"),
        known | {"outline": ("geometry(Polygon, 3857)", hexagons_in_metres(cells))},
    )
    connection.execute("CREATE INDEX ON hexagon USING gist (outline)")
    at = {name: ("int", np.full(len(cells), value)) for name, value in vars(address).items()}
    copy_columns(
        connection, sql.Identifier("drawn"), at | known | {"geometry": ("geometry", hexagons_in_tile(cells, address))}
    )
    connection.execute("CREATE INDEX ON drawn (z, x, y, cell)")
    settle(connection, sql.Identifier("hexagon"), sql.Identifier("drawn"))


def _entries(table: Table) -> tuple[NDArray[np.int64], ...]:
    """Place, signature, month, count and harm of every combination that has events, in the order of places."""
    _, place = np.unique(table.hexagon, return_inverse=True)
    key = (place.astype(np.int64) * (1 << MEASURES) + table.signature) * MONTHS + table.month
    found, entry = np.unique(key, return_inverse=True)
    count = np.bincount(entry, minlength=len(found))
    harm = np.bincount(entry, table.points, minlength=len(found))
    known, month = np.divmod(found, MONTHS)
    return (*np.divmod(known, 1 << MEASURES), month, count, harm)


def _write_running(connection: psycopg.Connection, table: sql.Identifier, sums: Sums, times: list[int]) -> sql.Composed:
    """The table of these sums, by boundary and hexagon; the query that adds up its kinds, each so many times."""
    boundaries = sums.count.shape[2]
    columns: dict[str, tuple[str, Any]] = {
        "boundary": ("int", np.repeat(np.arange(boundaries), len(sums.places))),
        "cell": ("bigint", np.tile(sums.places.astype(np.int64), boundaries)),
    }
    for kind in range(len(times)):
        columns[f"n{kind}"] = ("int", sums.count[:, kind].T.ravel())
        columns[f"harm{kind}"] = ("float8", sums.harm[:, kind].T.ravel())
    copy_columns(connection, table, columns)
    connection.execute(sql.SQL("CREATE INDEX ON {} (boundary, cell)").format(table))
    settle(connection, table)
    return RUNNING.format(table=table, n=_added("n", times), harm=_added("harm", times))


def _added(column: str, times: list[int]) -> sql.Composed:
    return sql.SQL(" + ").join(
        sql.SQL("{} * {}").format(sql.Literal(factor), sql.Identifier(f"{column}{kind}"))
        if factor > 1
        else sql.Identifier(f"{column}{kind}")
        for kind, factor in enumerate(times)
        if factor
    )
