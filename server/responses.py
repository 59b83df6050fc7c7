"""Answers out of the cache, in the encoding that the client wants, and how long it may keep them."""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, jsonify, request

from server.cache.interface import Cache, Key
from server.packing import pack, takes_gzip, unpack
from server.repeats import ANSWERED
from server.snapshots import CURRENT

YEAR_SECONDS = 31_536_000


def answer(key: Key, make: Callable[[], bytes], *, version: str, mimetype: str = "application/json") -> Response:
    """The answer of this key, made only if no cache has it: 204 where it is empty.

    `version` is the one of the address, a snapshot's or `current`. A what-if is never taken from a cache.
    """
    if _is_whatif():
        return _response(pack(make()), version, mimetype)
    cache: Cache = current_app.extensions["harmgrid_cache"]
    request.environ[ANSWERED] = key
    return _response(cache.fetch(key, lambda: pack(make())), version, mimetype)


def cached(response: Response, version: str) -> Response:
    """An answer that is made each time, to be kept by the client as one out of the cache is."""
    return _response(pack(response.get_data()), version, response.mimetype or "")


def as_bytes(body: dict[str, Any]) -> bytes:
    """JSON as this app writes it."""
    return jsonify(body).get_data()


def _response(kept: bytes, version: str, mimetype: str) -> Response:
    packed = unpack(kept)
    gzipped = bool(packed.gzipped) and takes_gzip(request)
    body = packed.gzipped if gzipped else packed.plain
    response = Response(body, status=200 if body else 204, mimetype=mimetype)
    response.vary.add("Accept-Encoding")
    if gzipped:
        response.content_encoding = "gzip"
    if _is_whatif():  # never to be taken for the score
        response.cache_control.no_store = True
        return response
    response.cache_control.public = True
    if version == CURRENT:
        response.cache_control.no_cache = True
    else:
        response.cache_control.max_age = YEAR_SECONDS
        response.cache_control.immutable = True
    response.set_etag(packed.gzip_tag if gzipped else packed.plain_tag)
    response.make_conditional(request)
    return response


def _is_whatif() -> bool:
    return "whatif" in request.args
