"""Vector tiles by URL."""

from collections.abc import Mapping

from flask import Blueprint, Response, request

from harmgrid.published import Published
from harmgrid.tiles import TileAddress
from harmgrid.tileview import encode_tile, select_fields
from harmgrid.types import Question
from server.parameters import QUESTION, question_from, read_parameters
from server.responses import cached
from server.snapshots import snapshot_of

blueprint = Blueprint("tiles", __name__)


@blueprint.get("/tiles/<version>/<layer>/<int:z>/<int:x>/<int:y>.mvt")
def tile(version: str, layer: str, z: int, x: int, y: int) -> Response:  # noqa: PLR0917 - the address has five parts
    """One tile; 204 where no place of the layer touches it."""
    parameters = read_parameters(request, *QUESTION, "fields")
    snapshot = snapshot_of(version)
    question = question_from(parameters, snapshot.contents)
    fields = fields_from(parameters, snapshot.contents, layer, question)
    body = encode_tile(snapshot.contents, layer, TileAddress(z=z, x=x, y=y), question, fields=fields)
    response = Response(body, status=200 if body else 204, mimetype="application/vnd.mapbox-vector-tile")
    return cached(response, version)


def fields_from(parameters: Mapping[str, str], published: Published, layer: str, question: Question) -> tuple[str, ...]:
    """The properties that a tile is asked for; none for all of them."""
    names = parameters["fields"].split(",") if "fields" in parameters else ()
    return select_fields(published, layer, question, names)
