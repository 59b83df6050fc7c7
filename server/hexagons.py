"""The hexagons of an area as JSON, with their outlines: for a sheet of one sector, for a list of where to go."""

from typing import Any

from flask import Blueprint, Response, request

from harmgrid.published import Published
from harmgrid.snapshot import Snapshot
from harmgrid.types import Question
from harmgrid.within import Hexagon, hexagons_within
from server.api import asked, sum_json
from server.cache.interface import Key
from server.parameters import query_from, question_from, read_parameters
from server.responses import answer, as_bytes
from server.snapshots import CURRENT, snapshot_of

Json = dict[str, Any]

NOTE = (
    "A hexagon belongs to the area that holds its centre, so their sums are not exactly the area's: an event near its "
    "edge may lie in a hexagon of a neighbour."
)
_DECIMALS = 6  # of a degree: a tenth of a metre

blueprint = Blueprint("hexagons", __name__, url_prefix="/api")


@blueprint.get("/hexagons")
def hexagons() -> Response:
    """The hexagons of an area by harm."""
    parameters = read_parameters(request, "place", "window", "measures", "count", "whatif")
    snapshot = snapshot_of(CURRENT)
    question = question_from({name: text for name, text in parameters.items() if name != "place"}, snapshot.contents)
    place = parameters.get("place", "force:force")
    key = Key(
        snapshot=snapshot.version,
        layer="/api/hexagons",
        question=f"{place}?{query_from(question, snapshot.contents)}",
    )
    return answer(key, lambda: as_bytes(_hexagons(snapshot, place, question)), version=CURRENT)


def _hexagons(snapshot: Snapshot, place: str, question: Question) -> Json:
    found = hexagons_within(snapshot.contents, place, question)
    return asked(snapshot, question) | {
        "place": place,
        "name": found.name,
        "note": NOTE,
        "resolution": found.resolution,
        "breaks": found.breaks,
        "total": sum_json(found.total),
        "hexagons": [_hexagon(snapshot.contents, hexagon) for hexagon in found.hexagons],
    }


def _hexagon(published: Published, hexagon: Hexagon) -> Json:
    titles = {measure.id: measure.title for measure in published.recipe.measures}
    mostly = hexagon.mostly
    return {
        "id": hexagon.id,
        "rank": hexagon.rank,
        **sum_json(hexagon.sum),
        "share": hexagon.share,
        "mostly": {"measure": mostly[0], "title": titles[mostly[0]], "share": mostly[1]} if mostly else None,
        "center": [round(degrees, _DECIMALS) for degrees in hexagon.center],
        "outline": hexagon.outline.round(_DECIMALS).tolist(),
    }
