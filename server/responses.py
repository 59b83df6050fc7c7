"""How long an answer may be kept."""

from flask import Response, request

from server.snapshots import CURRENT


def cached(response: Response, version: str) -> Response:
    """The answer, to be kept for ever under a version and asked about under `current`; 304 if the client has it."""
    response.cache_control.public = True
    if version == CURRENT:
        response.cache_control.no_cache = True
    else:
        response.cache_control.max_age = 31_536_000
        response.cache_control.immutable = True
    response.add_etag()
    response.make_conditional(request)
    return response
