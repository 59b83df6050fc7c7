"""Which sector a point lies in, and which outlines can be used, one trap a line."""

import numpy as np
import pytest
import shapely

from harmgrid.errors import UnusableSectors
from harmgrid.sectors import FIRST_SECTOR, NO_LOCATION, OUTSIDE, Sector, places_from_points, touching, usable_geometry

pytestmark = pytest.mark.quick

WEST = Sector(id="W", name="West", geometry=shapely.box(0, 50, 1, 51))
EAST = Sector(id="E", name="East", geometry=shapely.box(1, 50, 2, 51))
# a square with a hole in it, and an island in the hole
RING = shapely.Polygon(
    [(4, 50), (8, 50), (8, 54), (4, 54)],
    [[(5, 51), (5, 53), (7, 53), (7, 51)]],
)
ISLAND = shapely.box(5.5, 51.5, 6.5, 52.5)
ATOLL = Sector(id="R", name="Atoll", geometry=shapely.MultiPolygon([RING, ISLAND]))


def placed(sectors: list[Sector], *points: tuple[float, float]) -> list[int]:
    lon, lat = np.array(points, dtype=np.float64).reshape(-1, 2).T
    return [int(place) for place in places_from_points(sectors, lon, lat)]


def refusal(geometry: object, name: str = "Bow Street") -> str:
    with pytest.raises(UnusableSectors) as raised:
        usable_geometry(name, geometry)
    return str(raised.value)


def test_a_point_is_in_the_sector_around_it() -> None:
    assert placed([WEST, EAST], (0.5, 50.5), (1.5, 50.5)) == [FIRST_SECTOR, FIRST_SECTOR + 1]
    assert placed([EAST, WEST], (0.5, 50.5), (1.5, 50.5)) == [FIRST_SECTOR + 1, FIRST_SECTOR]


@pytest.mark.parametrize("point", [(1.0, 50.5), (1.0, 50.0), (1.0, 51.0)])
def test_a_point_on_a_shared_edge_is_in_the_sector_that_comes_first(point: tuple[float, float]) -> None:
    assert placed([WEST, EAST], point) == placed([EAST, WEST], point) == [FIRST_SECTOR]


def test_a_point_on_an_outer_edge_is_inside() -> None:
    assert placed([WEST], (0.0, 50.5), (0.0, 50.0)) == [FIRST_SECTOR, FIRST_SECTOR]


def test_a_point_in_no_sector_is_outside_and_not_lost() -> None:
    assert placed([WEST, EAST], (0.5, 49.0), (-180.0, 90.0), (1e308, 0.0)) == [OUTSIDE] * 3


def test_a_hole_is_outside_and_an_island_in_it_is_not() -> None:
    assert placed([ATOLL], (4.5, 50.5), (5.2, 52.0), (6.0, 52.0)) == [FIRST_SECTOR, OUTSIDE, FIRST_SECTOR]


@pytest.mark.parametrize("point", [(np.nan, np.nan), (np.nan, 50.5), (0.5, np.nan), (np.inf, 50.5), (0.5, -np.inf)])
def test_a_point_without_a_coordinate_has_no_location(point: tuple[float, float]) -> None:
    assert placed([WEST], point, (0.5, 50.5)) == [NO_LOCATION, FIRST_SECTOR]


def test_no_points_and_no_sectors() -> None:
    assert placed([WEST]) == []
    assert placed([], (0.5, 50.5), (np.nan, np.nan)) == [OUTSIDE, NO_LOCATION]


def test_many_points_are_placed_as_one_by_one() -> None:
    """Against a plain loop over sectors, with points on edges and points that repeat."""
    rng = np.random.default_rng(3)
    points = [(float(x), float(y)) for x, y in rng.integers(-1, 18, (500, 2)) / 2 + [0, 49]]
    sectors = [ATOLL, EAST, WEST]
    expected = []
    for x, y in points:
        holding = [i for i, sector in enumerate(sectors) if sector.geometry.intersects(shapely.Point(x, y))]
        expected.append(FIRST_SECTOR + holding[0] if holding else OUTSIDE)
    assert placed(sectors, *points) == expected
    assert set(expected) == {1, 2, 3, 4}


@pytest.mark.parametrize("geometry", [WEST.geometry, RING, ATOLL.geometry, shapely.box(-180, -90, 180, 90)])
def test_a_good_outline_stays_as_it_is(geometry: shapely.Geometry) -> None:
    assert usable_geometry("Good", geometry) is geometry


