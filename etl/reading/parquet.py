"""Parquet, with or without a shape in each row (GeoParquet)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from etl.reading.archive import Found
from etl.reading.blocks import Block, Damaged, Table, sift
from etl.reading.source import GEOMETRY, Reading, require_names
from etl.reading.text import texts_of
from etl.reading.vector import flat
from harmgrid.errors import HarmgridError, UnreadableSource

_BATCH_ROWS = 4_096
_LONGITUDE_LATITUDE = "EPSG:4326"  # what GeoParquet means where it does not say


@contextmanager
def open_table(file: Found, _: Reading) -> Iterator[Table]:
    """A Parquet file.

    Raises:
        UnreadableSource: damaged, or shapes in a form that is not WKB.
        UnknownColumn: columns that cannot be told apart.
    """
    with file.open_seekable() as opened:
        try:
            table = _Parquet(file=file, parquet=pq.ParquetFile(opened, pre_buffer=False))
            require_names(file.name, table.columns)
            yield table
        except HarmgridError:
            raise
        except (pa.ArrowException, OSError) as error:
            raise _no_parquet(file, str(error)) from error


class _Parquet:
    """Rows of all row groups."""

    def __init__(self, *, file: Found, parquet: pq.ParquetFile) -> None:
        self._file, self._parquet = file, parquet
        self._geometry, self.crs = _geometry(file, parquet)
        self._fields = [name for name in parquet.schema_arrow.names if name != self._geometry]
        self.columns = (*self._fields, GEOMETRY) if self._geometry else tuple(self._fields)

    def blocks(self) -> Iterator[Block | Damaged]:
        """Its rows, numbered in the order of the file."""
        rows, count = 0, self._parquet.metadata.num_rows
        for batch in self._parquet.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
            numbers = np.arange(rows + 2, rows + 2 + batch.num_rows)
            rows += batch.num_rows
            columns = [texts_of(_plain(batch.column(name))) for name in self._fields]
            if self._geometry:
                columns.append(flat(_plain(batch.column(self._geometry))))
            done = self._file.size * rows // max(count, rows)
            yield from sift(Block(numbers=numbers, columns=columns, done=done), "not_utf8")
        if rows != count:
            raise _no_parquet(self._file, f"it says that it has {count:,} rows, and {rows:,} are there")


def _plain(column: pa.Array) -> pa.Array:
    return column.storage if isinstance(column, pa.ExtensionArray) else column


def _geometry(file: Found, parquet: pq.ParquetFile) -> tuple[str | None, str]:
    """The column of shapes and what is said of its coordinates, as far as there is one."""
    said = (parquet.schema_arrow.metadata or {}).get(b"geo")
    if said is None:
        return None, ""
    try:
        geo = json.loads(said)
        name = geo["primary_column"]
        column = geo["columns"][name]
        encoding = column["encoding"]
        crs = _crs(column["crs"]) if "crs" in column else _LONGITUDE_LATITUDE
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise _no_parquet(file, "what it says of its shapes cannot be read") from error
    kind = parquet.schema_arrow.field(name).type if name in parquet.schema_arrow.names else None
    if encoding != "WKB" or kind is None:
        raise _no_parquet(file, f"its shapes are in the form {str(encoding)[:40]}, and not WKB")
    return name, crs


def _crs(said: Any) -> str:
    """An authority's code, or WKT where there is none; "" if nobody knows."""
    if said is None:
        return ""
    named = said.get("id")
    if named:
        code = f"{named['authority']}:{named['code']}"
        return _LONGITUDE_LATITUDE if code in {"OGC:CRS84", "EPSG:4326"} else code
    # loaded where there is something to look up
    import pyproj

    return str(pyproj.CRS.from_json_dict(said).to_wkt())


def _no_parquet(file: Found, why: str) -> UnreadableSource:
    return UnreadableSource(
        came=f"{file.name}, which is no whole Parquet file ({why.splitlines()[0][:200]})",
        expected="a Parquet file, shapes in it as GeoParquet",
        do="write it anew, or fetch it again; nothing of it has been loaded",
    )
