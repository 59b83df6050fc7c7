"""One sector or hexagon as JSON, over the force that tests.force_builder adds up by hand."""

import h3
import pytest
from flask.testing import FlaskClient

from tests.force_builder import EVENTS, MISSING, MONTHS, NOWHERE, POINTS, SECTOR_NAMES, WHOLE, A, points
from tests.server.answers import Json, answered, refused

RESOLUTIONS = (3, 4, 5, 6, 7, 8, 9)
LETTERS = {"Burglary": "B", "Robbery": "R", "Shoplifting": "S", A: "A"}


def place(client: FlaskClient, place_id: str, **parameters: str) -> Json:
    return answered(client.get(f"/api/places/{place_id}", query_string=parameters))


def cell(point: str, resolution: int) -> str:
    """The hexagon of a point of the force, by H3 itself: binned at resolution 9, then the parent."""
    lon, lat = POINTS[point]
    return str(h3.cell_to_parent(h3.latlng_to_cell(float(lat), float(lon), 9), resolution))


def events_in(hexagon: str) -> dict[str, int]:
    """How many events of each category the force has in a hexagon."""
    found = dict.fromkeys("BRSA", 0)
    for _, point, category, times in EVENTS:
        if point != NOWHERE and cell(point, h3.get_resolution(hexagon)) == hexagon:
            found[LETTERS[category]] += times
    return found


def test_a_sector_has_its_sums_its_rank_and_its_place(client: FlaskClient) -> None:
    sector = place(client, "A1")
    assert (sector["kind"], sector["name"], sector["resolution"]) == ("sector", "Ashby Quay", None)
    assert (sector["count"], sector["harm"]) == (10, pytest.approx(points(B=3, S=3)))
    assert (sector["rank"], sector["of"]) == (2, 3)
    assert sector["share"] == pytest.approx(points(B=3, S=3) / points(B=7, R=4, S=4))
    assert sector["bounds"] == [3.0, 56.0, 3.1, 56.1]
    assert sector["bounds"][0] < sector["center"][0] < sector["bounds"][2]
    assert sector["bounds"][1] < sector["center"][1] < sector["bounds"][3]
    assert sector["sector"] == {"id": "A1", "name": "Ashby Quay"}
    assert (sector["level"], sector["people"]) == ("sector", 0)


def test_the_whole_force_is_a_place_of_its_own_level(client: FlaskClient) -> None:
    whole = place(client, "force:force")
    assert (whole["kind"], whole["level"], whole["name"]) == ("sector", "force", "Whole force")
    assert (whole["count"], whole["harm"]) == (16, pytest.approx(points(B=6, R=3, S=3)))
    assert (whole["rank"], whole["of"]) == (1, 1)
    assert whole["bounds"] == [3.0, 56.0, pytest.approx(3.3), 56.1]


def test_a_sector_agrees_with_its_line_in_the_ranking(client: FlaskClient) -> None:
    question = {"window": "2022-04..2022-05", "baseline": "2022-01..2022-02", "measures": "burglary,robbery"}
    ranking = answered(client.get("/api/sectors", query_string=question))
    for line in ranking["sectors"]:
        sector = place(client, line["id"], **question)
        for name in ("id", "name", "count", "people", "harm", "share", "standard_error", "rank"):
            assert sector[name] == line[name]
        then = line["baseline"]
        assert sector["baseline_values"] == {name: then[name] for name in ("count", "people", "harm")}
        for name in ("snapshot", "synthetic", "recipe", "window", "baseline", "comparable", "measures", "counting"):
            assert sector[name] == ranking[name]


def test_the_parts_of_a_place_are_its_measures_the_most_harm_first(client: FlaskClient) -> None:
    parts = place(client, "A1")["parts"]
    assert [(part["measure"], part["count"]) for part in parts] == [
        ("burglary", 3),
        ("shoplifting", 3),
        ("anti-social-behaviour", 4),
    ]
    assert [part["harm"] for part in parts] == pytest.approx([points(B=3), points(S=3), 0])
    assert sum(part["share"] for part in parts) == pytest.approx(1)
    assert parts[0]["title"] == "Burglary"
    assert {part["generated"] for part in parts} == {"victim"}


def test_the_series_has_every_month_and_null_where_none_was_delivered(client: FlaskClient) -> None:
    series = place(client, "A1", window="2022-05..2022-05")["series"]
    assert [entry["month"] for entry in series] == list(MONTHS)
    assert [entry["count"] for entry in series] == [2, 3, None, 5, 0]
    harm = [points(B=2), points(S=3), None, points(B=1), 0.0]
    assert [entry["harm"] for entry in series] == [value if value is None else pytest.approx(value) for value in harm]
    assert [entry["month"] for entry in series if not entry["delivered"]] == [MISSING]


