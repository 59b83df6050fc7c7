"""GeoPackage, Shapefile, GeoJSON and FlatGeobuf, through GDAL: attributes as text, shapes as two-dimensional WKB.

GDAL guesses formats by content and knows eighty, some of which open other files or speak to servers. Here it has only
the one that was asked for, and sees only files that begin as that one does.
"""

import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa

from etl.reading.archive import Found
from etl.reading.blocks import Block, Damaged, Table, sift
from etl.reading.source import GEOMETRY, Reading, require_names
from etl.reading.text import texts_of
from harmgrid.errors import UnreadableSource

_DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "geojson": "GeoJSON", "fgb": "FlatGeobuf"}
_TITLES = {"gpkg": "GeoPackage", "shp": "Shapefile", "geojson": "GeoJSON file", "fgb": "FlatGeobuf file"}
_BEGINNINGS = {"gpkg": b"SQLite format 3\0", "shp": b"\0\0\x27\x0a", "geojson": b"{", "fgb": b"fgb\3fgb"}
_OPTIONS = {  # of GDAL's drivers: leave no file beside the user's; do not turn 01/02/2020 into a date of its own choice
    "gpkg": {"IMMUTABLE": "YES"},
    "geojson": {"DATE_AS_STRING": "YES"},
}
_OTHER_DRIVERS = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRIJSON,Elasticsearch,GDALG,GML,GPSBabel,"
    "GPX,GTFS,GeoJSONSeq,GeoRSS,HTTP,Idrisi,JML,JSONFG,KML,LIBKML,LVBAG,MBTiles,MEM,MVT,MapML,MapInfo File,"
    "MiraMonVector,NGW,OAPIF,ODS,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,"
    "S57,SQLite,SXF,Selafin,TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)
_ENCODINGS = {"cp1252": "CP1252", "latin-1": "ISO-8859-1"}  # as GDAL calls them
_BATCH_ROWS = 2_048  # a boundary may take a megabyte
_MAX_CHECKED = 64 * 1024**2  # bytes of GeoJSON that are looked through before GDAL reads them
_COUNTED = ("gpkg", "fgb")  # say how many rows they have


def _gdal(form: str) -> Any:
    """GDAL by way of pyogrio, with one driver."""
    others = [driver for name, driver in _DRIVERS.items() if name != form]
    os.environ |= {
        "GDAL_SKIP": ",".join([_OTHER_DRIVERS, *others]),
        "GDAL_NUM_THREADS": "1",
        "OGR_GPKG_NUM_THREADS": "1",
    }
    # GDAL reads those variables when it is loaded
    import pyogrio

    return pyogrio


@contextmanager
def open_table(file: Found, reading: Reading) -> Iterator[Table]:
    """A file of shapes.

    Raises:
        UnreadableSource: not of that format, cut short, or without that layer.
        UnknownColumn: columns that cannot be told apart.
    """
    _require_beginning(file, reading.format)
    if reading.format == "geojson":
        _require_whole_features(file)
    if reading.format == "shp":
        _require_whole_shapefile(file)
    if reading.format == "gpkg" and file.inside is None:
        _require_at_rest(file)
    table = _Vector(file=file, reading=reading, gdal=_gdal(reading.format))
    require_names(file.name, table.columns)
    yield table


def _require_whole_features(file: Found) -> None:
    """Raise if GDAL would leave a feature or half a text out without a word; very large files are taken as they are."""
    if file.size > _MAX_CHECKED:
        return
    with file.open() as opened:
        content = opened.read()
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):  # GDAL will say it, in the same words as of other formats
        return
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        return
    wrong = next((at for at, feature in enumerate(features, start=1) if not isinstance(feature, dict)), None)
    if wrong is not None or b"\\u0000" in content:
        what = f"whose feature {wrong:,} is none" if wrong else "with a character of value zero"
        raise UnreadableSource(
            came=f"{file.name}, {what}",
            expected="objects of the type Feature, and text that a database keeps",
            do="export the file again",
        )


