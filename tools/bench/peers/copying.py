"""Columns into tables of PostgreSQL, and hexagons as its geometries."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from psycopg import sql
from pyarrow import csv

from harmgrid import grid
from harmgrid.tiles import EXTENT, TileAddress, to_world

Columns = Mapping[str, tuple[str, Any]]  # by name: the type, in SQL, and the values
AROUND_THE_EARTH_M = 2 * np.pi * 6_378_137  # of the sphere of EPSG:3857


def copy_columns(connection: psycopg.Connection, table: sql.Identifier, columns: Columns) -> None:
    """A new table of that name with these columns."""
    kinds = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, (kind, _) in columns.items()
    )
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, kinds))
    lines = io.BytesIO()
    csv.write_csv(
        pa.table({name: pa.array(values) for name, (_, values) in columns.items()}),
        lines,
        csv.WriteOptions(include_header=False),
    )
    copied = sql.SQL("COPY {} FROM STDIN WITH (FORMAT csv)").format(table)
    with connection.cursor().copy(copied) as copy:
        copy.write(lines.getbuffer())


def settle(connection: psycopg.Connection, *tables: sql.Identifier) -> None:
    """Have the planner know these tables, and the server hold them in memory."""
    for table in tables:
        connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(table))
        connection.execute("SELECT pg_prewarm(%s::regclass)", [table.as_string(connection)])


def hexagons_in_metres(cells: NDArray[np.uint64]) -> list[str]:
    """Each hexagon in EPSG:3857, as the hexadecimal text that PostGIS reads."""
    world = shapely.transform(grid.boundaries(cells), to_world)
    metres = shapely.transform(world, lambda at: (at - 0.5) * [AROUND_THE_EARTH_M, -AROUND_THE_EARTH_M])
    return _hexadecimal(shapely.set_srid(metres, 3857))


def hexagons_in_tile(cells: NDArray[np.uint64], address: TileAddress) -> list[str]:
    """Each hexagon in whole units of a tile, wound as the specification asks; also of those that lie outside of it."""
    world = shapely.transform(grid.boundaries(cells), to_world)
    units = shapely.transform(world, lambda at: np.rint((at * (1 << address.z) - [address.x, address.y]) * EXTENT))
    return _hexadecimal(shapely.orient_polygons(units))


def _hexadecimal(shapes: NDArray[np.object_]) -> list[str]:
    return [str(text) for text in shapely.to_wkb(shapes, hex=True, include_srid=True)]
