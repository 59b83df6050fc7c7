"""The Flask application."""

import os

from flask import Flask, Response

from server import api, hexagons, layers, metrics, outlines, pages, series, tiles
from server.cache.interface import Cache
from server.cache.opened import open_cache
from server.cors import allow_origins
from server.errors import handle_errors
from server.hosts import require_trusted_hosts
from server.records import routes
from server.repeats import Repeats
from server.settings import Settings
from server.snapshots import Snapshots

# Nothing but this server's own files: the page works on a closed network, and text from data never runs.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(settings: Settings | None = None, cache: Cache | None = None) -> Flask:
    """The application over one data folder: with the environment's settings and their cache where none are given."""
    settings = settings or Settings.from_environment(os.environ)
    app = Flask("server", static_folder=None)
    app.url_map.merge_slashes = False  # no second spelling of an address, and no answer but ours to it
    app.json.sort_keys = False  # type: ignore[attr-defined]
    snapshots = Snapshots(settings.data_dir)
    app.extensions["harmgrid_settings"] = settings
    app.extensions["harmgrid_snapshots"] = snapshots
    app.extensions["harmgrid_cache"] = cache or open_cache(settings, told=metrics.count)
    for blueprint in (
        api.blueprint,
        outlines.blueprint,
        hexagons.blueprint,
        tiles.blueprint,
        layers.blueprint,
        series.blueprint,
        routes.blueprint,
        pages.blueprint,
        metrics.blueprint,
    ):
        app.register_blueprint(blueprint)
    handle_errors(app)
    require_trusted_hosts(app, settings.trusted_hosts)
    app.after_request(_add_headers)
    allow_origins(app, settings.cors_origins)
    app.wsgi_app = Repeats(app.wsgi_app, has=snapshots.has, told=metrics.count)  # type: ignore[method-assign]  # Flask's way to wrap it
    return app


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