class _Vector:
    """One layer."""

    def __init__(self, *, file: Found, reading: Reading, gdal: Any) -> None:
        self._file, self._reading, self._gdal = file, reading, gdal
        self._path = _path_for_gdal(file)
        self._layer = reading.layer or None  # None is the first
        with self._open() as (meta, stream):
            names = list(stream.schema.names)
            self._geometry = (meta["geometry_name"] or "wkb_geometry") if meta["geometry_type"] else None
            self.crs = _crs(meta["crs"]) if self._geometry else ""
        self._fields = [name for name in names if name != self._geometry]
        self.columns = (*self._fields, GEOMETRY) if self._geometry in names else tuple(self._fields)

    def blocks(self) -> Iterator[Block | Damaged]:
        """Its rows, numbered in the order of the file."""
        rows = 0
        count = self._count()
        with self._open() as (_, stream):
            for batch in self._batches(stream):
                numbers = np.arange(rows + 2, rows + 2 + batch.num_rows)
                rows += batch.num_rows
                columns = [texts_of(batch.column(name)) for name in self._fields]
                if self._geometry:
                    columns.append(flat(batch.column(self._geometry)))
                done = self._file.size * rows // max(count, rows)
                yield from sift(Block(numbers=numbers, columns=columns, done=done), "not_utf8")
        if rows < count and self._reading.format in _COUNTED:
            raise self._damaged(f"it says that it has {count:,} rows, and {rows:,} are there")

    def _count(self) -> int:
        """How many rows it says it has, as far as that is cheap to know."""
        forced = self._reading.format in _COUNTED
        options = _OPTIONS.get(self._reading.format, {})
        try:
            info = self._gdal.read_info(self._path, layer=self._layer, force_feature_count=forced, **options)
        except (self._gdal.errors.DataSourceError, self._gdal.errors.DataLayerError) as error:
            raise self._damaged(error) from error
        return max(int(info["features"]), 0)

    def _batches(self, stream: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        try:
            yield from stream
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error) from error

    @contextmanager
    def _open(self) -> Iterator[tuple[dict[str, Any], pa.RecordBatchReader]]:
        options = _OPTIONS.get(self._reading.format, {})
        is_shapefile = self._reading.format == "shp"  # the only one that may not say what its letters are
        try:
            opened = self._gdal.open_arrow(
                self._path,
                layer=self._layer,
                encoding=_ENCODINGS.get(self._reading.encoding) if is_shapefile else None,
                use_pyarrow=True,
                batch_size=_BATCH_ROWS,
                datetime_as_string=True,
                **options,
            )
            with opened as (meta, stream):
                yield meta, stream
        except self._gdal.errors.DataLayerError as error:
            raise self._without_layer() from error
        except self._gdal.errors.DataSourceError as error:
            raise self._damaged(error) from error

    def _without_layer(self) -> UnreadableSource:
        layers = [str(name) for name in self._gdal.list_layers(self._path)[:, 0]]
        return UnreadableSource(
            came=f"{self._file.name} without the layer {self._layer or 'that every such file has'}",
            expected=f"one of its layers: {', '.join(layers)[:300] or 'it has none'}",
            do="name one of them in the profile, under [read] as layer",
        )

    def _damaged(self, why: object) -> UnreadableSource:
        said = str(why).replace(self._path, self._file.name).splitlines()[0][:200]
        return _no_such_file(self._file, self._reading.format, said)


def _crs(said: str | None) -> str:
    """What a file says of its coordinates; "undefined" and "local" are said in WKT too."""
    return "" if said is None or said.startswith(("ENGCRS", "LOCAL_CS")) else said


def flat(shapes: pa.Array) -> pa.Array:
    """Shapes as WKB in two dimensions; what is no shape stays as it is."""
    # loaded where there are shapes
    import shapely

    given = np.array(shapes.to_pylist(), dtype=object)
    read = shapely.from_wkb(given, on_invalid="ignore")
    plain = shapely.to_wkb(shapely.force_2d(read))
    kept = [was if now is None else now for was, now in zip(given, plain, strict=True)]
    return pa.array(kept, pa.binary())


def _path_for_gdal(file: Found) -> str:
    if "!" in str(file.path) or (file.inside and (".." in PurePosixPath(file.inside).parts or "}" in str(file.path))):
        raise UnreadableSource(
            came=f"{file.name} in {file.path}, a name that could mean another file",
            expected="a path without !, nor } and .. where it leads into an archive",
            do="rename it, or unpack the archive",
        )
    path = str(file.path.resolve())
    return f"/vsizip/{{{path}}}/{file.inside}" if file.inside else path


def _require_beginning(file: Found, form: str) -> None:
    with file.open() as opened:
        beginning = opened.read(1_024)
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip() if form == "geojson" else beginning
    if not text.startswith(_BEGINNINGS[form]):
        shown = beginning[:12].decode("ascii", "backslashreplace")
        raise _no_such_file(file, form, f"it begins with {shown!r}" if shown else "it is empty")


def _require_at_rest(file: Found) -> None:
    """Raise if another program has rows in its journal, where we would not see them."""
    journals = [file.path.with_name(file.path.name + ending) for ending in ("-wal", "-journal")]
    if any(journal.is_file() and journal.stat().st_size for journal in journals):
        raise UnreadableSource(
            came=f"{file.name}, to which another program is writing",
            expected="a GeoPackage that nobody has open",
            do="close it there, and try again",
        )


def _no_such_file(file: Found, form: str, why: str) -> UnreadableSource:
    return UnreadableSource(
        came=f"{file.name}, which is no whole {_TITLES[form]} ({why})",
        expected=f"a {_TITLES[form]} as the program wrote it that made it",
        do="open it in a map program, or fetch it again; nothing of it has been loaded",
    )


# ---- a Shapefile is three files at least, and GDAL takes what is missing at their ends for nothing


@dataclass(frozen=True, kw_only=True)
class _Part:
    name: str
    size: int
    head: bytes


def _require_whole_shapefile(file: Found) -> None:
    for ending in (".shp", ".shx", ".dbf"):
        part = _part(file, ending)
        if part is None:
            raise _no_such_file(file, "shp", f"there is no {ending} beside it")
        if part.size < _length_by_head(part, ending):
            raise _no_such_file(file, "shp", f"its {ending} is cut short")


def _length_by_head(part: _Part, ending: str) -> int:
    if len(part.head) < 32:
        return 32
    if ending == ".dbf":
        rows, head, row = (int.from_bytes(part.head[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
        return head + rows * row
    return int.from_bytes(part.head[24:28], "big") * 2


def _part(file: Found, ending: str) -> _Part | None:
    """One of the files of a Shapefile, whatever the case of its ending."""
    if file.inside is None:
        for path in (file.path.with_suffix(ending), file.path.with_suffix(ending.upper())):
            if path.is_file():
                with path.open("rb") as opened:
                    return _Part(name=path.name, size=path.stat().st_size, head=opened.read(32))
        return None
    stem = str(PurePosixPath(file.inside).with_suffix(""))
    with zipfile.ZipFile(file.path) as archive:
        for entry in archive.infolist():
            if entry.filename in {stem + ending, stem + ending.upper()}:
                with archive.open(entry) as opened:
                    return _Part(name=entry.filename, size=entry.file_size, head=opened.read(32))
    return None
