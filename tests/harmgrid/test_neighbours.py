"""What lies around a place: Alder & Elm west of Birch, Cêdre north of both, and hexagons by H3 itself."""

import h3
import pytest

from harmgrid import grid
from harmgrid.neighbours import compass, neighbours_of
from harmgrid.types import Question, Window, month_from_text
from tests.small_force import ALDER_WEST, small_force

pytestmark = pytest.mark.quick

DECEMBER = Window(month_from_text("2021-12"), month_from_text("2022-01"))
QUESTION = Question(window=DECEMBER, measures=frozenset({"burglary", "drugs"}))


def test_the_neighbours_of_a_sector_touch_it_and_have_their_harm_in_the_window() -> None:
    """In December: Alder & Elm two burglaries, Cêdre one, of 100 points each."""
    near = neighbours_of(small_force(), "B1", QUESTION)
    assert [(each.id, each.name, each.direction, each.count, each.harm) for each in near] == [
        ("A1", "Alder & Elm", "W", 2, 200.0),
        ("C1", "Cêdre 雪松", "N", 1, 100.0),  # 620 m west and 2,230 m north from middle to middle
    ]


def test_areas_of_another_level_are_neighbours_of_each_other_alone() -> None:
    (north,) = neighbours_of(small_force(), "area:S", QUESTION)
    assert (north.id, north.direction, north.count) == ("area:N", "N", 1)


def test_a_hexagon_has_those_around_it_that_ever_had_an_event() -> None:
    force = small_force()
    cube = force.hex_cubes[9]
    held = set(grid.texts(cube.place[1:]))
    alder = str(h3.latlng_to_cell(ALDER_WEST[1], ALDER_WEST[0], 9))
    assert alder in held
    for beside in h3.grid_ring(alder, 1):
        near = neighbours_of(force, beside, QUESTION)
        assert {each.id for each in near} == set(h3.grid_ring(beside, 1)) & held
        (there,) = [each for each in near if each.id == alder]
        assert (there.name, there.sector, there.count, there.harm) == (None, "Alder & Elm", 1, 100.0)


@pytest.mark.parametrize("resolution", range(3, 10))
def test_no_two_neighbours_of_a_hexagon_lie_in_one_direction(resolution: int) -> None:
    for lon, lat in ((-1.6, 54.9), (3.0, 56.0), (-5.5, 50.1), (-1.1, 60.2)):
        cell = h3.latlng_to_cell(lat, lon, resolution)
        middle = h3.cell_to_latlng(cell)[::-1]
        directions = [compass(middle, h3.cell_to_latlng(beside)[::-1]) for beside in h3.grid_ring(cell, 1)]
        assert len(set(directions)) == 6


@pytest.mark.parametrize(
    ("end", "direction"),
    [
        ((3.00, 56.01), "N"),
        ((3.01, 56.00), "E"),
        ((3.00, 55.99), "S"),
        ((2.99, 56.00), "W"),
        ((3.01, 56.0056), "NE"),  # at 56 degrees north a degree of longitude is 0.56 of one of latitude
        ((3.01, 55.9944), "SE"),
        ((2.99, 55.9944), "SW"),
        ((2.99, 56.0056), "NW"),
    ],
)
def test_a_direction_is_one_on_the_ground(end: tuple[float, float], direction: str) -> None:
    assert compass((3.0, 56.0), end) == direction


def test_the_direction_across_the_antimeridian_is_the_short_way() -> None:
    assert compass((179.99, 10.0), (-179.99, 10.0)) == "E"
