"""Whether two servers give the same hexagons of a month."""

from collections.abc import Mapping
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely

from harmgrid.tiles import EXTENT
from tools.bench.timing import Disagreement

UNIT = 1.5  # of the tile, that a corner may be off where it was rounded from other coordinates
FIGURES = ("count", "harm")


def features_of(tile: bytes, layer: str) -> dict[str, Any]:
    """The features of a tile's layer by their h3; none where it is empty."""
    found = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True}) if tile else {}
    return {feature["properties"]["h3"]: feature for feature in found[layer]["features"]} if layer in found else {}


def require_same_features(
    ours: Mapping[str, Any], peer: Mapping[str, Any], figures: tuple[str, ...], where: str
) -> None:
    """Raise unless the peer has these hexagons, drawn alike, with these figures to within a millionth.

    It may lack those that only reach into the buffer around the tile.

    Raises:
        Disagreement: it has others, or other figures, or draws them elsewhere.
    """
    if not peer.keys() <= ours.keys():
        raise Disagreement(f"{where}: {len(peer.keys() - ours.keys())} hexagons are in the peer's tile and not in ours")
    inside = shapely.box(UNIT, UNIT, EXTENT - UNIT, EXTENT - UNIT)
    for h3, one in ours.items():
        shape = shapely.geometry.shape(one["geometry"])
        if h3 not in peer:
            if shape.intersects(inside):
                raise Disagreement(f"{where}: the peer lacks the hexagon {h3}")
            continue
        here, there = ([feature["properties"][name] for name in figures] for feature in (one, peer[h3]))
        if not np.allclose(here, there, rtol=0, atol=1e-6):
            raise Disagreement(f"{where}: the hexagon {h3} has {there} in the peer's tile, {here} in ours")
        if shape.hausdorff_distance(shapely.geometry.shape(peer[h3]["geometry"])) > UNIT:
            raise Disagreement(f"{where}: the peer draws the hexagon {h3} elsewhere")
