"""The hexagons of an area against a plain loop over all hexagons."""

import numpy as np
import pytest
import shapely

from harmgrid import grid
from harmgrid.errors import UnknownPlace
from harmgrid.explain import describe_place
from harmgrid.published import Published
from harmgrid.view import hexagon_breaks, located
from harmgrid.within import hexagons_within
from tests.small_force import ask, small_force, with_people

pytestmark = pytest.mark.quick

WHOLE = ask("2021-12..2022-02")


def plainly(published: Published, place: str, resolution: int) -> dict[str, tuple[int, float]]:
    """Events and harm of every hexagon with some whose centre lies in an area."""
    areas = {level.place_id(area): area for level in published.levels for area in level.sectors}
    found = {}
    for name in grid.texts(located(published.hex_cubes[resolution])):
        hexagon = describe_place(published, name, WHOLE)
        if areas[place].geometry.intersects(shapely.Point(hexagon.center)) and (hexagon.count or hexagon.people):
            found[name] = (hexagon.count, hexagon.harm)
    return found


@pytest.mark.parametrize("place", ["A1", "B1", "C1", "area:S"])
def test_they_are_those_whose_centre_lies_in_it(place: str) -> None:
    published = small_force()
    found = hexagons_within(published, place, WHOLE)
    expected = plainly(published, place, found.resolution)
    assert {hexagon.id: (hexagon.sum.count, hexagon.sum.harm) for hexagon in found.hexagons} == expected
    assert found.total.harm == sum(harm for _, harm in expected.values())
    assert found.breaks == hexagon_breaks(published, WHOLE)[found.resolution]


def test_the_most_harm_comes_first_with_what_it_is_mostly_of() -> None:
    """Cedar: two burglaries of 100 points each and a drug offence of 100."""
    found = hexagons_within(small_force(), "C1", WHOLE)
    harms = [hexagon.sum.harm for hexagon in found.hexagons]
    assert harms == sorted(harms, reverse=True)
    assert [hexagon.rank for hexagon in found.hexagons] == [1 + sum(h > harm for h in harms) for harm in harms]
    parts = describe_place(small_force(), found.hexagons[0].id, WHOLE).parts
    mostly = found.hexagons[0].mostly
    assert mostly is not None
    assert mostly[0] == next(iter(parts))
    assert mostly[1] == pytest.approx(parts[mostly[0]].share)


def test_people_alone_are_something_too() -> None:
    found = hexagons_within(with_people(), "B1", ask("2021-11..2021-12"))
    assert found.total.people == describe_place(with_people(), "B1", ask("2021-11..2021-12")).people > 0
    assert any(hexagon.sum.people and not hexagon.sum.count for hexagon in found.hexagons)


def test_a_hexagon_is_drawn_whole() -> None:
    (first, *_) = hexagons_within(small_force(), "C1", WHOLE).hexagons
    ring = shapely.Polygon(first.outline)
    assert ring.contains(shapely.Point(first.center))
    assert ring.equals_exact(grid.boundaries(np.array([grid.cell_from_text(first.id)], dtype=np.uint64))[0], 1e-9)


def test_a_hexagon_is_no_area() -> None:
    with pytest.raises(UnknownPlace, match="8919"):
        hexagons_within(small_force(), "89196461ecbffff", WHOLE)
