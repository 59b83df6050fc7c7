"""Tiles read by an independent reader, mapbox-vector-tile, and put back on the map."""

from typing import NamedTuple

import mapbox_vector_tile
import numpy as np
from numpy.typing import NDArray

from harmgrid.published import Published
from harmgrid.tiles import EXTENT, TileAddress
from harmgrid.tileview import encode_tile
from harmgrid.types import Question

Ring = list[list[int]]


class Feature(NamedTuple):
    """One feature of a tile: rings in tile units, closed, as they were drawn; exteriors before their holes."""

    id: int
    properties: dict[str, str | int | float]
    polygons: list[list[Ring]]


def read_tile(data: bytes, layer: str) -> list[Feature]:
    """The features of the layer, which is the only one, or has its labels beside it."""
    tile = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
    assert set(tile) <= {layer, "labels"}
    if layer not in tile:
        return []
    assert (tile[layer]["version"], tile[layer]["extent"]) == (2, EXTENT)
    features = []
    for feature in tile[layer]["features"]:
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        features.append(Feature(feature["id"], feature["properties"], polygons))
    return features


def read_labels(data: bytes) -> list[tuple[int, dict[str, str | int | float], list[int]]]:
    """Number, properties and point, in tile units, of each label."""
    tile = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
    found = tile.get("labels", {"features": []})["features"]
    assert all(feature["geometry"]["type"] == "Point" for feature in found)
    return [(feature["id"], feature["properties"], feature["geometry"]["coordinates"]) for feature in found]


def every_tile(published: Published, layer: str, zoom: int, question: Question) -> dict[TileAddress, list[Feature]]:
    """All tiles of a zoom that are not empty, by the addresses that the layer holds."""
    keys = published.tiles[layer, zoom].key.tolist()
    addresses = [TileAddress(z=zoom, x=key >> 32, y=key & 0xFFFFFFFF) for key in keys]
    return {at: read_tile(encode_tile(published, layer, at, question), layer) for at in addresses}


def surveyed(ring: Ring) -> float:
    """The area of a closed ring by the surveyor's formula, in square tile units: positive for an exterior (MVT 2.1)."""
    x, y = np.array(ring, dtype=np.float64).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


def to_degrees(points: Ring, address: TileAddress) -> NDArray[np.float64]:
    """Longitude and latitude of points in tile units, by Web Mercator backwards, shape (points, 2)."""
    x, y = (np.array(points) / EXTENT + [address.x, address.y]).T / (1 << address.z)
    return np.column_stack([360 * x - 180, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))])
