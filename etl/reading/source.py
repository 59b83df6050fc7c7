"""What is to be read and what came of it: the values that both processes know."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from harmgrid.errors import UnknownColumn, UnreadableSource
from harmgrid.types import Reject

# Each format, and how its files' names end.
FORMATS: dict[str, tuple[str, ...]] = {
    "csv": (".csv", ".tsv"),
    "xlsx": (".xlsx", ".xlsm"),
    "gpkg": (".gpkg",),
    "shp": (".shp",),
    "geojson": (".geojson", ".json"),
    "fgb": (".fgb",),
    "parquet": (".parquet", ".geoparquet"),
    "sql": (),
}
ENCODINGS = ("utf-8", "cp1252", "latin-1", "utf-16")
DELIMITERS = {",": ",", ";": ";", "tab": "\t", "\t": "\t", "|": "|"}
GEOMETRY = "geometry"  # the one column that is no text
MAX_COLUMNS = 1_000


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How to read a source: the table [read] of its profile."""

    format: str  # one of FORMATS
    files: str = "*"  # glob on the names of files within a folder or an archive
    leave_out: tuple[str, ...] = ()  # globs of files that are not of this source
    encoding: str = "utf-8"  # csv: one of ENCODINGS; shp without a .cpg: one of them but utf-16
    delimiter: str = ","  # csv: one of DELIMITERS
    sheet: str = ""  # xlsx: the first if empty
    layer: str = ""  # gpkg: the first if empty
    query: str = ""  # sql
    url_env: str = ""  # sql: the environment variable that holds the database's URL


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file of a source."""

    name: str  # without folders
    size: int  # bytes, unpacked; 0 where nobody can say
    columns: tuple[str, ...]  # in the order of the file; formats with shapes end with "geometry"
    crs: str = ""  # what the file says: an authority's code or WKT; "" if it does not say


@dataclass(frozen=True, kw_only=True)
class RawBatch:
    """Some rows of a file, as they came."""

    numbers: NDArray[np.int64]  # (rows,) the header is row 1; blank lines are not rows; of a workbook, the sheet's own
    columns: dict[str, pa.Array]  # text, "" where empty; "geometry" is WKB in two dimensions, null where there is none
    damaged: list[Reject] = field(default_factory=list)  # rows that are no rows, quoted as they came
    done: int  # bytes of the file read so far


def require_names(file: str, columns: tuple[str, ...]) -> None:
    """Raise if a table's columns cannot be told apart.

    Raises:
        UnknownColumn: no columns, one without a name, or two of one name.
        UnreadableSource: more columns than any source has.
    """
    if len(columns) > MAX_COLUMNS:
        raise UnreadableSource(
            came=f"{file} with {len(columns):,} columns",
            expected=f"{MAX_COLUMNS:,} at most",
            do="take the columns that are needed into a table of their own",
        )
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if not columns:
        came = "without a header"
    elif not all(name.strip() for name in columns):
        at = next(at for at, name in enumerate(columns, start=1) if not name.strip())
        came = f"with a column without a name, the {at}. of {len(columns)}"
    elif twice:
        came = f"with a column twice: {', '.join(twice)[:200]}"
    else:
        return
    raise UnknownColumn(
        came=f"{file} {came}",
        expected="a first row that names every column, each once",
        do="give each column a name of its own, or take the file without what stands above its header",
    )
