"""What a layer of tiles is, as TileJSON 3.0, and how to draw it, as a MapLibre style. Any page or GIS can load both."""

import math
from typing import Any

from flask import Blueprint, Response, jsonify, request

from harmgrid.published import HEXAGONS, Level, Published
from harmgrid.snapshot import Snapshot
from harmgrid.tileview import LABEL_FIELDS, LABELS, layer_bounds, require_layer, select_fields, tile_fields, zooms_of
from harmgrid.types import Question
from harmgrid.view import hexagon_breaks, level_breaks
from server.api import asked
from server.mapstyle import map_layers
from server.parameters import QUESTION, query_from, question_from, read_parameters
from server.responses import cached
from server.snapshots import snapshot_of

blueprint = Blueprint("layers", __name__)

Json = dict[str, Any]


@blueprint.get("/tiles/<version>/<layer>.json")
def tilejson(version: str, layer: str) -> Response:
    """A layer as TileJSON 3.0. Its tiles are of one snapshot, `current` or not, as its window and its classes are."""
    parameters = read_parameters(request, *QUESTION, "fields")
    snapshot = snapshot_of(version)
    published = snapshot.contents
    require_layer(published, layer)
    question = question_from(parameters, published)
    names = parameters["fields"].split(",") if "fields" in parameters else ()
    fields = select_fields(published, layer, question, names)
    zooms = zooms_of(published, layer)
    west, south, east, north = layer_bounds(published, layer)
    body = {
        "tilejson": "3.0.0",
        "name": f"{published.force}: {'hexagons' if layer == HEXAGONS else layer}",
        "description": f"Harm in {question.window.text} by {published.recipe.title}, {published.recipe.release}",
        "attribution": published.attribution,
        "scheme": "xyz",
        "tiles": [_address(snapshot, layer, "/{z}/{x}/{y}.mvt", query_from(question, published, fields))],
        "minzoom": zooms[0],
        "maxzoom": zooms[-1],
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, _zoom_of(east - west, zooms)],
        "vector_layers": _vector_layers(published, layer, question, fields),
        **asked(snapshot, question),
        "classes": _classes(published, layer, question),
    }
    return cached(jsonify(body), version)


@blueprint.get("/tiles/<version>/style.json")
def style(version: str) -> Response:
    """Hexagons over sectors, in the colours of the page. It names no font, so it has no labels."""
    parameters = read_parameters(request, *QUESTION)
    snapshot = snapshot_of(version)
    published = snapshot.contents
    question = question_from(parameters, published)
    query = query_from(question, published)
    sectors = published.levels[0]
    west, south, east, north = layer_bounds(published, sectors.layer)
    body = {
        "version": 8,
        "name": f"{published.force}: harm in {question.window.text}",
        "metadata": {f"harmgrid:{name}": value for name, value in asked(snapshot, question).items()},
        "center": [(west + east) / 2, (south + north) / 2],
        "zoom": _zoom_of(east - west, zooms_of(published, HEXAGONS)),
        "sources": {
            "hex": {"type": "vector", "url": _address(snapshot, HEXAGONS, ".json", query), "promoteId": "h3"},
            "sectors": {"type": "vector", "url": _address(snapshot, sectors.layer, ".json", query), "promoteId": "id"},
        },
        "layers": map_layers(hexagon_breaks(published, question), level_breaks(published, sectors, question)),
    }
    return cached(jsonify(body), version)


def _address(snapshot: Snapshot, layer: str, ending: str, query: str) -> str:
    """An absolute address on the host that was asked, which `server.hosts` has found to be one of ours."""
    return f"{request.host_url}tiles/{snapshot.version}/{layer}{ending}?{query}"


def _zoom_of(degrees: float, zooms: list[int]) -> int:
    """The zoom at which so many degrees of longitude take up about two tiles."""
    return max(zooms[0], min(zooms[-1], math.floor(math.log2(720 / max(degrees, 1e-6)))))


def _vector_layers(published: Published, layer: str, question: Question, fields: tuple[str, ...]) -> list[Json]:
    zooms = zooms_of(published, layer)
    known = tile_fields(published, layer, question)
    chosen = {name: text for name, text in known.items() if not fields or name in fields}
    described: Json = {"minzoom": zooms[0], "maxzoom": zooms[-1], "fields": chosen}
    if layer == HEXAGONS:
        return [{"id": layer, "description": "H3 hexagons", **described}]
    labels = {name: text for name, text in chosen.items() if name in LABEL_FIELDS}
    return [
        {"id": layer, "description": f"Areas of the level {_level(published, layer).id}", **described},
        {"id": LABELS, "description": "Where their labels stand, one point each", **described, "fields": labels},
    ]


def _classes(published: Published, layer: str, question: Question) -> Json:
    """Lower edges of every class but the first; of hexagons by resolution, and which resolution a zoom has."""
    classes: Json = {"method": "head/tail breaks", "property": "harm", "unit": "harm points"}
    if layer != HEXAGONS:
        return classes | {"breaks": level_breaks(published, _level(published, layer), question)}
    shown = published.resolution_at_zoom
    breaks = hexagon_breaks(published, question)
    return classes | {
        "resolutions": {str(zoom): resolution for zoom, resolution in sorted(shown.items())},
        "breaks": {str(resolution): breaks[resolution] for resolution in sorted(set(shown.values()))},
    }


def _level(published: Published, layer: str) -> Level:
    return next(level for level in published.levels if level.layer == layer)
