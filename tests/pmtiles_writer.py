"""Writes a small PMTiles file of version 3: one tile that stands everywhere, behind a root directory and a leaf."""

import gzip
import json
import struct
from pathlib import Path
from typing import Any

import mapbox_vector_tile

MAXZOOM = 14
TILES = (4 ** (MAXZOOM + 1) - 1) // 3  # of all zooms up to it
FIRST_BYTES = 16_384  # of a file, in which the root is


def everywhere(layer: str) -> bytes:
    """A vector tile that a polygon covers."""
    wide = "POLYGON ((-64 -64, 4160 -64, 4160 4160, -64 4160, -64 -64))"
    tile: bytes = mapbox_vector_tile.encode([{"name": layer, "features": [{"geometry": wide, "properties": {}}]}])
    return tile


def write_pmtiles(path: Path, tile: bytes, *, kind: int = 1, metadata: dict[str, Any] | None = None) -> Path:
    """The path of a new file; kind 1 is vector tiles, 2 is PNG."""
    leaf = _directory(0, run=TILES, length=len(gzip.compress(tile)))
    root = _directory(0, run=0, length=len(leaf))
    about = gzip.compress(json.dumps(metadata or {}).encode())
    parts = (root, about, leaf, gzip.compress(tile))
    places, at = [], FIRST_BYTES
    for part in parts[1:]:
        places.append((at, len(part)))
        at += len(part)
    header = b"PMTiles\x03" + struct.pack("<QQ", 127, len(root))
    header += b"".join(struct.pack("<QQ", *place) for place in places)
    header += struct.pack("<QQQ", TILES, 1, 1) + bytes([1, 2, 2, kind, 0, MAXZOOM])
    header += struct.pack("<iiii", -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)
    header += bytes([0]) + struct.pack("<ii", 0, 0)
    assert len(header) == 127
    path.write_bytes((header + root).ljust(FIRST_BYTES, b"\0") + b"".join(parts[1:]))
    return path


def _directory(tile: int, *, run: int, length: int) -> bytes:
    """A directory with one entry, the first of its section; a run of 0 leads to a leaf."""
    return gzip.compress(b"".join(_varint(number) for number in (1, tile, run, length, 1)))


def _varint(number: int) -> bytes:
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])
