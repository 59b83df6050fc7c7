"""Prepared tiles: which polygons stand where, how rounding treats them, and whether neighbours stay neighbours."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from harmgrid import grid
from harmgrid.mvt import Features, encode_layer, text_column
from harmgrid.tiles import BUFFER, EXTENT, TileAddress, TileSet, prepare_tiles, simplified, tile_key, to_world
from tests.tile_reader import Feature, read_tile, surveyed, to_degrees

pytestmark = pytest.mark.quick

MARGIN = BUFFER / EXTENT
ZOOMS = list(grid.FINEST_AT_ZOOM)


def shapes(*polygons: shapely.Geometry) -> NDArray[np.object_]:
    return np.array(polygons, dtype=object)


def decoded(tiles: TileSet, zoom: int) -> dict[TileAddress, list[Feature]]:
    """Every tile of a set, read by the independent reader; a feature's id is one more than its polygon's position."""
    found = {}
    for t, key in enumerate(tiles.key.tolist()):
        low, high = tiles.start[t], tiles.start[t + 1]
        ids = (tiles.place[low:high] + 1).astype(np.uint64)
        features = Features(ids, np.arange(len(ids)), tiles.offset[low : high + 1], tiles.geometry)
        data = encode_layer(
            "test", features, {"p": text_column(["x"] * len(ids))}, {"n": np.zeros(len(ids), dtype=np.int64)}
        )
        found[TileAddress(z=zoom, x=key >> 32, y=key & 0xFFFFFFFF)] = read_tile(data, "test")
    return found


def drawn(polygon: shapely.Geometry, zoom: int, *, clip: bool = False) -> list[list[list[list[int]]]]:
    """The polygons drawn for one shape that lies in one tile."""
    ((feature,),) = decoded(prepare_tiles(shapes(polygon), zoom, clip=clip), zoom).values()
    return feature.polygons


def in_units(*corners: tuple[float, float], holes: tuple[list[tuple[float, float]], ...] = ()) -> shapely.Polygon:
    """A polygon with its corners in units of the tile 12/2048/2047, from its (1000, 1000) on: far from any edge."""
    at = TileAddress(z=12, x=2048, y=2047)
    return shapely.transform(shapely.Polygon(corners, holes), lambda points: to_degrees((points + 1_000).tolist(), at))


def test_the_world_is_a_square_from_the_north_west() -> None:
    lonlat = np.array([[-180, 85.0511287798066], [0, 0], [180, -85.0511287798066], [0, 90], [-1.6, 55.0]])
    world = to_world(lonlat)
    assert np.abs(world[:4] - [[0, 0], [0.5, 0.5], [1, 1], [0.5, 0]]).max() < 1e-9
    # the Web Mercator formula of the tile naming convention, with logarithm and secant
    lat = np.radians(55.0)
    assert world[4, 0] == pytest.approx((180 - 1.6) / 360)
    assert world[4, 1] == pytest.approx((1 - np.log(np.tan(lat) + 1 / np.cos(lat)) / np.pi) / 2)


def test_keys_are_ordered_by_column_and_then_row() -> None:
    addresses = [(0, 0), (0, 5), (1, 0), (1, 4095), (4095, 0)]
    keys = [int(tile_key(x, y)) for x, y in addresses]
    assert keys == sorted(set(keys))
    assert [(key >> 32, key & 0xFFFFFFFF) for key in keys] == addresses


def test_a_polygon_by_hand() -> None:
    """Ten units square from (1100, 1200): the ring runs right, down, left, which is clockwise on the screen."""
    ((ring,),) = drawn(in_units((100, 200), (110, 200), (110, 210), (100, 210)), 12)
    assert sorted(map(tuple, ring[:-1])) == [(1100, 1200), (1100, 1210), (1110, 1200), (1110, 1210)]
    assert surveyed(ring) == 100


@pytest.mark.parametrize("turned", [False, True])
def test_exteriors_are_positive_and_holes_negative_however_they_came(*, turned: bool) -> None:
    hole = [(20.0, 20.0), (20.0, 40.0), (50.0, 40.0), (50.0, 20.0)]
    corners = [(10.0, 10.0), (90.0, 10.0), (90.0, 80.0), (10.0, 80.0)]
    if turned:
        hole, corners = hole[::-1], corners[::-1]
    ((exterior, interior),) = drawn(in_units(*corners, holes=(hole,)), 12)
    assert (surveyed(exterior), surveyed(interior)) == (80 * 70, -30 * 20)


@pytest.mark.parametrize("clip", [False, True])
def test_a_multipolygon_keeps_its_parts_each_with_its_holes(*, clip: bool) -> None:
    first = in_units((0, 0), (30, 0), (30, 30), (0, 30), holes=([(5, 5), (5, 10), (10, 10), (10, 5)],))
    second = in_units((100, 0), (140, 0), (140, 40), (100, 40))
    parts = drawn(shapely.MultiPolygon([first, second]), 12, clip=clip)
    assert sorted([surveyed(ring) for ring in part] for part in parts) == [[900, -25], [1600]]


def test_rounding_leaves_out_a_sliver_and_a_pinhole_and_keeps_the_rest() -> None:
    body = in_units((0, 0), (30, 0), (30, 30), (0, 30), holes=([(5, 5), (5, 5.2), (5.2, 5.2), (5.2, 5)],))
    sliver = in_units((100, 0.1), (140, 0.1), (140, 0.3), (100, 0.3))
    ((ring,),) = drawn(shapely.MultiPolygon([body, sliver]), 12)
    assert surveyed(ring) == 900


def test_a_hole_does_not_outlive_its_exterior() -> None:
    """An exterior too thin for its units, around a hole that is thinner still, beside a part that stays."""
    thin = in_units((0, 0.6), (40, 0.6), (40, 1.4), (0, 1.4), holes=([(5, 0.7), (5, 1.3), (35, 1.3), (35, 0.7)],))
    body = in_units((100, 0), (140, 0), (140, 40), (100, 40))
    assert [surveyed(ring) for part in drawn(shapely.MultiPolygon([thin, body]), 12) for ring in part] == [1600]


@pytest.mark.parametrize("clip", [False, True])
@pytest.mark.parametrize("zoom", ZOOMS)
def test_a_sector_smaller_than_a_unit_is_still_there_as_a_dot(zoom: int, *, clip: bool) -> None:
    """A metre by a metre, and a sliver of fifty kilometres: without them the sum over the tiles would fall short."""
    metre = shapely.box(3, 56, 3.00001, 56.00001)
    sliver = shapely.box(3, 56.2, 3.8, 56.20001)
    tiles = prepare_tiles(shapes(metre, shapely.box(4, 56, 5, 57), sliver), zoom, clip=clip)
    assert set(tiles.place.tolist()) == {0, 1, 2}
    for at, features in decoded(tiles, zoom).items():
        for feature in features:
            if feature.id == 1:
                ((ring,),) = feature.polygons
                assert 1 <= surveyed(ring) <= 4
                assert np.abs(to_degrees(ring, at) - [3, 56]).max() < 3 * 360 / (1 << zoom) / EXTENT


def test_repeated_points_are_drawn_once() -> None:
    ((ring,),) = drawn(in_units((0, 0), (10, 0), (10.1, 0.1), (10.2, -0.1), (10, 10), (0, 10)), 12)
    assert len(ring) == 5


def test_no_polygons_are_no_tiles() -> None:
    for clip in (False, True):
        tiles = prepare_tiles(shapes(), 4, clip=clip)
        assert (len(tiles.key), tiles.start.tolist(), tiles.offset.tolist()) == (0, [0], [0])


@pytest.mark.parametrize("zoom", [4, 5, 6])
def test_every_tile_that_a_polygon_touches_holds_it(zoom: int) -> None:
    """A small world swept completely: every tile of the zoom against shapely's own intersection with its square."""
    rng = np.random.default_rng(zoom)
    middles = zip(rng.uniform(-170, 170, 12), rng.uniform(-75, 75, 12), rng.uniform(0.5, 9, 12), strict=True)
    polygons = shapes(*(shapely.Point(lon, lat).buffer(size, quad_segs=2) for lon, lat, size in middles))
    world = shapely.transform(polygons, to_world)
    found = {
        (at.x, at.y): {f.id for f in fs} for at, fs in decoded(prepare_tiles(polygons, zoom, clip=True), zoom).items()
    }
    side = 1 << zoom
    for x in range(side):
        for y in range(side):
            inner = shapely.box(x / side, y / side, (x + 1) / side, (y + 1) / side)
            outer = shapely.box(
                (x - MARGIN) / side, (y - MARGIN) / side, (x + 1 + MARGIN) / side, (y + 1 + MARGIN) / side
            )
            here = found.get((x, y), set())
            clear = shapely.area(shapely.intersection(world, inner)) > (2 / side / EXTENT) ** 2
            assert set((np.flatnonzero(clear) + 1).tolist()) <= here
            assert here <= set((np.flatnonzero(shapely.intersects(world, outer)) + 1).tolist())


