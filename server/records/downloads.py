"""The events behind a figure as a file: CSV, a workbook, or what GIS tools open."""

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from flask import Response, current_app
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from werkzeug.exceptions import NotFound

from etl.behind.flat import flat_table
from etl.mended import guarded
from harmgrid.errors import TooBroad
from server.records.choices import ENDINGS
from server.records.door import DOWNLOAD_SECONDS, door
from server.records.events import Asked
from server.records.shapes import Json

EVENTS_AT_MOST = 25_000  # in a file
_SHEET = "Events"


def file(ending: str, parameters: Mapping[str, str]) -> Response:
    """The events behind a figure, all of them, as a file of this kind.

    Raises:
        TooBroad: more than `EVENTS_AT_MOST`.
    """
    if ending not in ENDINGS:
        raise NotFound
    asked = Asked.of(parameters)
    with door().look(DOWNLOAD_SECONDS) as bulk:
        behind, at = asked.found(bulk)
        if len(at) > EVENTS_AT_MOST:
            raise TooBroad(
                came=f"a file of {len(at):,} events",
                expected=f"no more than {EVENTS_AT_MOST:,}",
                do="choose a smaller place, a shorter window or fewer measures, and put the files together",
            )
        told = asked.told(bulk, behind)
        lines = flat_table(asked.described(bulk, behind, at))
    about = _about(asked, told)
    # In every line, since lines are what is copied out of a file.
    for name in ("snapshot", "marking", "data", "note"):
        lines = lines.append_column(name, pa.repeat(about[name], lines.num_rows))
    response = Response(WRITERS[ending](lines, about), mimetype=ENDINGS[ending])
    response.headers.set("Content-Disposition", "attachment", filename=f"{_name(asked)}.{ending}")
    return response


def _about(asked: Asked, told: Json) -> dict[str, str]:
    published = asked.snapshot.contents
    records = told["records"]
    return {
        "force": published.force,
        "marking": current_app.extensions["harmgrid_settings"].marking,
        "data": "SYNTHETIC: every place, name and event is invented" if published.synthetic else "real",
        "snapshot": asked.snapshot.version,
        "published": asked.snapshot.published_at,
        "recipe": f"{published.recipe.title}, {published.recipe.release}",
        "place": told["place"] or "everywhere",
        "window": told["window"]["text"],
        "measures": " ".join(told["measures"]),
        "counting": told["counting"],
        "looked for": told["query"] or "",
        "events of the figure": f"{told['figure']['count']} counted, {told['figure']['harm']:.2f} harm points",
        "events found": f"{told['found']['count']} counted, {told['found']['harm']:.2f} harm points",
        "note": told["note"] or "",
        "records changed": records["changed"] or "",
        "attribution": published.attribution,
    }


def _name(asked: Asked) -> str:
    """`harmgrid-events-C3-2023-01..2023-04-aada5d805896a5f6-synthetic`, of signs that every file system takes."""
    place = re.sub(r"[^A-Za-z0-9_-]+", "-", asked.spot.id)[:60] or "everywhere"
    parts = ["harmgrid-events", place, asked.question.window.text, asked.snapshot.version]
    return "-".join([*parts, "synthetic"] if asked.snapshot.contents.synthetic else parts)


def _csv(lines: pa.Table, _: Mapping[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(lines.column_names)
    for line in zip(*(column.to_pylist() for column in lines.columns), strict=True):
        writer.writerow([guarded(value) if isinstance(value, str) else _cell(value) for value in line])
    return text.getvalue().encode("utf-8-sig")  # the mark by which a spreadsheet knows UTF-8


def _cell(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _xlsx(lines: pa.Table, about: Mapping[str, str]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET)
    sheet.freeze_panes = "A2"

    def cells(values: Any) -> list[Any]:
        return [_text(sheet, value) if isinstance(value, str) else _cell(value) for value in values]

    sheet.append(cells(lines.column_names))
    for line in zip(*(column.to_pylist() for column in lines.columns), strict=True):
        sheet.append(cells(line))
    of_it = book.create_sheet("About")
    for name, value in about.items():
        of_it.append([_text(of_it, name), _text(of_it, value)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text(sheet: Any, text: str) -> Any:
    """A cell that is text, whatever it begins with, and still is when it is saved as CSV."""
    cell = WriteOnlyCell(sheet, guarded(ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)))
    cell.data_type = "s"  # not a formula, nor an error such as #N/A
    return cell


def _geojson(lines: pa.Table, about: Mapping[str, str]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {name: value for name, value in line.items() if name not in {"longitude", "latitude"}},
            "geometry": None
            if line["longitude"] is None
            else {"type": "Point", "coordinates": [line["longitude"], line["latitude"]]},
        }
        for line in lines.to_pylist()
    ]
    return json.dumps({"type": "FeatureCollection", "about": dict(about), "features": features}).encode()


def _geopackage(lines: pa.Table, about: Mapping[str, str]) -> bytes:
    import pyogrio  # late: few ask for this, and it takes a second

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.gpkg"
        pyogrio.write_dataframe(
            _frame(lines), path, layer="events", driver="GPKG", layer_metadata=dict(about), promote_to_multi=False
        )
        return path.read_bytes()


def _geoparquet(lines: pa.Table, about: Mapping[str, str]) -> bytes:
    frame = io.BytesIO()
    _frame(lines).to_parquet(frame, index=False)
    table = pa.parquet.read_table(frame)
    said = {f"harmgrid {name}".encode(): value.encode() for name, value in about.items()}
    file = io.BytesIO()
    pa.parquet.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **said}), file)
    return file.getvalue()


def _frame(lines: pa.Table) -> Any:
    """The lines as points; none where there is no location."""
    import geopandas  # late: few ask for this, and it takes a second

    lon, lat = (pc.fill_null(lines[name], float("nan")).to_numpy() for name in ("longitude", "latitude"))
    points = geopandas.points_from_xy(lon, lat, crs="EPSG:4326")
    located = lines["longitude"].is_valid().to_numpy()
    geometry = geopandas.GeoSeries(points, crs="EPSG:4326").where(located, None)
    return geopandas.GeoDataFrame(lines.to_pandas(), geometry=geometry)


WRITERS: Mapping[str, Callable[[pa.Table, Mapping[str, str]], bytes]] = {  # of the lines, and what is said about them
    "csv": _csv,
    "xlsx": _xlsx,
    "geojson": _geojson,
    "gpkg": _geopackage,
    "parquet": _geoparquet,
}
