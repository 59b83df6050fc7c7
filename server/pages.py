"""The page and its files, from the same process; the description of the API; whether the server is well."""

from pathlib import Path

from flask import Blueprint, Response, jsonify, request, send_from_directory

from server.openapi import description
from server.parameters import read_parameters
from server.snapshots import CURRENT, snapshot_of

STATIC = Path(__file__).resolve().parent.parent / "static"

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def page() -> Response:
    """The page; its state is in the parameters, which only the browser reads."""
    return send_from_directory(STATIC, "index.html", max_age=0)


@blueprint.get("/records")
def records() -> Response:
    """The page of the records behind a figure; which figure is in the parameters, as on the first page."""
    return send_from_directory(STATIC, "records/records.html", max_age=0)


@blueprint.get("/imports")
def imports() -> Response:
    """The page of what was loaded, rejected and published."""
    return send_from_directory(STATIC, "imports/imports.html", max_age=0)


@blueprint.get("/groups")
def groups() -> Response:
    """The page to look up a group."""
    return send_from_directory(STATIC, "people/groups.html", max_age=0)


@blueprint.get("/groups/<path:group_id>")
def group(group_id: str) -> Response:  # noqa: ARG001 - only the browser reads it
    """The page of a group, the same for all."""
    return send_from_directory(STATIC, "people/group.html", max_age=0)


@blueprint.get("/nominals")
def nominals() -> Response:
    """The page to look up a person."""
    return send_from_directory(STATIC, "people/nominals.html", max_age=0)


@blueprint.get("/nominals/<path:nominal_id>")
def nominal(nominal_id: str) -> Response:  # noqa: ARG001 - only the browser reads it
    """The page of a person, the same for all."""
    return send_from_directory(STATIC, "people/nominal.html", max_age=0)


@blueprint.get("/briefing")
def briefing() -> Response:
    """A place on one page of paper; which place, window and measures is in the parameters, as on the first page."""
    return send_from_directory(STATIC, "briefing/briefing.html", max_age=0)


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """A file of the page."""
    response = send_from_directory(STATIC, name, max_age=0)
    if name.endswith(".mjs"):
        response.mimetype = "text/javascript"
    return response


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """What the API offers, as OpenAPI 3.1."""
    read_parameters(request)
    return jsonify(description())


@blueprint.get("/healthz")
def health() -> Response:
    """200 with the version that is served."""
    read_parameters(request)
    response = jsonify({"status": "ok", "snapshot": snapshot_of(CURRENT).version})
    response.cache_control.no_store = True
    return response
