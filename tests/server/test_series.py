"""Series tiles by URL, over the force that tests.force_builder adds up by hand."""

import pytest
from flask.testing import FlaskClient

from tests.force_builder import points
from tests.series_reader import read_series
from tests.server.answers import answered, refused, require_headers
from tests.server.test_tiles import column_row

X, Y = column_row(3.05, 56.05, 7)
ADDRESS = f"/series/current/all_crime/7/{X}/{Y}.bin"


def test_the_months_are_the_ones_worked_by_hand(client: FlaskClient) -> None:
    response = client.get(ADDRESS)
    require_headers(response)
    assert (response.status_code, response.mimetype) == (200, "application/octet-stream")
    series = read_series(response.data)
    months = [[figures for (_, at), figures in series.figures.items() if at == month] for month in range(series.months)]
    assert series.states == [0, 0, 1, 0, 0]
    assert [sum(events for events, _ in month) for month in months] == [3, 4, 0, 7, 4]
    assert [sum(harm for _, harm in month) for month in months] == pytest.approx(
        [points(B=3), points(S=3, R=1), 0, points(B=2, R=1), points(R=2, B=1, S=1)]
    )


def test_the_version_and_current_are_the_same_tile_and_kept_as_tiles_are(client: FlaskClient) -> None:
    version = answered(client.get("/healthz"))["snapshot"]
    current, versioned = client.get(ADDRESS), client.get(ADDRESS.replace("current", version))
    assert current.data == versioned.data
    assert current.cache_control.no_cache
    assert versioned.cache_control.immutable


def test_a_measure_is_a_theme_of_its_own(client: FlaskClient) -> None:
    series = read_series(client.get(ADDRESS.replace("all_crime", "robbery")).data)
    assert sum(events for events, _ in series.figures.values()) == 4


def test_measures_together_are_one_tile_however_they_are_spelt(client: FlaskClient) -> None:
    tiles = [client.get(ADDRESS.replace("all_crime", names)) for names in ("robbery,burglary", "burglary,robbery")]
    assert tiles[0].data == tiles[1].data
    assert (
        sum(events for events, _ in read_series(tiles[0].data).figures.values()) == 4 + 6
    )  # one burglary has no location


def test_a_tile_that_no_hexagon_touches_is_empty(client: FlaskClient) -> None:
    response = client.get("/series/current/all_crime/4/0/0.bin")
    assert (response.status_code, response.data) == (204, b"")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("current/nothing/4/8/4", "invalid_tile"),
        ("current/all_crime,nothing/4/8/4", "invalid_tile"),
        ("current/all_crime,/4/8/4", "invalid_tile"),
        (f"current/{'x' * 500}/4/8/4", "invalid_tile"),
        ("current/all_crime/13/8/4", "invalid_tile"),
        ("current/all_crime/4/16/4", "invalid_tile"),
        ("current/all_crime/4/8/-4", "not_found"),
        ("0000000000000000/all_crime/4/8/4", "no_snapshot"),
    ],
)
def test_a_tile_that_does_not_exist_is_answered_404(client: FlaskClient, address: str, code: str) -> None:
    assert refused(client.get(f"/series/{address}.bin"), 404)["code"] == code


@pytest.mark.parametrize(
    "query", ["window=2022-04..2022-05", "whatif=robbery:2", "count=twice", "count=once&count=once"]
)
def test_another_parameter_is_refused(client: FlaskClient, query: str) -> None:
    assert refused(client.get(f"{ADDRESS}?{query}"), 400)["code"] == "unknown_parameter"