def test_a_ring_that_touches_itself_a_little_is_repaired() -> None:
    """A square whose corner is crossed by 1 thousandth of its edge: the loop has a millionth of the area."""
    crossed = shapely.Polygon([(0, 50), (1, 50), (1, 51), (0, 51), (0, 50.001), (0.001, 50), (0.001, 49.999), (0, 50)])
    assert not crossed.is_valid
    repaired = usable_geometry("Crossed", crossed)
    assert repaired.is_valid
    assert repaired.area == pytest.approx(1, abs=1e-5)


def test_a_spike_is_cut_off() -> None:
    spiked = shapely.Polygon([(0, 50), (1, 50), (1, 51), (1, 53), (1, 51), (0, 51)])
    assert not spiked.is_valid
    repaired = usable_geometry("Spiked", spiked)
    assert repaired.is_valid
    assert repaired.area == 1


def test_a_bow_tie_is_refused_with_the_name_of_its_sector() -> None:
    """Its two halves cancel: area 0 as drawn, 1 as repaired, and nobody can say which was meant."""
    message = refusal(shapely.Polygon([(0, 50), (1, 51), (1, 50), (0, 51)]))
    assert "'Bow Street' with a ring that crosses itself" in message
    assert "0.5 50.5" in message, "it says where"


def test_a_hole_that_crosses_another_hole_by_much_is_refused() -> None:
    holes = [[(1, 51), (3, 51), (3, 53), (1, 53)], [(2, 52), (4, 52), (4, 54), (2, 54)]]
    assert "crosses itself" in refusal(shapely.Polygon([(0, 50), (10, 50), (10, 60), (0, 60)], holes))


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        {"type": "Polygon", "coordinates": []},
        shapely.Point(0, 50),
        shapely.LineString([(0, 50), (1, 51)]),
        shapely.GeometryCollection([WEST.geometry]),
        shapely.Polygon(),
        shapely.MultiPolygon(),
    ],
)
def test_what_is_no_area_is_refused_with_the_name_of_its_sector(geometry: object) -> None:
    message = refusal(geometry)
    assert "'Bow Street'" in message
    assert "polygon or multipolygon" in message


@pytest.mark.parametrize(
    "ring",
    [
        [(0, 50), (1, 51), (2, 52)],
        [(0, 50), (1, 51), (0, 50)],
        [(0, 50), (0, 50), (0, 50)],
    ],
)
def test_a_ring_that_encloses_nothing_is_refused(ring: list[tuple[float, float]]) -> None:
    assert "'Bow Street'" in refusal(shapely.Polygon(ring))


def test_a_hole_as_large_as_its_ring_is_refused() -> None:
    square = [(0, 50), (1, 50), (1, 51), (0, 51)]
    assert "'Bow Street'" in refusal(shapely.Polygon(square, [square]))


def test_metres_of_the_british_national_grid_are_named_as_such() -> None:
    message = refusal(shapely.box(424_000, 563_000, 428_000, 567_000))
    assert "British National Grid" in message
    assert "EPSG:4326" in message
    assert "'Bow Street' from 424000, 563000 to 428000, 567000" in message


@pytest.mark.parametrize(
    "corner",
    [(-1.6, 540.0), (1.6, 540.0), (-1.6, -91.0), (181.0, 55.0), (-181.0, 55.0), (55.0, 1e300)],
)
def test_a_single_corner_off_the_globe_is_refused_and_shown(corner: tuple[float, float]) -> None:
    message = refusal(shapely.Polygon([(-1.6, 55.0), (-1.5, 55.0), corner]))
    assert "longitude and latitude in degrees" in message
    assert "British National Grid" not in message
    assert any(f"{value:.0f}" in message for value in corner if abs(value) > 90)


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_a_corner_that_is_no_number_is_refused(hole: float) -> None:
    assert "'Bow Street'" in refusal(shapely.Polygon([(0, 50), (1, hole), (1, 51)]))


def test_a_height_does_not_matter() -> None:
    raised = shapely.Polygon([(0, 50, 700), (1, 50, 900), (1, 51, 800)])
    assert usable_geometry("Hill", raised).area == 0.5


def test_areas_touch_where_they_share_an_edge_or_a_corner_or_leave_a_sliver() -> None:
    """Squares in a row: two share an edge, the third leaves a gap of 7 m, the fourth one of a kilometre."""
    spans = ((0.0, 0.1), (0.1, 0.2), (0.20006, 0.3), (0.31, 0.4))
    row = tuple(Sector(id=f"{west}", name="", geometry=shapely.box(west, 0, east, 0.1)) for west, east in spans)
    corner = Sector(id="corner", name="", geometry=shapely.box(-0.1, 0.1, 0, 0.2))
    assert [near.tolist() for near in touching((*row, corner))] == [[1, 4], [0, 2], [1], [], [0]]
