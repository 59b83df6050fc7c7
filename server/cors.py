"""Pages of other origins: those that are listed may read the answers, errors included; others may not."""

from collections.abc import Collection

from flask import Flask, Response, request


def allow_origins(app: Flask, origins: Collection[str]) -> None:
    """Let scripts of these origins read what this app answers. No cookies: there are none."""
    if not origins:
        return
    allowed = frozenset(origins)

    def add(response: Response) -> Response:
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin not in allowed:
            return response
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "ETag"
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
            response.headers["Access-Control-Max-Age"] = "600"
        return response

    app.after_request(add)
