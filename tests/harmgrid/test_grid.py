"""Hexagons against h3's own scalar calls: cells, parents, outlines, numbers, and how many a tile can hold."""

import itertools

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from harmgrid import grid
from harmgrid.errors import UnknownPlace
from harmgrid.tiles import BUFFER, EXTENT, prepare_tiles

pytestmark = pytest.mark.quick

FIJI = (179.99, -17.0)  # its hexagons reach across the antimeridian
NORTHUMBRIA = (-1.6, 55.0)
EARTH_KM = 40_075  # around the equator
LON = st.floats(-180, 180)
LAT = st.floats(-84, 84)
LEVELS = st.sampled_from(grid.RESOLUTIONS)


def cells_of(*texts: str) -> NDArray[np.uint64]:
    return np.array([h3.str_to_int(text) for text in texts], dtype=np.uint64)


def cell_at(lon: float, lat: float, resolution: int) -> NDArray[np.uint64]:
    return grid.cells_from_points(np.array([lon]), np.array([lat]), resolution)


def test_the_levels_are_four_to_nine_and_every_zoom_has_one() -> None:
    assert grid.RESOLUTIONS == (3, 4, 5, 6, 7, 8, 9)
    assert list(grid.FINEST_AT_ZOOM) == list(range(grid.MIN_ZOOM, grid.MAX_ZOOM + 1)) == list(range(4, 13))
    assert list(grid.FINEST_AT_ZOOM.values()) == sorted(grid.FINEST_AT_ZOOM.values())
    assert grid.FINEST_AT_ZOOM[grid.MAX_ZOOM] == grid.BASE_RESOLUTION


@settings(deadline=None)
@given(st.lists(st.tuples(LON, LAT), max_size=20), LEVELS)
def test_points_fall_into_the_cells_that_h3_says(points: list[tuple[float, float]], resolution: int) -> None:
    lon, lat = np.array(points, dtype=np.float64).reshape(-1, 2).T
    expected = [h3.latlng_to_cell(y, x, resolution) for x, y in points]
    assert grid.texts(grid.cells_from_points(lon, lat, resolution)) == expected


def test_longitude_comes_first() -> None:
    """Swapped, the same two numbers lie off Somalia."""
    assert grid.texts(cell_at(*NORTHUMBRIA, 4)) == [h3.latlng_to_cell(55.0, -1.6, 4)]
    assert h3.latlng_to_cell(55.0, -1.6, 4) != h3.latlng_to_cell(-1.6, 55.0, 4)
    lon, lat = grid.centres(cell_at(*NORTHUMBRIA, 9))
    assert (lon[0], lat[0]) == pytest.approx(NORTHUMBRIA, abs=0.005)


@pytest.mark.parametrize("where", [(np.nan, np.nan), (np.nan, 55.0), (-1.6, np.nan), (np.inf, 55.0), (-1.6, -np.inf)])
def test_a_point_without_a_coordinate_is_nowhere(where: tuple[float, float]) -> None:
    lon, lat = np.array([where, NORTHUMBRIA]).T
    cells = grid.cells_from_points(lon, lat, 9)
    assert cells[0] == grid.NO_CELL
    assert cells[1] == cell_at(*NORTHUMBRIA, 9)[0]


def test_no_points_are_no_cells() -> None:
    nothing = np.array([], dtype=np.float64)
    cells = grid.cells_from_points(nothing, nothing, 9)
    assert cells.shape == grid.parents(cells, 4).shape == grid.boundaries(cells).shape == (0,)


@settings(deadline=None)
@given(LON, LAT, LEVELS)
def test_a_parent_is_the_one_that_h3_says(lon: float, lat: float, resolution: int) -> None:
    cell = cell_at(lon, lat, grid.BASE_RESOLUTION)
    assert grid.texts(grid.parents(cell, resolution)) == [h3.cell_to_parent(grid.texts(cell)[0], resolution)]


def test_nowhere_has_no_parent_but_nowhere() -> None:
    cells = np.append(cell_at(*NORTHUMBRIA, 9), np.uint64(grid.NO_CELL))
    assert grid.parents(cells, 4).tolist() == [int(cell_at(*NORTHUMBRIA, 4)[0]), grid.NO_CELL]


def test_levels_nest_where_binning_twice_would_not() -> None:
    """Near edges the parent of a point's cell is not always the parent-level cell of the point; ours is the parent."""
    rng = np.random.default_rng(11)
    lon, lat = rng.uniform(-1.7, -1.5, 2_000), rng.uniform(54.9, 55.1, 2_000)
    base = grid.cells_from_points(lon, lat, 9)
    for level in grid.RESOLUTIONS[:-1]:
        by_steps = base
        for step in range(8, level - 1, -1):
            by_steps = grid.parents(by_steps, step)
        np.testing.assert_array_equal(grid.parents(base, level), by_steps)
    assert (grid.parents(base, 8) != grid.cells_from_points(lon, lat, 8)).any()


