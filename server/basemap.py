"""A map that lies beneath the harm: a PMTiles file that the deployment brings, served by ranges of its bytes.

The file comes from outside: of it only the header and the metadata are read here, within limits.
"""

import html
import json
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, request, send_file
from werkzeug.exceptions import NotFound

from harmgrid.errors import InputError
from server.parameters import read_parameters

_MAGIC = b"PMTiles\x03"
_HEADER_BYTES = 127
_NONE, _GZIP = 1, 2  # compressions that a browser can undo by itself
_KINDS = {1: "vector", 2: "raster", 3: "raster", 4: "raster", 5: "raster"}  # MVT, PNG, JPEG, WebP, AVIF
_LARGEST_METADATA = 4 << 20
_LONGEST_NAME, _MOST_LAYERS, _LONGEST_ATTRIBUTION = 100, 60, 300
_TAG = re.compile(r"<[^>]*>")

blueprint = Blueprint("basemap", __name__)


class UnusableBasemap(InputError):
    """A base map that is not there, or that a browser could not draw."""

    code = "unusable_basemap"


@dataclass(frozen=True, kw_only=True)
class Basemap:
    """What the page needs to know to draw it."""

    path: Path
    kind: str  # vector or raster
    minzoom: int
    maxzoom: int
    attribution: str  # plain text
    layers: tuple[str, ...]  # of vector tiles, lowest first

    @property
    def told(self) -> dict[str, Any]:
        """All of it but where the file is."""
        return {
            "kind": self.kind,
            "minzoom": self.minzoom,
            "maxzoom": self.maxzoom,
            "attribution": self.attribution,
            "layers": list(self.layers),
        }


def read_basemap(path: Path) -> Basemap:
    """The base map in a file.

    Raises:
        UnusableBasemap: there is no such file, or it is none that a browser can draw.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
            if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
                raise _unusable("a file that does not begin as PMTiles of version 3 do")
            offset, length = struct.unpack_from("<QQ", header, 24)
            inner, outer, kind, minzoom, maxzoom = header[97:102]
            file.seek(min(offset, 1 << 62))
            packed = file.read(min(length, _LARGEST_METADATA))
    except OSError as error:
        raise _unusable(f"a file that cannot be read ({type(error).__name__})") from error
    if kind not in _KINDS:
        raise _unusable(f"tiles of type {kind}")
    if {inner, outer} - {_NONE, _GZIP} and (kind == 1 or inner not in {_NONE, _GZIP}):
        raise _unusable(f"compressions {inner} and {outer}")
    if not minzoom <= maxzoom <= 30:  # the finest that a browser counts tiles of
        raise _unusable(f"zooms from {minzoom} to {maxzoom}")
    metadata = _metadata(packed, inner)
    return Basemap(
        path=path,
        kind=_KINDS[kind],
        minzoom=minzoom,
        maxzoom=maxzoom,
        attribution=_plain(metadata.get("attribution")),
        layers=_layers(metadata) if kind == 1 else (),
    )


def _metadata(packed: bytes, compression: int) -> dict[str, Any]:
    try:
        plain = zlib.decompressobj(31).decompress(packed, _LARGEST_METADATA) if compression == _GZIP else packed
        found = json.loads(plain or b"{}")
    except (zlib.error, ValueError, RecursionError) as error:
        raise _unusable(f"metadata that are no JSON of at most {_LARGEST_METADATA >> 20} MB") from error
    return found if isinstance(found, dict) else {}


def _layers(metadata: dict[str, Any]) -> tuple[str, ...]:
    named = metadata.get("vector_layers")
    layers = [each.get("id") for each in named if isinstance(each, dict)] if isinstance(named, list) else []
    short = [name for name in layers if isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME]
    return tuple(dict.fromkeys(short))[:_MOST_LAYERS]


def _plain(text: object) -> str:
    return html.unescape(_TAG.sub("", text)).strip()[:_LONGEST_ATTRIBUTION] if isinstance(text, str) else ""


def _unusable(came: str) -> UnusableBasemap:
    return UnusableBasemap(
        came=f"HARMGRID_BASEMAP: {came}",
        expected="a PMTiles file, version 3, of vector tiles (MVT) or pictures, uncompressed or with gzip",
        do="name another file, make it anew with `pmtiles convert`, or leave the setting out",
    )


@blueprint.get("/basemap.pmtiles")
def basemap() -> Response:
    """The file, or the range of its bytes that is asked for."""
    read_parameters(request)
    found: Basemap | None = current_app.extensions["harmgrid_settings"].basemap
    if found is None or not found.path.is_file():
        raise NotFound
    response = send_file(found.path, mimetype="application/vnd.pmtiles", conditional=True)
    response.cache_control.public = True
    response.cache_control.no_cache = True
    return response