@pytest.mark.parametrize("zoom", ZOOMS)
def test_what_is_clipped_stays_within_the_buffer_and_covers_the_tile_alike(zoom: int) -> None:
    land = shapely.Point(-1.6, 55.0).buffer(0.4)
    whole = decoded(prepare_tiles(shapes(land), zoom, clip=False), zoom)
    square = shapely.box(0, 0, EXTENT, EXTENT)
    for at, (feature,) in decoded(prepare_tiles(shapes(land), zoom, clip=True), zoom).items():
        corners = np.concatenate([ring for polygon in feature.polygons for ring in polygon])
        assert corners.min() >= -BUFFER
        assert corners.max() <= EXTENT + BUFFER
        clipped, uncut = (
            shapely.unary_union([shapely.Polygon(p[0], p[1:]) for p in f.polygons]).intersection(square)
            for f in (feature, whole[at][0])
        )
        # a cut moves each edge by at most a unit
        assert clipped.symmetric_difference(uncut).area <= 2 * 4 * EXTENT


POINT = st.tuples(st.floats(-1.7, -1.5), st.floats(54.9, 55.1))


@settings(max_examples=150, deadline=None)
@given(st.lists(POINT, min_size=3, max_size=9), st.sampled_from(ZOOMS), st.booleans())
def test_any_polygon_is_drawn_somewhere_with_exteriors_before_holes(
    points: list[tuple[float, float]], zoom: int, clip: bool
) -> None:
    outline = shapely.MultiPoint(points).convex_hull.difference(shapely.Point(-1.6, 55.0).buffer(0.004, quad_segs=1))
    if outline.geom_type not in {"Polygon", "MultiPolygon"} or outline.is_empty:
        return
    found = decoded(prepare_tiles(shapes(outline), zoom, clip=clip), zoom)
    assert found
    for at, (feature,) in found.items():
        assert 0 <= at.x < 1 << zoom
        assert 0 <= at.y < 1 << zoom
        for exterior, *holes in feature.polygons:
            assert surveyed(exterior) > 0
            assert all(surveyed(hole) < 0 for hole in holes)


