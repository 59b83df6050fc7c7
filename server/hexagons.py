"""The hexagons of one area as JSON, ranked by harm, with their outlines: for a still map and a printed list."""

import re
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request

from harmgrid.errors import UnknownParameter
from harmgrid.hexagons import MOST_HEXAGONS, rank_hexagons
from harmgrid.snapshot import Snapshot
from harmgrid.types import Question
from server.api import asked
from server.cache.interface import Key
from server.parameters import query_from, question_from, read_parameters
from server.responses import answer, as_bytes
from server.snapshots import CURRENT, snapshot_of

WHOLE_FORCE = "force:force"
NOTE = (
    "A hexagon belongs to the area that holds its centre. Events near an edge may lie in the area beside it, so the "
    "hexagons need not add up to the area; shares are of these hexagons together."
)

_DECIMALS = 6  # of a degree: a tenth of a metre
_NUMBER = re.compile(r"[1-9]\d{0,3}", re.ASCII)

blueprint = Blueprint("hexagons", __name__, url_prefix="/api")


@blueprint.get("/hexagons")
def hexagons() -> Response:
    """The hexagons of an area, or of the whole force, ranked by harm."""
    parameters = read_parameters(request, "place", "window", "measures", "count", "limit")
    snapshot = snapshot_of(CURRENT)
    question = question_from(parameters, snapshot.contents)
    place, limit = parameters.get("place", WHOLE_FORCE), _limit(parameters.get("limit"))
    key = Key(
        snapshot=snapshot.version,
        layer="/api/hexagons",
        question=f"{place}/{limit}?{query_from(question, snapshot.contents)}",
    )
    return answer(key, lambda: as_bytes(_hexagons(snapshot, place, question, limit)), version=CURRENT)


def _limit(text: str | None) -> int:
    if text is None:
        return MOST_HEXAGONS
    if not _NUMBER.fullmatch(text) or int(text) > MOST_HEXAGONS:
        raise UnknownParameter(
            came=f"limit={text[:40]!r}", expected=f"a whole number from 1 to {MOST_HEXAGONS}", do="write limit=8"
        )
    return int(text)


def _hexagons(snapshot: Snapshot, place: str, question: Question, limit: int) -> dict[str, Any]:
    found = rank_hexagons(snapshot.contents, place, question, limit)
    return asked(snapshot, question) | {
        "place": place,
        "note": NOTE,
        "resolution": found.resolution,
        "breaks": found.breaks,
        "of": found.of,
        "total": {"count": found.total.count, "people": found.total.people, "harm": found.total.harm},
        "hexagons": [
            asdict(hexagon)
            | {
                "center": _rounded(hexagon.center),
                "outline": [_rounded(corner) for corner in hexagon.outline],
            }
            for hexagon in found.hexagons
        ],
    }


def _rounded(lonlat: tuple[float, float]) -> list[float]:
    return [round(degrees, _DECIMALS) for degrees in lonlat]