@settings(deadline=None)
@given(LON.filter(lambda lon: abs(lon) < 170), LAT, LEVELS)
def test_an_outline_is_the_one_that_h3_draws(lon: float, lat: float, resolution: int) -> None:
    cell = cell_at(lon, lat, resolution)
    (outline,) = grid.boundaries(cell)
    expected = [(x, y) for y, x in h3.cell_to_boundary(grid.texts(cell)[0])]
    assert outline.is_valid
    assert len(outline.exterior.coords) == len(expected) + 1
    assert outline.equals_exact(shapely.Polygon(expected), tolerance=1e-9, normalize=True)


def test_outlines_keep_the_order_of_their_cells() -> None:
    cells = np.concatenate([cell_at(lon, 55.0, 6) for lon in (3.0, -1.6, 1.0)])
    lon, lat = grid.centres(cells)
    assert np.round(lon, 0).tolist() == [3.0, -2.0, 1.0]
    assert shapely.contains_xy(grid.boundaries(cells), lon, lat).all()


@pytest.mark.parametrize("resolution", grid.RESOLUTIONS)
def test_a_pentagon_is_drawn_whole(resolution: int) -> None:
    """Five corners at even resolutions, ten at odd ones, where the icosahedron bends its edges."""
    for text in h3.get_pentagons(resolution):
        (outline,) = grid.boundaries(cells_of(text))
        corners = h3.cell_to_boundary(text)
        assert len(outline.exterior.coords) - 1 == len(corners) == (5 if resolution % 2 == 0 else 10)
        assert {(round(x % 360, 6), round(y, 6)) for x, y in outline.exterior.coords} == {
            (round(x % 360, 6), round(y, 6)) for y, x in corners
        }


@pytest.mark.parametrize("resolution", grid.RESOLUTIONS)
@pytest.mark.parametrize("lon", [179.999, -179.999])
def test_a_cell_across_the_antimeridian_stays_in_one_piece_beside_its_centre(lon: float, resolution: int) -> None:
    cell = cell_at(lon, FIJI[1], resolution)
    (outline,) = grid.boundaries(cell)
    west, _, east, _ = outline.bounds
    centre = grid.centres(cell)[0][0]
    assert east - west < 2, "it does not wrap around the world"
    assert west < centre < east
    km2 = h3.cell_area(grid.texts(cell)[0], unit="km^2")
    degree_km2 = 111.195**2 * np.cos(np.radians(FIJI[1]))
    assert outline.area * degree_km2 == pytest.approx(km2, rel=0.02)


def full_disc(lon: float, lat: float, resolution: int, rings: int) -> NDArray[np.uint64]:
    return cells_of(*h3.grid_disk(h3.latlng_to_cell(lat, lon, resolution), rings))


@pytest.mark.parametrize("resolution", grid.RESOLUTIONS)
def test_feature_numbers_are_unique_and_exact_in_javascript(resolution: int) -> None:
    """Whole small levels of the earth, and discs of the finer ones, in places with different base cells."""
    if resolution == 4:
        texts = [text for base in h3.get_res0_cells() for text in h3.cell_to_children(base, 4)]
        assert len(texts) == h3.get_num_cells(4)
        cells = cells_of(*texts)
    else:
        middles = [(-1.6, 55.0), (3.0, 56.0), (151.0, -33.0), (-74.0, 40.7)]
        cells = np.unique(np.concatenate([full_disc(lon, lat, resolution, 20) for lon, lat in middles]))
    ids = grid.feature_ids(cells)
    assert len(np.unique(ids)) == len(np.unique(cells))
    assert int(ids.max()) < 2**53
    assert [int(float(number)) for number in ids[:100].tolist()] == ids[:100].tolist()


def test_texts_are_what_h3_reads_back() -> None:
    cells = full_disc(*NORTHUMBRIA, 9, 3)
    assert [h3.str_to_int(text) for text in grid.texts(cells)] == cells.tolist()
    assert {len(text) for text in grid.texts(cells)} == {15}
    assert [grid.cell_from_text(text) for text in grid.texts(cells)] == cells.tolist()


