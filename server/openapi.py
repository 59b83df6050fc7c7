"""The API described as OpenAPI 3.1; a test holds it against the routes and the answers."""

from importlib.metadata import version
from typing import Any

from harmgrid.published import BASE_LEVEL, HEXAGONS, SECTORS
from server.parameters import COUNTINGS, FIGURES
from server.records.choices import CONTEXT, ENDINGS, GROUP_SORTS, LARGEST_SIZE, LONGEST_TEXT, NOMINAL_SORTS, SIZE, SORTS

Json = dict[str, Any]

_WINDOW = r"^\d{4}-(0[1-9]|1[0-2])\.\.\d{4}-(0[1-9]|1[0-2])$"
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "came", "expected", "do"],
            "properties": {name: {"type": "string"} for name in ("code", "came", "expected", "do")},
        }
    },
}


def description() -> Json:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "harmgrid",
            "version": version("harmgrid"),
            "description": "Place-based harm by hexagon, sector and month. A missing month is not zero.",
        },
        "paths": {
            "/api/snapshot": _get("What is published: months, recipe, layers"),
            "/api/snapshots": _get("The snapshots that are kept, the newest first"),
            "/api/snapshots/{version}": _get("What a snapshot contains", _version()),
            "/api/sectors": _get("Sectors ranked by harm", *_question(), _level()),
            "/api/series": _get(
                "The areas of a level with every month at once", _measures(), _choice("count", COUNTINGS), _level()
            ),
            "/api/hexagons": _get("The hexagons of an area by harm", _area(), *_question(baseline=False)),
            "/api/outlines": _get("The outlines of the areas of a level, simplified, as GeoJSON", _level()),
            "/api/groups": _get("Groups by the harm of the events linked to them", *_question(baseline=False)[:2]),
            "/api/places/{place_id}": _get("One hexagon or sector", _path("place_id", "string"), *_question()),
            "/api/search": _get(
                "What a text can mean: an area or a place by name, a grid reference, a position", _typed()
            ),
            "/api/classes": _get("Class edges for a window of this length", *_question(), _choice("figure", FIGURES)),
            "/api/events": _record(
                "The events behind a figure, with every row that tells of them", *_figure(), *_pages()
            ),
            "/api/context": _record(
                "Reports beside the harm, as points without text",
                _choice("kind", CONTEXT),
                *_question(baseline=False)[:1],
            ),
            "/api/events.{ending}": _file(),
            "/api/active-groups": _record("The groups whose events a figure counts, by harm", *_figure()[:4]),
            "/api/group-names": _record(
                "Groups with their names, by harm or name",
                *_question(baseline=False)[:2],
                _text("a text that the id or a name has, in any case"),
                _choice("sort", GROUP_SORTS),
                *_pages(),
            ),
            "/api/groups/{group_id}": _record(
                "A group: its members, its events, where its harm is",
                _path("group_id", "string"),
                *_question(baseline=False)[:2],
                _choice("sort", SORTS),
                *_pages(),
            ),
            "/api/nominals": _record(
                "People, to look one up",
                _text("a text that the id or a name has, in any case"),
                _choice("sort", NOMINAL_SORTS),
                *_pages(),
            ),
            "/api/nominals/{nominal_id}": _record(
                "A person: names, homes, groups, flags, events", _path("nominal_id", "string"), *_pages()
            ),
            "/api/loads": _record("What was loaded, with receipts, rejects by reason and changes", *_pages()),
            "/api/rejects": _record(
                "Rows that were not loaded, as they were",
                _query("source", {"type": "string"}, "of this source; of all by default"),
                _query("reason", {"type": "string"}, "for this reason; for any by default"),
                *_pages(),
            ),
            "/tiles/{version}/{layer}/{z}/{x}/{y}.mvt": _tile(),
            "/tiles/{version}/{layer}.json": _get(
                "A layer as TileJSON 3.0", _version(), _layer(), *_question(), _fields()
            ),
            "/tiles/{version}/style.json": _get("Hexagons and sectors as a MapLibre style", _version(), *_question()),
            "/series/{version}/{theme}/{z}/{x}/{y}.bin": _series(),
            "/openapi.json": _get("This document"),
            "/healthz": _get("Whether the server is well"),
            "/metrics": _metrics(),
        },
        "components": {"schemas": {"Error": _ERROR}},
    }


def _get(summary: str, *parameters: Json) -> Json:
    return {
        "get": {
            "summary": summary,
            "parameters": list(parameters),
            "responses": {
                "200": {"description": "the answer", "content": {"application/json": {"schema": {"type": "object"}}}},
                **_errors(),
            },
        }
    }


