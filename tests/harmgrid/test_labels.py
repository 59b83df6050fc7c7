"""Where labels stand: inside what is drawn, far from its edge, once a zoom."""

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from harmgrid import grid
from harmgrid.published import SECTORS
from harmgrid.tiles import EXTENT, TileAddress, label_anchors, simplified, to_world
from harmgrid.tileview import encode_tile
from harmgrid.view import rank_sectors
from tests.small_force import HAPPENINGS, SECTOR_LIST, ask, outlines, publish, small_force
from tests.tile_reader import every_tile, read_labels, to_degrees

pytestmark = pytest.mark.quick

WHOLE = ask("2021-12..2022-02")
ZOOMS = list(grid.FINEST_AT_ZOOM)


def around(address: TileAddress) -> list[TileAddress]:
    return [
        TileAddress(z=address.z, x=x, y=y)
        for x in (address.x - 1, address.x, address.x + 1)
        for y in (address.y - 1, address.y, address.y + 1)
    ]


@pytest.mark.parametrize("layer", [SECTORS, "area"])
@pytest.mark.parametrize("zoom", ZOOMS)
def test_each_area_has_one_label_in_one_tile_and_inside_itself(layer: str, zoom: int) -> None:
    """All tiles that hold an area, and those around them."""
    addresses = {near for at in every_tile(small_force(), layer, zoom, WHOLE) for near in around(at)}
    labels = [
        (properties, at, point)
        for at in addresses
        for _, properties, point in read_labels(encode_tile(small_force(), layer, at, WHOLE))
    ]
    level = next(level for level in small_force().levels if level.layer == layer)
    assert sorted(str(properties["id"]) for properties, _, _ in labels) == sorted(map(level.place_id, level.sectors))
    for properties, at, (x, y) in labels:
        assert 0 <= x < EXTENT, "not in the buffer"
        assert 0 <= y < EXTENT
        (sector,) = (sector for sector in level.sectors if level.place_id(sector) == properties["id"])
        ((lon, lat),) = to_degrees([[x, y]], at)
        unit = 360 / (1 << zoom) / EXTENT
        assert sector.geometry.distance(shapely.Point(lon, lat)) < 2 * unit


def test_a_label_says_which_area_and_how_much_harm() -> None:
    lines = {line.id: line for line in rank_sectors(small_force(), WHOLE).sectors}
    labels = read_labels(encode_tile(small_force(), SECTORS, TileAddress(z=8, x=130, y=79), WHOLE))
    ids = [sector.id for sector in SECTOR_LIST]
    assert [(number, found) for number, found, _ in labels] == [
        (ids.index(name) + 1, {"id": name, "name": lines[name].name, "harm": lines[name].harm}) for name in ids
    ]
    only = read_labels(encode_tile(small_force(), SECTORS, TileAddress(z=8, x=130, y=79), WHOLE, fields=("name",)))
    assert [found for _, found, _ in only] == [{"name": sector.name} for sector in SECTOR_LIST]


def test_a_square_has_its_label_in_the_middle_and_a_crescent_where_it_is_thick() -> None:
    square = shapely.box(3, 56, 3.01, 56 + 0.01 * math.cos(math.radians(56)))  # as the map draws it
    crescent = shapely.Point(3.5, 56).buffer(0.1).difference(shapely.Point(3.48, 56).buffer(0.1))
    shapes = np.array([square, crescent], dtype=object)
    (anchors,) = found = label_anchors(shapes, [shapes])
    assert found.shape == (1, 2, 2)
    assert not crescent.contains(crescent.centroid)
    middle = to_world(np.array([[3.005, 56 + 0.005 * math.cos(math.radians(56))]]))[0]
    assert np.abs(anchors[0] - middle).max() < 0.01 / 360 / 100
    west, east = to_world(np.array([[3.58, 56], [3.6, 56]]))  # where it is thickest, on the axis
    assert west[0] < anchors[1, 0] < east[0]
    assert abs(anchors[1, 1] - west[1]) < east[0] - west[0]


def test_a_label_holds_still_as_the_map_zooms_unless_its_area_is_drawn_elsewhere() -> None:
    """A large area with a thin bent tail; beneath a unit or two of the tile nothing can be told apart."""
    rough = shapely.Point(3, 56).buffer(0.2, quad_segs=200).symmetric_difference(shapely.Point(3.18, 56).buffer(0.03))
    shapes = np.array([rough], dtype=object)
    anchors = label_anchors(shapes, [simplified(shapes, zoom) for zoom in ZOOMS])[:, 0]
    assert (anchors == anchors[-1]).all()
    elsewhere = label_anchors(shapes, [np.array([shapely.box(4, 57, 4.1, 57.1)], dtype=object), shapes])[:, 0]
    assert (elsewhere[1] == anchors[-1]).all()
    (west, north), (east, south) = to_world(np.array([[4, 57.1], [4.1, 57]]))
    assert west < elsewhere[0, 0] < east
    assert north < elsewhere[0, 1] < south


def test_a_label_on_the_edge_of_two_tiles_stands_in_one() -> None:
    """Greenwich is an edge of every zoom, and the equator too."""
    island = replace(SECTOR_LIST[0], geometry=shapely.box(-0.01, -0.01, 0.01, 0.01))
    force = publish(HAPPENINGS, (island, *SECTOR_LIST[1:]))
    for zoom in ZOOMS:
        middle = 1 << (zoom - 1)
        four = [TileAddress(z=zoom, x=middle - dx, y=middle - dy) for dx in (0, 1) for dy in (0, 1)]
        labels = [label for at in four for label in read_labels(encode_tile(force, SECTORS, at, WHOLE))]
        assert len(labels) == 1


def test_every_area_however_small_has_a_label_at_every_zoom() -> None:
    metre, sliver = shapely.box(3.2, 56.2, 3.20001, 56.20001), shapely.box(3.3, 56.2, 3.5, 56.200001)
    shapes = np.array([*outlines(SECTOR_LIST), metre, sliver], dtype=object)
    anchors = label_anchors(shapes, [simplified(shapes, zoom) for zoom in ZOOMS])
    assert np.isfinite(anchors).all()