def test_the_series_is_of_the_chosen_measures(client: FlaskClient) -> None:
    series = place(client, "A1", measures="anti-social-behaviour")["series"]
    assert [entry["count"] for entry in series] == [0, 0, None, 4, 0]
    assert [entry["harm"] for entry in series] == [0, 0, None, 0, 0]


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize("point", [point for point in POINTS if point != NOWHERE])
def test_a_hexagon_has_the_events_that_h3_puts_there(client: FlaskClient, point: str, resolution: int) -> None:
    found = place(client, cell(point, resolution))
    expected = events_in(cell(point, resolution))
    assert (found["kind"], found["name"], found["resolution"]) == ("hexagon", None, resolution)
    assert (found["count"], found["harm"]) == (sum(expected.values()), pytest.approx(points(**expected)))
    lat, lon = h3.cell_to_latlng(cell(point, resolution))
    assert found["center"] == pytest.approx([lon, lat])
    west, south, east, north = found["bounds"]
    assert west < lon < east
    assert south < lat < north


def test_hexagons_are_ranked_among_those_that_ever_had_an_event(client: FlaskClient) -> None:
    ranks = {point: place(client, cell(point, 9)) for point in POINTS if point != NOWHERE}
    # B2 B + 3 R, outside R + S, A1 2 B (and 4 A), C3 2 B, A1 too B + 3 S
    assert {found["of"] for found in ranks.values()} == {5}
    assert {point: found["rank"] for point, found in ranks.items()} == {
        "B2": 1,
        "outside": 2,
        "A1": 3,
        "C3": 3,
        "A1 too": 5,
    }


def test_a_hexagon_names_the_sector_that_holds_its_centre(client: FlaskClient) -> None:
    assert place(client, cell("C3", 9))["sector"] == {"id": "C3", "name": SECTOR_NAMES[2]}
    assert place(client, cell("outside", 9))["sector"] is None


def test_a_hexagon_without_events_is_a_place_all_the_same(client: FlaskClient) -> None:
    empty = place(client, str(h3.latlng_to_cell(56.05, 3.05, 9)), baseline="2022-01..2022-02")
    assert (empty["count"], empty["harm"], empty["parts"]) == (0, 0, [])
    assert empty["baseline_values"] == {"count": 0, "people": 0, "harm": 0}
    assert empty["sector"] == {"id": "A1", "name": "Ashby Quay"}
    assert [entry["count"] for entry in empty["series"]] == [0, 0, None, 0, 0]


@pytest.mark.parametrize("resolution", [0, 1, 2, 10, 11, 15])
def test_a_hexagon_of_a_resolution_that_is_not_published_is_refused(client: FlaskClient, resolution: int) -> None:
    hexagon = str(h3.latlng_to_cell(56.05, 3.05, resolution))
    error = refused(client.get(f"/api/places/{hexagon}"), 404)
    assert error["code"] == "unknown_place"
    assert str(resolution) in error["came"]
    assert "3, 4, 5, 6, 7, 8, 9" in error["expected"]


@pytest.mark.parametrize(
    "place_id",
    [
        "A2",
        "a1",
        "A1%20",
        "%20A1",
        "no%20location",
        "outside",
        "force",
        "sector:A1",
        "force:A1",
        "force:",
        "0",
        "1",
        "2",
        "-1",
        "null",
        "871f1d489ffffff%00",
        "871F1D489FFFFFF",
        "0871f1d489ffffff",
        "0x871f1d489ffffff",
        "871f1d489fffffe",
        "ffffffffffffffff",
        "871f1d489ffffff ",
        "%EF%BC%9871f1d489ffffff",
        "115283473fffffff",
        "%F0%9F%92%A5",
        "'%20OR%20'1'='1",
        "<script>alert(1)</script>",
        pytest.param("8" * 5000, id="a huge id"),
        "..",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
    ],
)
def test_what_names_no_place_is_answered_404(client: FlaskClient, place_id: str) -> None:
    assert refused(client.get(f"/api/places/{place_id}"), 404)["code"] in {"unknown_place", "not_found"}


def test_a_place_takes_the_whole_question(client: FlaskClient) -> None:
    found = place(client, "B2", window=WHOLE, measures="robbery", count="once", baseline="2022-01..2022-01")
    assert (found["count"], found["harm"]) == (3, pytest.approx(points(R=3)))
    assert found["baseline_values"] == {"count": 0, "people": 0, "harm": 0}
    assert found["comparable"] is False
