"""Which square a British grid reference names."""

import pytest

from harmgrid.gridrefs import square_from_text

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("reference", "west", "south", "side"),
    [
        ("NZ26", 420_000, 560_000, 10_000),
        ("NZ 24 64", 424_000, 564_000, 1_000),
        ("nz2464", 424_000, 564_000, 1_000),
        ("NZ245641", 424_500, 564_100, 100),
        ("TQ 30034 80408", 530_034, 180_408, 1),
    ],
)
def test_a_reference_names_a_square_that_is_smaller_the_more_figures_it_has(
    reference: str, west: float, south: float, side: float
) -> None:
    square = square_from_text(reference)
    assert square
    assert (square.west, square.south, square.side) == (west, south, side)
    assert square.centre == (west + side / 2, south + side / 2)


def test_a_square_is_in_degrees_where_the_ordnance_survey_has_it() -> None:
    square = square_from_text("NZ2464")
    assert square
    lon, lat = square.centre_degrees
    assert [lon, lat] == pytest.approx([-1.619, 54.975], abs=0.001)  # the centre of Newcastle
    west, south, east, north = square.bounds
    assert west < lon < east
    assert south < lat < north
    assert (north - south) * 111.3 == pytest.approx(1.0, abs=0.05)  # kilometres


@pytest.mark.parametrize(
    "text", ["", "NZ", "NZ2", "NZ246", "IZ2464", "NZ 24 6", "NZ 2464 1", "ZZ2464", "NZ\u0662\u0664"]
)
def test_what_is_no_reference_names_nothing(text: str) -> None:
    assert square_from_text(text) is None
