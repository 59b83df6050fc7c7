"""Series tiles by URL."""

from flask import Blueprint, Response, request

from harmgrid.errors import InvalidTile, UnknownParameter
from harmgrid.published import Published
from harmgrid.series import encode_series
from harmgrid.tiles import TileAddress
from server.cache.interface import Key
from server.parameters import counting_from, read_parameters
from server.responses import answer
from server.snapshots import snapshot_of

blueprint = Blueprint("series", __name__)


@blueprint.get("/series/<version>/<theme>/<int:z>/<int:x>/<int:y>.bin")
def series(version: str, theme: str, z: int, x: int, y: int) -> Response:  # noqa: PLR0917 - the address has five parts
    """All months of the hexagons of one tile; 204 where no hexagon touches it."""
    parameters = read_parameters(request, "count")
    snapshot = snapshot_of(version)
    counting = counting_from(parameters)
    measures = _measures(snapshot.contents, theme)
    asked = f"{','.join(sorted(measures))}/{x}/{y}?count={counting}"
    return answer(
        Key(snapshot=snapshot.version, layer="series", zoom=z, question=asked),
        lambda: encode_series(snapshot.contents, measures, TileAddress(z=z, x=x, y=y), counting),
        version=version,
        mimetype="application/octet-stream",
    )


def _measures(published: Published, theme: str) -> frozenset[str]:
    """What the address counts: themes and measures as the parameter `measures` names them elsewhere."""
    try:
        return published.recipe.select(theme.split(","))
    except UnknownParameter as unknown:
        raise InvalidTile(came=f"the theme {theme[:40]!r}", expected=unknown.expected, do=unknown.do) from None
