"""The one table from errors to HTTP, and the one shape in which they are told."""

import logging
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from harmgrid.errors import (
    HarmgridError,
    InputError,
    InvalidTile,
    NoSnapshot,
    OtherRecipe,
    RecordsClosed,
    RecordsUnusable,
    UnknownPlace,
    UnknownRecord,
    UnweighedEvents,
)

# The first class that fits decides; whatever is not here is the server's own fault.
STATUS: tuple[tuple[type[HarmgridError], int], ...] = (
    (InvalidTile, 404),
    (UnknownPlace, 404),
    (UnknownRecord, 404),
    (NoSnapshot, 404),
    (RecordsClosed, 404),
    (OtherRecipe, 409),
    (UnweighedEvents, 409),
    (RecordsUnusable, 503),
    (InputError, 400),
)


def handle_errors(app: Flask) -> None:
    """Answer every error of this app as `{"error": {"code", "came", "expected", "do"}}`."""
    app.register_error_handler(HarmgridError, _own)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: HarmgridError) -> int:
    """The HTTP status for an error."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def _own(error: HarmgridError) -> tuple[Response, int]:
    return _answer(error.code, error.came, error.expected, error.do), status_of(error)


def _http(error: HTTPException) -> tuple[Response, int]:
    status = error.code or 500
    name = (error.name or "error").lower()
    expected = "an address of /openapi.json, asked for with GET"
    came = f"{request.method[:20]} {request.path[:100]}, which is answered {status} {name}"
    answer = _answer(name.replace(" ", "_"), came, expected, "see /openapi.json")
    if error.response is not None:
        return answer, status
    for header, value in error.get_headers():
        if header.lower() not in {"content-type", "content-length"}:
            answer.headers[header] = value
    return answer, status


def _unexpected(error: Exception) -> tuple[Response, int]:
    logging.getLogger(__name__).error("request failed", exc_info=error)
    return _answer("internal", "a request that made the server fail", "an answer", "look at the server's log"), 500


def _answer(code: str, came: str, expected: str, do: str) -> Response:
    body: dict[str, Any] = {"error": {"code": code, "came": came, "expected": expected, "do": do}}
    return jsonify(body)
