"""The hexagons of an area, over the force that tests.force_builder adds up by hand, against a plain loop."""

from collections import Counter

import h3
import pytest
from flask.testing import FlaskClient

from tests.force_builder import EVENTS, NOWHERE, POINTS, A, points
from tests.server.answers import Json, answered, refused

LETTERS = {"Burglary": "B", "Robbery": "R", "Shoplifting": "S", A: "A"}


def hexagons(client: FlaskClient, **parameters: str | int) -> Json:
    return answered(client.get("/api/hexagons", query_string=parameters))


def by_loop(of_points: set[str]) -> dict[str, Counter[str]]:
    """Events by hexagon of resolution 9 and category, one after the other."""
    found: dict[str, Counter[str]] = {}
    for _, point, category, times in EVENTS:
        if point in of_points:
            lon, lat = POINTS[point]
            cell = str(h3.latlng_to_cell(float(lat), float(lon), 9))
            found.setdefault(cell, Counter())[LETTERS[category]] += times
    return found


def test_the_hexagons_of_a_sector_are_those_of_its_points(client: FlaskClient) -> None:
    """A1: 2 B and 4 A at one point, B and 3 S at the other; two burglaries weigh more than one and three thefts."""
    found = hexagons(client, place="A1")
    expected = by_loop({"A1", "A1 too"})
    assert {line["id"]: (line["count"], round(line["harm"], 6)) for line in found["hexagons"]} == {
        cell: (events.total(), round(points(**events), 6)) for cell, events in expected.items()
    }
    assert [line["rank"] for line in found["hexagons"]] == [1, 2]
    assert (found["resolution"], found["of"], found["total"]["count"]) == (9, 2, 10)
    assert sum(line["share"] for line in found["hexagons"]) == pytest.approx(1)
    assert found["hexagons"][0]["mostly"] == {"measure": "burglary", "share": 1}
    too = found["hexagons"][1]["mostly"]
    assert too == {"measure": "burglary", "share": pytest.approx(points(B=1) / points(B=1, S=3))}


def test_the_whole_force_has_the_hexagons_of_its_sectors_and_no_others(client: FlaskClient) -> None:
    found = hexagons(client)
    assert found["place"] == "force:force"
    assert {line["id"] for line in found["hexagons"]} == set(by_loop(set(POINTS) - {NOWHERE, "outside"}))
    harm = [line["harm"] for line in found["hexagons"]]
    assert harm == sorted(harm, reverse=True)
    assert found["total"]["harm"] == pytest.approx(points(B=6, R=3, S=3))
    # A1 has 2 B and C3 has 2 B, behind B and 3 R in B2
    assert [line["rank"] for line in found["hexagons"]] == [1, 2, 2, 4]


def test_a_hexagon_agrees_with_the_place_of_that_name_and_with_the_classes(client: FlaskClient) -> None:
    question: dict[str, str] = {"window": "2022-04..2022-05", "measures": "burglary,robbery", "count": "once"}
    found = hexagons(client, place="B2", **question)
    (line,) = found["hexagons"]
    place = answered(client.get(f"/api/places/{line['id']}", query_string=question))
    assert [line[name] for name in ("count", "people", "harm")] == [place[name] for name in ("count", "people", "harm")]
    assert line["center"] == pytest.approx(place["center"], abs=1e-6)
    west, south, east, north = place["bounds"]
    assert {line["outline"][0][0] >= west - 1e-6, line["outline"][0][1] <= north + 1e-6} == {True}
    assert line["outline"][0] == line["outline"][-1]
    assert {len(line["outline"]), max(x for x, _ in line["outline"]) <= east + 1e-6} == {7, True}
    assert min(y for _, y in line["outline"]) == pytest.approx(south, abs=1e-6)
    classes = answered(client.get("/api/classes", query_string=question))
    assert found["breaks"] == classes["hex"]["9"]
    for name in ("snapshot", "recipe", "window", "measures", "counting"):
        assert found[name] == place[name]


def test_a_limit_cuts_the_list_and_not_the_total(client: FlaskClient) -> None:
    whole, cut = hexagons(client), hexagons(client, limit=2)
    assert cut["hexagons"] == whole["hexagons"][:2]
    assert (cut["total"], cut["of"]) == (whole["total"], whole["of"])


def test_a_hexagon_with_nothing_in_the_window_is_left_out(client: FlaskClient) -> None:
    found = hexagons(client, place="C3", window="2022-01..2022-02")
    assert (found["of"], found["hexagons"]) == (1, [])
    assert found["total"] == {"count": 0, "people": 0, "harm": 0}


def test_events_that_weigh_nothing_have_a_hexagon_and_no_share(client: FlaskClient) -> None:
    (line,) = hexagons(client, place="A1", measures="anti-social-behaviour")["hexagons"]
    assert (line["count"], line["harm"], line["share"], line["mostly"]) == (4, 0, None, None)


@pytest.mark.parametrize("place", ["A2", "force", "", "891f1d48a3bffff", "'--", "<b>", "x" * 3000])
def test_what_names_no_area_is_answered_404(client: FlaskClient, place: str) -> None:
    assert refused(client.get("/api/hexagons", query_string={"place": place}), 404)["code"] == "unknown_place"


@pytest.mark.parametrize("limit", ["", "0", "-1", "2001", "1e3", "٣", "08", " 8", "9" * 400])
def test_a_limit_that_is_none_is_refused(client: FlaskClient, limit: str) -> None:
    assert refused(client.get("/api/hexagons", query_string={"limit": limit}), 400)["code"] == "unknown_parameter"