def patchwork() -> NDArray[np.object_]:
    """Thirty neighbours without gaps, whose shared edges wind: Voronoi cells, cut fine, moved by one smooth map."""
    rng = np.random.default_rng(5)
    seeds = shapely.MultiPoint(np.column_stack([rng.uniform(-2.4, -1.4, 30), rng.uniform(54.8, 55.6, 30)]))
    frame = shapely.box(-2.4, 54.8, -1.4, 55.6)
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame))
    cells = shapely.segmentize(cells, 0.003)

    def wind(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = np.round(lonlat, 6).T  # two neighbours cut their edge at the same points but for the last bits
        return np.column_stack([lon + 0.001 * np.sin(900 * lat), lat + 0.001 * np.cos(700 * lon)])

    return np.asarray(shapely.transform(cells, wind), dtype=object)


@pytest.mark.parametrize("zoom", ZOOMS)
def test_simplified_neighbours_share_their_edges_without_gap_or_overlap(zoom: int) -> None:
    land = patchwork()
    assert shapely.coverage_is_valid(land), "the patchwork itself has neither"
    plain = simplified(land, zoom)
    assert shapely.is_valid(plain).all()
    assert shapely.coverage_is_valid(plain)
    assert shapely.area(plain).sum() == pytest.approx(shapely.union_all(plain).area, rel=1e-9), "no overlap"
    gaps = shapely.get_num_interior_rings(shapely.get_parts(shapely.union_all(plain)))
    assert gaps.sum() == 0


def test_simplifying_takes_detail_away_far_out_and_leaves_it_close_in() -> None:
    land = patchwork()
    points = [int(shapely.get_num_coordinates(simplified(land, zoom)).sum()) for zoom in ZOOMS]
    assert points == sorted(points)
    assert points[0] < 0.1 * points[-1]
    moved = shapely.hausdorff_distance(land, simplified(land, 12)).max()
    assert moved < 50 * 360 / (1 << 12) / EXTENT, "a few tile units at the closest zoom"


@pytest.mark.parametrize("zoom", [4, 6, 8])
def test_neighbours_in_a_tile_still_meet_after_rounding(zoom: int) -> None:
    """Without clipping, which cuts each on its own: corners that were shared are rounded alike."""
    plain = simplified(patchwork(), zoom)
    for features in decoded(prepare_tiles(plain, zoom, clip=False), zoom).values():
        ground = shapely.make_valid(
            shapes(*(shapely.MultiPolygon([(p[0], p[1:]) for p in feature.polygons]) for feature in features))
        )
        overlap = shapely.area(ground).sum() - shapely.union_all(ground).area
        assert overlap <= 1e-3 * shapely.area(ground).sum()


@pytest.mark.parametrize("zoom", ZOOMS)
def test_overlapping_sectors_are_drawn_too(zoom: int) -> None:
    """Approximate boundaries overlap; that is no coverage, but neither a reason to fail nor to lose one."""
    circles = shapes(
        *(shapely.Point(-1.6 + 0.02 * i, 55.0).buffer(0.03) for i in range(5)), shapely.box(-1.7, 54.9, -1.4, 55.1)
    )
    tiles = prepare_tiles(simplified(circles, zoom), zoom, clip=True)
    assert set(tiles.place.tolist()) == set(range(6))
