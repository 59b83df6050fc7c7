"""A hexagon tile that nobody has asked for yet, and its encoding alone against mapbox-vector-tile."""

from functools import partial
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely

from harmgrid import grid
from harmgrid.cube import Counted, sums_by_month
from harmgrid.mvt import Features, IndexColumn, encode_layer
from harmgrid.published import HEXAGONS, Published
from harmgrid.tileview import encode_tile, features_at, tile_numbers
from harmgrid.view import located
from tools.bench.invented import TILE, hexagons, invent_events, publish_in_memory, question, sectors
from tools.bench.timing import Comparison, Disagreement, Line, Setting, Work, at_most, times_faster, turn_by_turn

PLAIN = {"y_coord_down": True}
FASTEST = PLAIN | {"check_winding_order": False}


def compare(setting: Setting) -> Comparison:
    """The cold tile, where events are few and where they are many, and its encoding."""
    wanted = setting.size(5_000, 300)
    sparse, dense = (_force(wanted, setting.size(events, 1_000)) for events in (36_000, 1_000_000))
    turns, warm_ups = setting.size(200, 3), setting.size(20, 1)
    whole = {
        name: turn_by_turn(
            {name: partial(_whole, force)},
            turns=turns,
            warm_ups=warm_ups,
        )[name]
        for name, force in (("sparse", sparse), ("dense", dense))
    }
    layers = [{"name": HEXAGONS, "features": _peer_features(sparse)}]
    _require_same(sparse, layers)
    ours = _encoding(sparse)
    taken = turn_by_turn(
        {
            "ours": ours,
            "plain": lambda _: mapbox_vector_tile.encode(layers, default_options=PLAIN),
            "fastest": lambda _: mapbox_vector_tile.encode(layers, default_options=FASTEST),
        },
        turns=setting.size(11, 1),
    )
    # After a peer's quarter of a second the processor's caches are cold; both are true.
    alone = turn_by_turn({"ours": ours}, turns=turns, warm_ups=warm_ups)["ours"]
    return Comparison(
        title="Cold hexagon tile",
        how=f"{wanted:,} hexagons, window and baseline of 12 months each, 3 of 9 measures, all properties, in process. "
        "Nothing is kept between turns, and each turn asks for another window. "
        f"Few events: {_described(sparse)}. Many events: {_described(dense)}. The encoding is of the tile with few "
        "events, its figures worked out before; the peer is given shapely polygons in tile units and plain dicts, so "
        "that it has nothing to project. Both tiles read back as the same.",
        lines=(
            Line(what="harmgrid, whole tile, few events", timing=whole["sparse"]),
            Line(what="harmgrid, whole tile, many events", timing=whole["dense"]),
            Line(what="harmgrid, encoding alone, by itself", timing=alone),
            Line(what="harmgrid, encoding alone, turn by turn", timing=taken["ours"]),
            Line(what="mapbox-vector-tile, as it comes, turn by turn", timing=taken["plain"]),
            Line(what="mapbox-vector-tile, its check of windings off, turn by turn", timing=taken["fastest"]),
        ),
        reaches=(
            at_most("whole tile, few events", whole["sparse"], 0.002),
            at_most("whole tile, many events", whole["dense"], 0.002),
            times_faster("encoding, peer as it comes", taken["plain"].median / taken["ours"].median, 300),
            times_faster("encoding, peer without its check", taken["fastest"].median / taken["ours"].median, 300),
            times_faster("encoding by itself, peer as it comes", taken["plain"].median / alone.median),
        ),
    )


def _force(wanted: int, events: int) -> Published:
    areas = sectors()
    return publish_in_memory(invent_events(events, hexagons(wanted), areas), areas)


def _whole(force: Published, turn: int) -> bytes:
    return encode_tile(force, HEXAGONS, TILE, question(turn))


def _described(force: Published) -> str:
    """How full the months of the hexagons are, and how large the tile is."""
    cube = force.hex_cubes[grid.BASE_RESOLUTION]
    counts, _ = sums_by_month(cube, cube.everywhere, counted=Counted(mask=0xFFFF, counting="once"))
    size = len(_whole(force, 0)) / 1e6
    return (
        f"{counts.sum():,} in {counts.shape[1]} months, {(counts > 0).mean():.0%} of hexagon-months are not zero, "
        f"{size:.2f} MB before gzip"
    )


def _encoding(force: Published) -> Work:
    """The last step of `encode_tile` by itself, its figures worked out before."""
    tiles = force.tiles[HEXAGONS, TILE.z]
    of_tile = features_at(tiles, TILE)
    place = tiles.place[of_tile]
    cube = force.hex_cubes[grid.BASE_RESOLUTION]
    cells = located(cube)
    numbers = tile_numbers(force, cube, place + (len(cube.place) - len(cells)), question())
    offset = tiles.offset[of_tile.start : of_tile.stop + 1]

    def encode(_: int) -> bytes:
        features = Features(
            grid.feature_ids(cells[place]), np.arange(len(place), dtype=np.int64), offset, tiles.geometry
        )
        return encode_layer(HEXAGONS, features, {"h3": IndexColumn(cells[place])}, numbers)

    return encode


def _peer_features(force: Published) -> list[dict[str, Any]]:
    return [
        {"geometry": shapely.geometry.shape(feature["geometry"]), "properties": feature["properties"]}
        | {"id": feature["id"]}
        for feature in _read(encode_tile(force, HEXAGONS, TILE, question()))
    ]


def _require_same(force: Published, layers: list[dict[str, Any]]) -> None:
    ours = encode_tile(force, HEXAGONS, TILE, question())
    if _encoding(force)(0) != ours:
        raise Disagreement("the encoding alone makes another tile than encode_tile")
    peer = mapbox_vector_tile.encode(layers, default_options=PLAIN)
    pairs = zip(_read(ours), _read(peer), strict=True)
    if any(
        one["properties"] != other["properties"]
        or not shapely.geometry.shape(one["geometry"]).equals(shapely.geometry.shape(other["geometry"]))
        for one, other in pairs
    ):
        raise Disagreement("mapbox-vector-tile makes other features")


def _read(tile: bytes) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = mapbox_vector_tile.decode(tile, default_options=PLAIN)[HEXAGONS]["features"]
    return features
