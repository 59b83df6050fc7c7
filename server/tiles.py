"""Vector tiles by URL."""

from collections.abc import Mapping

from flask import Blueprint, Response, request

from harmgrid.published import Published
from harmgrid.snapshot import Snapshot
from harmgrid.tiles import TileAddress
from harmgrid.tileview import encode_tile, select_fields
from harmgrid.types import Question
from server.cache.interface import Key
from server.parameters import QUESTION, query_from, question_from, read_parameters
from server.responses import answer
from server.snapshots import snapshot_of

blueprint = Blueprint("tiles", __name__)


@blueprint.get("/tiles/<version>/<layer>/<int:z>/<int:x>/<int:y>.mvt")
def tile(version: str, layer: str, z: int, x: int, y: int) -> Response:  # noqa: PLR0917 - the address has five parts
    """One tile; 204 where no place of the layer touches it."""
    parameters = read_parameters(request, *QUESTION, "fields")
    snapshot = snapshot_of(version)
    question = question_from(parameters, snapshot.contents)
    fields = fields_from(parameters, snapshot.contents, layer, question)
    address = TileAddress(z=z, x=x, y=y)
    return answer(
        tile_key(snapshot, layer, address, query_from(question, snapshot.contents, fields)),
        lambda: encode_tile(snapshot.contents, layer, address, question, fields=fields),
        version=version,
        mimetype="application/vnd.mapbox-vector-tile",
    )


def tile_key(snapshot: Snapshot, layer: str, address: TileAddress, query: str) -> Key:
    """What a tile depends on, with its question in the one spelling of `query_from`."""
    return Key(snapshot=snapshot.version, layer=layer, zoom=address.z, question=f"{address.x}/{address.y}?{query}")


def fields_from(parameters: Mapping[str, str], published: Published, layer: str, question: Question) -> tuple[str, ...]:
    """The properties that a tile is asked for; none for all of them."""
    names = parameters["fields"].split(",") if "fields" in parameters else ()
    return select_fields(published, layer, question, names)