def _tile() -> Json:
    operation = _get(
        "A Mapbox Vector Tile with one layer",
        _version(),
        _layer(),
        *(_path(name, "integer") for name in ("z", "x", "y")),
        *_question(),
        _fields(),
    )
    operation["get"]["responses"] |= {
        "200": {
            "description": "the tile; a place that crosses its edge is in each tile that it touches, under the same id",
            "content": {"application/vnd.mapbox-vector-tile": {"schema": {"type": "string", "format": "binary"}}},
        },
        "204": {"description": "no place of the layer touches this tile"},
    }
    return operation


def _metrics() -> Json:
    operation = _get("What the server counts, for Prometheus")
    content = {"text/plain": {"schema": {"type": "string"}}}
    operation["get"]["responses"]["200"] = {"description": "the text format of Prometheus", "content": content}
    return operation


def _series() -> Json:
    operation = _get(
        "The hexagons of a tile with every month at once, in the format of docs/series-tiles.md",
        _version(),
        _path("theme", "string", "ids of themes or measures of the recipe, separated by commas"),
        *(_path(name, "integer") for name in ("z", "x", "y")),
        _choice("count", COUNTINGS),
    )
    operation["get"]["responses"] |= {
        "200": {
            "description": "the series tile",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        "204": {"description": "no hexagon touches this tile"},
    }
    return operation


def _record(summary: str, *parameters: Json) -> Json:
    """An address of the records, which answers 404 where they are not shown."""
    operation = _get(summary, *parameters)
    schema = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    operation["get"]["responses"] |= {
        "409": {"description": "the snapshot was made by another recipe than this server has", "content": schema},
        "503": {"description": "the records do not answer", "content": schema},
    }
    return operation


def _file() -> Json:
    ending = _path("ending", "string", "csv, xlsx, geojson, gpkg or parquet", enum=list(ENDINGS))
    operation = _record("The events behind a figure as a file, a line a row", ending, *_figure())
    binary = {"schema": {"type": "string", "format": "binary"}}
    operation["get"]["responses"]["200"] = {
        "description": "the file; too many events for one are answered 400",
        "content": dict.fromkeys(ENDINGS.values(), binary),
    }
    return operation


def _figure() -> list[Json]:
    window, measures, _, count = _question(baseline=False)
    place = "a place as /api/places takes it, unplaced:no_location, unplaced:outside_sectors, or everywhere by default"
    return [
        _query("place", {"type": "string", "examples": ["B2", "89196461ecbffff"]}, place),
        window,
        measures,
        count,
        _text("a text that a row of the event has, in any case"),
        _choice("sort", SORTS),
    ]


def _pages() -> list[Json]:
    return [
        _query("page", {"type": "integer", "minimum": 1, "default": 1}, "which page, from 1"),
        _query("size", {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": SIZE}, "lines of a page"),
    ]


def _text(meaning: str) -> Json:
    return _query("query", {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}, meaning)


def _typed() -> Json:
    """What somebody has typed so far, which may be nothing yet."""
    return _query("query", {"type": "string", "maxLength": LONGEST_TEXT}, "what is looked for")


def _errors() -> Json:
    schema = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "400": {"description": "a parameter that cannot be used", "content": schema},
        "404": {"description": "no such thing", "content": schema},
    }


def _question(*, baseline: bool = True) -> list[Json]:
    window = {"type": "string", "pattern": _WINDOW, "examples": ["2022-03..2023-02"]}
    parameters = [_query("window", window, "first and last month, both included; the last twelve months by default")]
    if baseline:
        parameters.append(_query("baseline", window, "the window to compare with"))
    parameters.append(_measures())
    whatif = {"type": "string", "examples": ["burglary:2,drugs:0.5"]}
    parameters.append(_query("whatif", whatif, "multipliers of weights, for a look that is not the score"))
    return [*parameters, _choice("count", COUNTINGS)]


def _measures() -> Json:
    schema = {"type": "string", "examples": ["burglary,robbery"]}
    which = "ids of measures or themes, separated by commas; those of the primary score by default"
    return _query("measures", schema, which)


def _version() -> Json:
    return _path("version", "string", "a snapshot's version, kept for ever, or `current`")


def _layer() -> Json:
    return _path("layer", "string", f"{HEXAGONS}, {SECTORS}, or the id of another level")


def _fields() -> Json:
    return _query("fields", {"type": "string", "examples": ["count,harm"]}, "properties to write; all by default")


def _area() -> Json:
    schema = {"type": "string", "default": "force:force", "examples": ["B2"]}
    return _query("place", schema, "the place of an area of any level; the whole force by default")


def _level() -> Json:
    schema = {"type": "string", "default": BASE_LEVEL}
    return _query("level", schema, "the level of the areas; /api/snapshot lists them")


def _choice(name: str, values: tuple[str, ...]) -> Json:
    return _query(name, {"type": "string", "enum": list(values), "default": values[0]}, "one of the list")


def _query(name: str, schema: Json, text: str) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": text}


def _path(name: str, kind: str, text: str = "", **schema: object) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": kind, **schema},
        "description": text or f"the {name}",
    }
