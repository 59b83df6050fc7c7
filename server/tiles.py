"""Vector tiles by URL."""

from flask import Blueprint, Response, request

from harmgrid.tiles import TileAddress
from harmgrid.view import encode_tile
from server.parameters import QUESTION, question_from, read_parameters
from server.responses import cached
from server.snapshots import snapshot_of

blueprint = Blueprint("tiles", __name__)


@blueprint.get("/tiles/<version>/<layer>/<int:z>/<int:x>/<int:y>.mvt")
def tile(version: str, layer: str, z: int, x: int, y: int) -> Response:  # noqa: PLR0917 - the address has five parts
    """One tile; 204 where no place of the layer touches it."""
    parameters = read_parameters(request, *QUESTION)
    snapshot = snapshot_of(version)
    question = question_from(parameters, snapshot.contents)
    body = encode_tile(snapshot.contents, layer, TileAddress(z=z, x=x, y=y), question)
    response = Response(body, status=200 if body else 204, mimetype="application/vnd.mapbox-vector-tile")
    return cached(response, version)
