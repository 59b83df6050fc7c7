"""Places by what somebody types."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from harmgrid.errors import UnknownParameter
from harmgrid.finding import find_places
from server.parameters import read_parameters
from server.records.choices import LONGEST_TEXT
from server.responses import cached
from server.snapshots import CURRENT, snapshot_of

blueprint = Blueprint("search", __name__, url_prefix="/api")


@blueprint.get("/search")
def search() -> Response:
    """What a text can mean, best first. Made each time: every letter that is typed would be an entry in the cache."""
    text = read_parameters(request, "query").get("query", "")
    if len(text) > LONGEST_TEXT:
        raise UnknownParameter(
            came=f"query of {len(text)} characters",
            expected=f"at most {LONGEST_TEXT} characters",
            do="shorten it to the beginning of a name",
        )
    snapshot = snapshot_of(CURRENT)
    findings = find_places(snapshot.contents, text)
    found = [asdict(found) for found in findings.found]
    return cached(jsonify(snapshot=snapshot.version, query=text, results=found, note=findings.note), CURRENT)