@pytest.mark.parametrize("resolution", range(16))
def test_a_cell_knows_its_resolution(resolution: int) -> None:
    assert grid.resolution_of(int(cells_of(h3.latlng_to_cell(55.0, -1.6, resolution))[0])) == resolution


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "A1",
        "0" * 15,
        "f" * 15,
        "891960d3437fff",
        "891960d3437ffff0",
        "0891960d3437ffff",
        "891960D3437FFFF",
        "0x891960d3437ffff",
        "0x1960d3437ffff",
        "+891960d3437ffff",
        "891_960d3437ffff",
        " 891960d3437ffff",
        "891960d3437ffff\n",
        "891960d3437ffff\x00",
        "\N{FULLWIDTH DIGIT EIGHT}91960d3437ffff",
        "\N{ARABIC-INDIC DIGIT EIGHT}91960d3437ffff",
        "617550903642685439",
        "9" * 100_000,
        "f" * 17,
        "../../../etc/passwd",
        "1391960d3437fff",
    ],
)
def test_what_is_no_cell_is_no_place(text: str) -> None:
    with pytest.raises(UnknownPlace) as raised:
        grid.cell_from_text(text)
    assert len(str(raised.value)) < 400


def covered_tile(lat: float, zoom: int) -> tuple[int, float]:
    """Features of a tile at about that latitude that is covered with hexagons all over, and its middle latitude."""
    resolution = grid.FINEST_AT_ZOOM[zoom]
    side = 360 / (1 << zoom)  # degrees of longitude of one tile
    x = (1 << zoom) // 2
    y = int((0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)) * (1 << zoom))
    north, south = (np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / (1 << zoom))))) for row in (y, y + 1))
    margin = 0.2 * side
    square = h3.LatLngPoly(
        [
            (south - margin, -margin),
            (south - margin, side + margin),
            (north + margin, side + margin),
            (north + margin, -margin),
        ]
    )
    cells = cells_of(*h3.polygon_to_cells(square, resolution))
    tiles = prepare_tiles(grid.boundaries(cells), zoom, clip=False)
    (t,) = np.flatnonzero(tiles.key == np.uint64(x << 32 | y))
    return int(tiles.start[t + 1] - tiles.start[t]), (north + south) / 2


@pytest.mark.parametrize("zoom", grid.FINEST_AT_ZOOM)
def test_a_tile_over_northumbria_all_covered_with_hexagons_holds_what_its_area_says(zoom: int) -> None:
    found, middle = covered_tile(55.0, zoom)
    resolution = grid.FINEST_AT_ZOOM[zoom]
    tile_km = EARTH_KM / (1 << zoom) * np.cos(np.radians(middle)) * (1 + 2 * BUFFER / EXTENT)
    side_km = tile_km + 2 * h3.average_hexagon_edge_length(resolution, unit="km")
    assert found == pytest.approx(side_km**2 / h3.average_hexagon_area(resolution, unit="km^2"), rel=0.2)


@pytest.mark.parametrize("resolution", [3, 6, 9])
def test_the_bounds_of_cells_are_those_of_all_their_polygons(resolution: int) -> None:
    draw = np.random.default_rng(resolution)
    for _ in range(20):
        middle, size = draw.uniform([-170, -80], [170, 80]), draw.uniform(0.01, 5)
        lon, lat = (middle[:, None] + draw.uniform(-size, size, (2, 300))).clip(-179, 179)
        cells = np.unique(grid.cells_from_points(lon, lat.clip(-85, 85), resolution))
        assert grid.bounds(cells) == tuple(shapely.total_bounds(grid.boundaries(cells)))


def test_the_base_cells_below_a_cell_are_one_range() -> None:
    lon, lat = np.random.default_rng(2).uniform((-180, -89), (180, 89), (500, 2)).T
    base = grid.cells_from_points(lon, lat, grid.BASE_RESOLUTION)
    for resolution in range(grid.BASE_RESOLUTION + 1):
        above = grid.parents(base, resolution)
        ranges = {cell: grid.base_range(cell) for cell in set(above.tolist())}
        for cell, parent in zip(base.tolist(), above.tolist(), strict=True):
            assert [known for known, (first, last) in ranges.items() if first <= cell <= last] == [parent]


@pytest.mark.parametrize("size", [0.001, 0.05, 0.6, 3.0])
@pytest.mark.parametrize("at", [(-1.6, 55.0), (0.0, 0.0), (100.0, -40.0), (31.8, -64.7)])  # the last has a pentagon
def test_ranges_over_an_area_have_the_cell_of_every_point_of_it(size: float, at: tuple[float, float]) -> None:
    box = shapely.box(at[0], at[1], at[0] + size, at[1] + size)
    lon, lat = np.random.default_rng(3).uniform(at, (at[0] + size, at[1] + size), (5_000, 2)).T
    corners = shapely.get_coordinates(box)
    cells = grid.cells_from_points(np.append(lon, corners[:, 0]), np.append(lat, corners[:, 1]), grid.BASE_RESOLUTION)
    ranges = grid.base_ranges_over(box)
    assert 0 < len(ranges) < 100
    assert all(last < first for (_, last), (first, _) in itertools.pairwise(ranges))
    assert all(any(first <= cell <= last for first, last in ranges) for cell in np.unique(cells).tolist())
