"""Places by what somebody types, over the force of tests.force_builder."""

import h3
import pytest
from flask.testing import FlaskClient

from tests.force_builder import POINTS
from tests.server.answers import Json, answered, refused


def search(client: FlaskClient, text: str) -> Json:
    return answered(client.get("/api/search", query_string={"query": text}))


def test_a_result_has_all_that_is_needed_to_show_it_and_to_open_it(client: FlaskClient) -> None:
    answer = search(client, "ashby")
    assert (answer["query"], answer["note"]) == ("ashby", None)
    assert answer["results"] == [
        {
            "kind": "area",
            "title": "Ashby Quay",
            "subtitle": "A1",
            "level": "sector",
            "place": "A1",
            "center": [pytest.approx(3.05), pytest.approx(56.05)],
            "bounds": [3.0, 56.0, 3.1, 56.1],
        }
    ]


@pytest.mark.parametrize("text", ["whole force", "cold ness", "3.02, 56.03", "A"])
def test_every_place_that_is_found_can_be_opened(client: FlaskClient, text: str) -> None:
    results = search(client, text)["results"]
    assert results
    for result in results:
        place = answered(client.get(f"/api/places/{result['place']}"))
        assert place["bounds"] == result["bounds"]
        assert place["center"] == result["center"]


def test_nothing_typed_is_answered_with_what_can_be_typed(client: FlaskClient) -> None:
    for answer in (answered(client.get("/api/search")), search(client, "")):
        assert answer["results"] == []
        assert answer["note"].startswith("Type the name or id")


def test_a_text_is_bounded_and_comes_back_as_it_was(client: FlaskClient) -> None:
    attack = "<img src=x onerror=alert(1)>' OR 1=1 --"
    assert search(client, attack)["query"] == attack
    assert search(client, "x" * 80)["results"] == []
    assert refused(client.get("/api/search", query_string={"query": "x" * 81}), 400)["code"] == "unknown_parameter"


def test_a_place_names_its_neighbours(client: FlaskClient) -> None:
    """In all months: B2 one burglary and three robberies, A1 three burglaries and three thefts, C3 two burglaries."""
    near = answered(client.get("/api/places/B2?window=2022-01..2022-05"))["neighbours"]
    assert [(each["id"], each["name"], each["direction"], each["count"]) for each in near] == [
        ("A1", "Ashby Quay", "W", 10),
        ("C3", "Cøld & <b>Ness</b>", "E", 2),
    ]
    lon, lat = map(float, POINTS["C3"])
    beside = h3.grid_ring(h3.latlng_to_cell(lat, lon, 9), 1)[0]
    (only,) = answered(client.get(f"/api/places/{beside}"))["neighbours"]
    assert (only["name"], only["sector"], only["count"]) == (None, "Cøld & <b>Ness</b>", 2)
