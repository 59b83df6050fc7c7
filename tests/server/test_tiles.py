"""Tiles by URL, decoded by an independent reader, over the force that tests.force_builder adds up by hand."""

import math

import mapbox_vector_tile
import pytest
from flask.testing import FlaskClient

from tests.force_builder import SECTOR_IDS, SECTOR_NAMES, WHOLE, points
from tests.server.answers import Json, answered, refused, require_headers

ZOOMS = range(4, 13)
WEST, SOUTH, EAST, NORTH = 3.0, 56.0, 3.52, 56.1  # the sectors, and the point outside them
QUESTIONS: tuple[dict[str, str], ...] = (
    {},
    {"window": "2022-02..2022-04", "measures": "burglary,anti-social-behaviour"},
    {"window": "2022-04..2022-05", "count": "once", "measures": "robbery"},
    {"measures": "drugs"},
)


def column_row(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The tile of a point, by the formulas of Web Mercator."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon / 360 + 0.5) * (1 << zoom)), int(y * (1 << zoom))


def features(client: FlaskClient, layer: str, zoom: int, **question: str) -> dict[int, Json]:
    """The features of every tile around the force, each id once; the same id must carry the same properties."""
    found: dict[int, Json] = {}
    (left, top), (right, bottom) = column_row(WEST, NORTH, zoom), column_row(EAST, SOUTH, zoom)
    for x in range(left - 1, right + 2):
        for y in range(top - 1, bottom + 2):
            response = client.get(f"/tiles/current/{layer}/{zoom}/{x}/{y}.mvt", query_string=question)
            require_headers(response)
            if response.status_code == 204:
                assert response.data == b""
                continue
            assert (response.status_code, response.mimetype) == (200, "application/vnd.mapbox-vector-tile")
            tile = mapbox_vector_tile.decode(response.data)
            assert set(tile) <= ({layer} if layer == "hex" else {layer, "labels"})
            for feature in tile.get(layer, {"features": []})["features"]:
                assert found.setdefault(feature["id"], feature["properties"]) == feature["properties"]
    return found


@pytest.mark.parametrize("question", QUESTIONS, ids=["all", "across the gap", "once", "no events"])
@pytest.mark.parametrize("zoom", ZOOMS)
def test_hexagons_of_every_zoom_add_up_to_all_that_has_a_location(
    client: FlaskClient, zoom: int, question: dict[str, str]
) -> None:
    ranking = answered(client.get("/api/sectors", query_string=question))
    located = {name: ranking["total"][name] - ranking["unplaced"]["no_location"][name] for name in ("count", "harm")}
    found = features(client, "hex", zoom, **question).values()
    assert {name: sum(hexagon[name] for hexagon in found) for name in located} == pytest.approx(located)


@pytest.mark.parametrize("question", QUESTIONS, ids=["all", "across the gap", "once", "no events"])
@pytest.mark.parametrize("zoom", ZOOMS)
def test_sectors_of_every_zoom_are_the_ranked_sectors(client: FlaskClient, zoom: int, question: dict[str, str]) -> None:
    ranking = answered(client.get("/api/sectors", query_string=question))
    lines = {line["id"]: (line["name"], line["count"], line["harm"]) for line in ranking["sectors"]}
    found = features(client, "sectors", zoom, **question).values()
    assert {f["id"]: (f["name"], f["count"], f["harm"]) for f in found} == lines


def test_the_sums_of_the_tiles_are_the_ones_worked_by_hand(client: FlaskClient) -> None:
    hexagons = features(client, "hex", 12).values()
    assert sum(hexagon["count"] for hexagon in hexagons) == 18
    assert sum(hexagon["harm"] for hexagon in hexagons) == pytest.approx(points(B=6, R=4, S=4))
    sectors = features(client, "sectors", 12).values()
    assert sorted((f["id"], f["name"], f["count"]) for f in sectors) == [
        (*names, count) for *names, count in zip(SECTOR_IDS, SECTOR_NAMES, (10, 4, 2), strict=True)
    ]


def test_every_feature_says_how_many_months_are_missing(client: FlaskClient) -> None:
    for layer in ("hex", "sectors"):
        asked = features(client, layer, 8, window="2022-02..2022-04", baseline="2022-01..2022-02")
        assert {(f["missing_months"], f["missing_months_then"]) for f in asked.values()} == {(1, 0)}


def test_a_baseline_adds_what_was_there_then(client: FlaskClient) -> None:
    asked = features(client, "sectors", 9, window="2022-04..2022-05", baseline="2022-01..2022-02")
    then = {f["id"]: (f["count_then"], f["harm_then"]) for f in asked.values()}
    assert then == {
        "A1": (5, pytest.approx(points(B=2, S=3))),
        "B2": (2, pytest.approx(points(B=1, R=1))),
        "C3": (0, 0),
    }
    assert all("count_then" not in f for f in features(client, "sectors", 9).values())


def test_a_baseline_of_the_same_length_adds_the_change(client: FlaskClient) -> None:
    asked = features(client, "sectors", 9, window="2022-04..2022-05", baseline="2022-01..2022-02")
    assert {f["id"]: f["difference"] for f in asked.values()} == {
        "A1": pytest.approx(points(B=1) - points(B=2, S=3)),
        "B2": pytest.approx(points(R=2) - points(B=1, R=1)),
        "C3": pytest.approx(points(B=2)),
    }
    assert {f["id"] for f in asked.values() if "ratio" not in f} == {"C3"}, "there was none then"
    assert not any(f["more_than_chance"] for f in asked.values())


@pytest.mark.parametrize("layer", ["hex", "sectors"])
def test_fields_picks_properties_in_any_order(client: FlaskClient, layer: str) -> None:
    whole = features(client, layer, 9)
    picked = features(client, layer, 9, fields="harm,count")
    assert picked == {number: {name: f[name] for name in ("count", "harm")} for number, f in whole.items()}
    x, y = column_row(3.05, 56.05, 9)
    one, other = (client.get(f"/tiles/current/{layer}/9/{x}/{y}.mvt?fields={f}") for f in ("harm,count", "count,harm"))
    assert one.data == other.data


@pytest.mark.parametrize("fields", ["", ",", "harm,", "harm,harm", "nothing", "harm_then", "difference", "HARM", "h3 "])
def test_fields_that_are_not_there_or_twice_are_refused(client: FlaskClient, fields: str) -> None:
    error = refused(client.get("/tiles/current/hex/4/8/5.mvt", query_string={"fields": fields}), 400)
    assert error["code"] == "unknown_parameter"


def test_a_hexagon_of_a_tile_is_the_place_of_that_name(client: FlaskClient) -> None:
    for hexagon in features(client, "hex", 10).values():
        place = answered(client.get(f"/api/places/{hexagon['h3']}"))
        assert (place["count"], place["harm"]) == (hexagon["count"], pytest.approx(hexagon["harm"]))


def test_the_version_and_current_are_the_same_tile(client: FlaskClient) -> None:
    version = answered(client.get("/healthz"))["snapshot"]
    x, y = column_row(3.05, 56.05, 7)
    tiles = [client.get(f"/tiles/{name}/hex/7/{x}/{y}.mvt?window={WHOLE}") for name in (version, "current")]
    assert tiles[0].data == tiles[1].data != b""


def test_a_tile_that_nothing_touches_is_empty_and_no_error(client: FlaskClient) -> None:
    for layer in ("hex", "sectors"):
        response = client.get(f"/tiles/current/{layer}/4/0/0.mvt")
        assert (response.status_code, response.data) == (204, b"")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("current/hex/99/0/0", "invalid_tile"),
        ("current/hex/13/0/0", "invalid_tile"),
        ("current/hex/3/0/0", "invalid_tile"),
        ("current/hex/0/0/0", "invalid_tile"),
        ("current/sectors/13/0/0", "invalid_tile"),
        ("current/hex/4/16/0", "invalid_tile"),
        ("current/hex/4/0/16", "invalid_tile"),
        ("current/hex/4/99999999999999999999/0", "invalid_tile"),
        ("current/hex/4/0/18446744073709551616", "invalid_tile"),
        ("current/hex/99999999999999999999/0/0", "invalid_tile"),
        ("current/hex/-1/0/0", "not_found"),
        ("current/hex/4/-1/0", "not_found"),
        ("current/hex/4/0/-1", "not_found"),
        ("current/hex/4.0/0/0", "not_found"),
        ("current/hex/4/1e1/0", "not_found"),
        ("current/hex/4/0x8/0", "not_found"),
        ("current/hex/4/8/5.mvt", "not_found"),
        ("current/hex/4/8/", "not_found"),
        ("current/hex//8/5", "not_found"),
        ("current//hex/4/8/5", "not_found"),
        ("current/Hex/4/8/5", "invalid_tile"),
        ("current/hexagons/4/8/5", "invalid_tile"),
        ("current/%00/4/8/5", "invalid_tile"),
        ("current/..%2f..%2fhex/4/8/5", "not_found"),
        ("Current/hex/4/8/5", "no_snapshot"),
        ("0000000000000000/hex/4/8/5", "no_snapshot"),
        ("000000000000000/hex/4/8/5", "no_snapshot"),
        ("00000000000000000/hex/4/8/5", "no_snapshot"),
        ("ABCDEF0123456789/hex/4/8/5", "no_snapshot"),
        ("%20/hex/4/8/5", "no_snapshot"),
        ("../hex/4/8/5", "no_snapshot"),
        ("..%5c..%5csnapshots/hex/4/8/5", "no_snapshot"),
        ("..%2f..%2fetc%2fpasswd/hex/4/8/5", "not_found"),
        ("%2fetc%2fpasswd/hex/4/8/5", "not_found"),
        ("writing-1/hex/4/8/5", "no_snapshot"),
    ],
)
def test_a_tile_that_does_not_exist_is_answered_404(client: FlaskClient, address: str, code: str) -> None:
    assert refused(client.get(f"/tiles/{address}.mvt"), 404)["code"] == code


def test_a_tile_of_the_wrong_zoom_is_told_the_right_ones(client: FlaskClient) -> None:
    assert refused(client.get("/tiles/current/hex/99/0/0.mvt"), 404) == {
        "code": "invalid_tile",
        "came": "zoom 99 of the layer 'hex'",
        "expected": "zoom 4 to 12",
        "do": "ask within the zooms that /api/snapshot lists",
    }
