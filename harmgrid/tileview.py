"""A tile's question in, its bytes out. Which places stand in it was prepared when the snapshot was published."""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from harmgrid import grid
from harmgrid.change import more_than_chance
from harmgrid.cube import Cube, Sums
from harmgrid.errors import InvalidTile, UnknownParameter
from harmgrid.mvt import POINT, Column, Features, IndexColumn, TextColumn, encode_layer, text_column
from harmgrid.published import HEXAGONS, Level, Published
from harmgrid.sectors import FIRST_SECTOR
from harmgrid.tiles import EXTENT, TileAddress, TileSet, point_commands, tile_key
from harmgrid.types import Question
from harmgrid.view import bounds_of, comparable, compared_sums, heaviest_of, located

LABELS = "labels"  # in the tiles of areas, beside the layer of the level
LABEL_FIELDS = ("id", "name", "harm")

Written = TypeVar("Written", TextColumn, IndexColumn, Column)

_OF_HEXAGONS = {"h3": "String. The H3 index."}
_OF_AREAS = {"id": "String. The id of the place.", "name": "String. The name of the area."}
_COMPARED = {
    "difference": "Number. harm less harm_then, in harm points; only where window and baseline are comparable.",
    "ratio": "Number. harm by harm_then; only where they are comparable and harm_then is not zero.",
    "more_than_chance": "Boolean. Whether the difference is more than chance; only where they are comparable.",
}


def tile_fields(published: Published, layer: str, question: Question) -> dict[str, str]:
    """What each property of a layer's features says, in the order in which they are written.

    Raises:
        InvalidTile: no such layer.
    """
    require_layer(published, layer)
    stock = {"people": "Number. People, the mean of their number at the ends of the months."}
    fields = {"count": "Number. Events of the window.", "harm": "Number. Harm points of the window."}
    fields |= stock if published.recipe.stock else {}
    if question.baseline:
        fields |= {f"{name}_then": f"{text[:-1]}, of the baseline." for name, text in fields.items()}
        fields |= _COMPARED
    for name, of in (("", "window"), ("_then", "baseline")):
        if question.baseline or of == "window":
            fields[f"missing_months{name}"] = f"Number. Months of the {of} without any of the measures."
            fields[f"partly_missing_months{name}"] = f"Number. Months of the {of} without some; only if there are any."
    return (_OF_HEXAGONS if layer == HEXAGONS else _OF_AREAS) | fields


def select_fields(published: Published, layer: str, question: Question, names: Iterable[str]) -> tuple[str, ...]:
    """These properties, ascending, or none where they are all: equal choices are equal values.

    Raises:
        UnknownParameter: a property that the layer does not have for this question, or one of them twice.
    """
    known = tile_fields(published, layer, question)
    chosen: set[str] = set()
    for name in names:
        if name not in known or name in chosen:
            raise UnknownParameter(
                came=f"the field {name[:40]!r}" + (" twice" if name in chosen else ""),
                expected=f"each once: {', '.join(known)}",
                do="name fields of the layer, separated by commas; those that compare need a baseline",
            )
        chosen.add(name)
    return () if chosen == set(known) else tuple(sorted(chosen))


def require_layer(published: Published, layer: str) -> None:
    """Raise InvalidTile if there is no such layer."""
    if layer not in published.layers:
        raise InvalidTile(
            came=f"the layer {layer[:20]!r}",
            expected=f"the layer {' or '.join(published.layers)}",
            do="take the layer from /api/snapshot",
        )


def require_tile(published: Published, layer: str, address: TileAddress) -> TileSet:
    """The prepared tiles of a layer at the zoom of an address that exists there.

    Raises:
        InvalidTile: a layer, a zoom or a column or row that does not exist.
    """
    if layer not in published.layers or (layer, address.z) not in published.tiles:
        zooms = zooms_of(published, layer)
        raise InvalidTile(
            came=f"zoom {address.z} of the layer {layer[:20]!r}",
            expected=f"zoom {zooms[0]} to {zooms[-1]}" if zooms else f"the layer {' or '.join(published.layers)}",
            do="ask within the zooms that /api/snapshot lists",
        )
    if not (0 <= address.x < 1 << address.z and 0 <= address.y < 1 << address.z):
        raise InvalidTile(
            came=f"column {address.x}, row {address.y} at zoom {address.z}",
            expected=f"both from 0 to {(1 << address.z) - 1}",
            do="ask for a tile of the zoom's square",
        )
    return published.tiles[layer, address.z]


def zooms_of(published: Published, layer: str) -> list[int]:
    """The zooms that a layer has tiles of, ascending."""
    return sorted(zoom for name, zoom in published.tiles if name == layer)


