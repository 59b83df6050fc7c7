"""How long an answer may be kept."""

from flask import Response, request

from server.snapshots import CURRENT


def cached(response: Response, version: str) -> Response:
    """The answer, kept for ever under a version, asked about under `current`, never kept where it is a what-if."""
    if "whatif" in request.args:  # never to be taken for the score
        response.cache_control.no_store = True
        return response
    response.cache_control.public = True
    if version == CURRENT:
        response.cache_control.no_cache = True
    else:
        response.cache_control.max_age = 31_536_000
        response.cache_control.immutable = True
    response.add_etag()
    response.make_conditional(request)
    return response
