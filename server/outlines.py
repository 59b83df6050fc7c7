"""Outlines of the areas as GeoJSON, for small maps that are no tiles."""

from typing import Any

import shapely
from flask import Blueprint, Response, request

from harmgrid.outlines import outlines_of
from harmgrid.published import Level
from server.cache.interface import Key
from server.parameters import choice, read_parameters
from server.responses import answer, as_bytes
from server.snapshots import CURRENT, snapshot_of

_DECIMALS = 5  # of a degree: a metre

blueprint = Blueprint("outlines", __name__, url_prefix="/api")


@blueprint.get("/outlines")
def outlines() -> Response:
    """The areas of a level with the detail that a map of all of them can show."""
    parameters = read_parameters(request, "level")
    snapshot = snapshot_of(CURRENT)
    levels = {level.id: level for level in snapshot.contents.levels}
    level = levels[choice(parameters, "level", tuple(levels))]
    key = Key(snapshot=snapshot.version, layer="/api/outlines", question=level.id)
    return answer(key, lambda: as_bytes(_collection(snapshot.version, level)), version=CURRENT)


def _collection(version: str, level: Level) -> dict[str, Any]:
    drawn = shapely.set_precision(outlines_of(level), 10**-_DECIMALS, mode="pointwise")
    return {
        "type": "FeatureCollection",
        "snapshot": version,
        "level": level.id,
        "features": [
            {
                "type": "Feature",
                "id": level.place_id(area),
                "properties": {"place": level.place_id(area), "name": area.name},
                "geometry": shapely.geometry.mapping(outline),
            }
            for area, outline in zip(level.sectors, drawn, strict=True)
        ],
    }