def layer_bounds(published: Published, layer: str) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees of all that a layer draws, at any zoom."""
    shown = set(published.resolution_at_zoom.values())
    cells = [located(cube) for resolution, cube in published.hex_cubes.items() if resolution in shown]
    if layer == HEXAGONS and any(map(len, cells)):
        found = [grid.bounds(of_level) for of_level in cells if len(of_level)]
        return bounds_of(shapely.GeometryCollection([shapely.box(*bounds) for bounds in found]))
    level = next((level for level in published.levels if level.layer == layer), published.levels[0])
    return bounds_of(shapely.GeometryCollection([sector.geometry for sector in level.sectors]))


def features_at(tiles: TileSet, address: TileAddress) -> slice:
    """Which features of its zoom stand in a tile; none where it is empty."""
    key = tile_key(address.x, address.y)
    tile = int(np.searchsorted(tiles.key, key))
    if tile == len(tiles.key) or tiles.key[tile] != key:
        return slice(0, 0)
    return slice(int(tiles.start[tile]), int(tiles.start[tile + 1]))


def encode_tile(
    published: Published, layer: str, address: TileAddress, question: Question, *, fields: tuple[str, ...] = ()
) -> bytes:
    """The tile as bytes; none at all where no place of the layer touches it.

    Args:
        published: the snapshot.
        layer: the hexagons or a level.
        address: which tile.
        question: what to sum.
        fields: the properties to write, see `select_fields`; none for all.

    Raises:
        InvalidTile: a layer, a zoom or a column or row that does not exist.
    """
    tiles = require_tile(published, layer, address)
    asked = _Asked(published, address, question, fields)
    if layer == HEXAGONS:
        return _encode_hexagons(asked, tiles)
    level = next(level for level in published.levels if level.layer == layer)
    return _encode_areas(asked, level, tiles) + _encode_labels(asked, level)


class _Asked(NamedTuple):
    published: Published
    address: TileAddress
    question: Question
    fields: tuple[str, ...]

    def chosen(self, columns: dict[str, Written]) -> dict[str, Written]:
        return {name: column for name, column in columns.items() if not self.fields or name in self.fields}


def _encode_hexagons(asked: _Asked, tiles: TileSet) -> bytes:
    of_tile = features_at(tiles, asked.address)
    place = tiles.place[of_tile]
    if len(place) == 0:
        return b""
    cube = asked.published.hex_cubes[asked.published.resolution_at_zoom[asked.address.z]]
    cells = located(cube)
    cells_here = cells[place]
    numbers = tile_numbers(asked.published, cube, place + (len(cube.place) - len(cells)), asked.question)
    features = Features(
        grid.feature_ids(cells_here),
        np.arange(len(place), dtype=np.int64),
        tiles.offset[of_tile.start : of_tile.stop + 1],
        tiles.geometry,
    )
    indexes = {"h3": IndexColumn(cells_here)}
    return encode_layer(HEXAGONS, features, asked.chosen(indexes), asked.chosen(numbers))


def _encode_areas(asked: _Asked, level: Level, tiles: TileSet) -> bytes:
    of_tile = features_at(tiles, asked.address)
    place = np.asarray(tiles.place[of_tile])
    if len(place) == 0:
        return b""
    offset = tiles.offset[of_tile.start : of_tile.stop + 1]
    features = Features((place + 1).astype(np.uint64), place, offset, tiles.geometry)
    return encode_layer(
        level.layer, features, asked.chosen(_area_texts(level)), asked.chosen(_of_areas(asked, level, place))
    )


def _encode_labels(asked: _Asked, level: Level) -> bytes:
    """A layer of the points where labels stand: each in the one tile whose square holds it, and in no buffer."""
    zooms = sorted(asked.published.resolution_at_zoom)
    inside = level.anchors[zooms.index(asked.address.z)] * (1 << asked.address.z) - [asked.address.x, asked.address.y]
    place = np.flatnonzero(((inside >= 0) & (inside < 1)).all(axis=1))
    if len(place) == 0:
        return b""
    geometry, offset = point_commands(np.floor(inside[place] * EXTENT).astype(np.int64))
    features = Features((place + 1).astype(np.uint64), place, offset, geometry, POINT)
    numbers = {name: column for name, column in _of_areas(asked, level, place).items() if name in LABEL_FIELDS}
    return encode_layer(LABELS, features, asked.chosen(_area_texts(level)), asked.chosen(numbers))


def _of_areas(asked: _Asked, level: Level, place: NDArray[np.int64]) -> dict[str, Column]:
    at = level.cube.positions((place + FIRST_SECTOR).astype(np.uint64))
    return tile_numbers(asked.published, level.cube, at, asked.question)


def tile_numbers(published: Published, cube: Cube, at: NDArray[np.int64], question: Question) -> dict[str, Column]:
    """The figures of these positions in a cube by the name of their property, each of shape (positions,)."""
    now, then = compared_sums(published, cube, at, question=question)
    numbers = _figures(published, now)
    if then:
        numbers |= {f"{name}_then": column for name, column in _figures(published, then).items()}
        if comparable(published, question):
            changed = more_than_chance(
                now, then, lambda places: heaviest_of(published, cube, at[places], question=question)
            )
            numbers |= _differences(now, then) | {"more_than_chance": changed}
    for name, window in (("missing_months", question.window), ("missing_months_then", question.baseline)):
        if window:
            numbers[name] = np.full(len(at), len(published.missing(window, question.measures)), dtype=np.int64)
            partly = published.partly_missing(window, question.measures)
            if partly:
                of_some = len(set().union(*partly.values()))
                numbers[name.replace("missing", "partly_missing")] = np.full(len(at), of_some, dtype=np.int64)
    return numbers


def _figures(published: Published, sums: Sums) -> dict[str, Column]:
    figures: dict[str, Column] = {"count": sums.count, "harm": sums.harm}
    return figures | ({"people": sums.people} if published.recipe.stock else {})


def _differences(now: Sums, then: Sums) -> dict[str, Column]:
    some = then.harm > 0
    ratio = np.divide(now.harm, then.harm, out=np.full(len(some), np.nan), where=some)
    return {"difference": now.harm - then.harm, "ratio": ratio}


def _area_texts(level: Level) -> dict[str, TextColumn]:
    return {
        "id": text_column([level.place_id(sector) for sector in level.sectors]),
        "name": text_column([sector.name for sector in level.sectors]),
    }
