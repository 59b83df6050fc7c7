"""TileJSON and style: what they say against what the tiles, the snapshot and the page say."""

import json
import math
import re
from pathlib import Path
from urllib.parse import urlsplit

import mapbox_vector_tile
import pytest
from flask.testing import FlaskClient

from harmgrid.tiles import TileAddress
from server import mapstyle
from tests.server.answers import Json, answered, refused
from tests.server.test_tiles import features
from tests.tile_reader import to_degrees

LAYERS = ("hex", "sectors", "force")
QUERY = "baseline=2022-01..2022-02&measures=burglary&window=2022-04..2022-05"
COLOURS = (Path(__file__).resolve().parents[2] / "static" / "base" / "colours.js").read_text(encoding="utf-8")


def tilejson(client: FlaskClient, layer: str, query: str = "", version: str = "current") -> Json:
    return answered(client.get(f"/tiles/{version}/{layer}.json?{query}"))


def path_of(address: str) -> str:
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("http", "localhost")
    return f"{parts.path}?{parts.query}"


def tiles_at(client: FlaskClient, found: Json, zoom: int) -> dict[tuple[int, int], bytes]:
    """Every tile of a zoom that the bounds of a TileJSON touch, asked for as a client does."""
    west, south, east, north = found["bounds"]

    def at(lon: float, lat: float) -> tuple[int, int]:
        y = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
        return int((lon / 360 + 0.5) * (1 << zoom)), int(y * (1 << zoom))

    (left, top), (right, bottom) = at(west, north), at(east, south)
    (template,) = found["tiles"]
    addresses = {
        (x, y): path_of(template.replace("{z}", str(zoom)).replace("{x}", str(x)).replace("{y}", str(y)))
        for x in range(left, right + 1)
        for y in range(top, bottom + 1)
    }
    return {place: data for place, address in addresses.items() if (data := client.get(address).data)}


@pytest.mark.parametrize("layer", LAYERS)
def test_it_has_what_the_specification_asks_for(client: FlaskClient, layer: str) -> None:
    found = tilejson(client, layer)
    assert found["tilejson"] == "3.0.0"
    assert found["scheme"] == "xyz"
    assert (found["minzoom"], found["maxzoom"]) == (4, 12)
    west, south, east, north = found["bounds"]
    lon, lat, zoom = found["center"]
    assert -180 <= west < lon < east <= 180
    assert -85.06 <= south < lat < north <= 85.06
    assert found["minzoom"] <= zoom <= found["maxzoom"]
    for vector_layer in found["vector_layers"]:
        assert {"id", "fields"} <= set(vector_layer)
        assert all(isinstance(text, str) and text for text in vector_layer["fields"].values())
    assert found["vector_layers"][0]["id"] == layer


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("query", ["", QUERY, f"{QUERY}&fields=harm,ratio"])
def test_the_tiles_that_it_names_have_its_layers_and_its_fields(client: FlaskClient, layer: str, query: str) -> None:
    found = tilejson(client, layer, query)
    named = {of["id"]: set(of["fields"]) for of in found["vector_layers"]}
    for zoom in (4, 9, 12):
        tiles = tiles_at(client, found, zoom)
        assert tiles
        for data in tiles.values():
            for name, content in mapbox_vector_tile.decode(data).items():
                assert {key for f in content["features"] for key in f["properties"]} <= named[name]


@pytest.mark.parametrize("layer", ["hex", "sectors"])
@pytest.mark.parametrize("zoom", [4, 8, 12])
def test_no_feature_lies_beyond_its_bounds(client: FlaskClient, layer: str, zoom: int) -> None:
    found = tilejson(client, layer)
    inside = set()
    for (x, y), data in tiles_at(client, found, zoom).items():
        for feature in mapbox_vector_tile.decode(data, default_options={"y_coord_down": True}).get(
            layer, {"features": []}
        )["features"]:
            inside.add(feature["id"])
            shape = feature["geometry"]
            polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
            for ring in (ring for polygon in polygons for ring in polygon):
                lonlat = to_degrees(ring, TileAddress(z=zoom, x=x, y=y))
                (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
                slack = 2 * 360 / (1 << zoom) / 4096
                assert found["bounds"][0] - slack <= west
                assert found["bounds"][1] - slack <= south
                assert east <= found["bounds"][2] + slack
                assert north <= found["bounds"][3] + slack
    assert inside == set(features(client, layer, zoom)), "a client that keeps to the bounds misses nothing"


def test_the_tiles_are_of_one_snapshot_whatever_becomes_current(client: FlaskClient) -> None:
    version = answered(client.get("/healthz"))["snapshot"]
    current, versioned = (tilejson(client, "hex", version=name) for name in ("current", version))
    assert current == versioned
    assert current["tiles"][0].startswith(f"http://localhost/tiles/{version}/hex/{{z}}/{{x}}/{{y}}.mvt?window=")
    assert current["snapshot"] == version


def test_its_address_is_the_one_spelling_of_the_question(client: FlaskClient) -> None:
    asked = "window=2022-04..2022-05&measures=robbery,burglary&count=once&baseline=2022-01..2022-02&fields=ratio,harm"
    found = tilejson(client, "hex", f"{asked}&whatif=robbery:0.50,burglary:3")
    assert urlsplit(found["tiles"][0]).query == (
        "baseline=2022-01..2022-02&count=once&fields=harm,ratio&measures=burglary,robbery"
        "&whatif=burglary:3,robbery:0.5&window=2022-04..2022-05"
    )
    (default,) = tilejson(client, "hex", "count=each")["tiles"]
    assert urlsplit(default).query == "window=2022-01..2022-05"


def test_it_says_what_was_asked_and_what_answers(client: FlaskClient) -> None:
    found = tilejson(client, "sectors", QUERY)
    ranking = answered(client.get(f"/api/sectors?{QUERY}"))
    same = ("snapshot", "synthetic", "recipe", "window", "baseline", "comparable", "measures", "counting", "whatif")
    assert {name: found[name] for name in same} == {name: ranking[name] for name in same}
    assert found["attribution"] == answered(client.get("/api/snapshot"))["attribution"]


def test_its_classes_are_those_of_the_page(client: FlaskClient) -> None:
    classes = answered(client.get("/api/classes?window=2022-04..2022-05"))
    hexagons = tilejson(client, "hex", "window=2022-04..2022-05")["classes"]
    resolutions = answered(client.get("/api/snapshot"))["layers"]["hex"]["resolutions"]
    assert hexagons["resolutions"] == resolutions
    assert hexagons["breaks"] == {str(level): classes["hex"][str(level)] for level in sorted({*resolutions.values()})}
    assert tilejson(client, "sectors", "window=2022-04..2022-05")["classes"]["breaks"] == classes["sectors"]


def test_it_is_kept_as_the_tiles_are(client: FlaskClient) -> None:
    version = answered(client.get("/healthz"))["snapshot"]
    for name in ("hex.json", "style.json"):
        assert client.get(f"/tiles/{version}/{name}").cache_control.immutable
        assert client.get(f"/tiles/current/{name}").cache_control.no_cache
        assert client.get(f"/tiles/current/{name}?whatif=burglary:2").cache_control.no_store


@pytest.mark.parametrize("layer", ["hexagons", "Hex", "sector", "%00", "x" * 200])
def test_a_layer_that_does_not_exist_is_answered_404(client: FlaskClient, layer: str) -> None:
    assert refused(client.get(f"/tiles/current/{layer}.json"), 404)["code"] == "invalid_tile"


@pytest.mark.parametrize("host", ["localhost:9", "127.0.0.1:8000", "[::1]:8000"])
def test_its_addresses_are_on_the_host_that_was_asked(client: FlaskClient, host: str) -> None:
    response = client.get("/tiles/current/hex.json", headers={"Host": host})
    assert answered(response)["tiles"][0].startswith(f"http://{host}/tiles/")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example@localhost", "localhost/evil", 'localhost"', "localhost#"]
)
def test_a_host_that_is_none_of_ours_gets_no_address(client: FlaskClient, host: str) -> None:
    response = client.get("/tiles/current/hex.json", headers={"Host": host})
    assert refused(response, 400)["code"] == "untrusted_host"


def test_the_style_draws_layers_that_are_there(client: FlaskClient) -> None:
    style = answered(client.get(f"/tiles/current/style.json?{QUERY}"))
    assert style["version"] == 8
    assert "glyphs" not in style
    assert not [layer for layer in style["layers"] if layer["type"] == "symbol"], "a symbol would need them"
    drawn = {name: answered(client.get(path_of(source["url"]))) for name, source in style["sources"].items()}
    for layer in style["layers"]:
        of = drawn[layer["source"]]["vector_layers"]
        assert layer["source-layer"] in {vector_layer["id"] for vector_layer in of}
        for name in re.findall(r'\["get", "(\w+)"\]', json.dumps(layer)):
            assert all(name in vector_layer["fields"] for vector_layer in of)
    for name, source in style["sources"].items():
        assert source["promoteId"] in drawn[name]["vector_layers"][0]["fields"]
        assert drawn[name]["window"]["text"] == "2022-04..2022-05"


def test_the_style_has_the_class_edges_of_the_page_as_steps(client: FlaskClient) -> None:
    classes = answered(client.get("/api/classes?window=2022-04..2022-05"))
    style = answered(client.get("/tiles/current/style.json?window=2022-04..2022-05"))
    fill = {layer["id"]: layer.get("paint", {}).get("fill-color") for layer in style["layers"]}
    match = fill["hex-fill"]
    assert match[:2] == ["match", ["slice", ["get", "h3"], 1, 2]]
    steps = dict(zip(match[2:-1:2], match[3:-1:2], strict=True))
    assert {level: case[3][3::2] for level, case in steps.items()} == classes["hex"]
    assert fill["sectors-fill"][3][3::2] == classes["sectors"]


@pytest.mark.quick
def test_the_colours_are_those_of_the_page() -> None:
    light = COLOURS.split("const LIGHT = ")[1].split("};")[0]
    lists = {name: tuple(json.loads(f"[{text}]")) for name, text in re.findall(r"(\w+): \[(.*?)\]", light)}
    texts = dict(re.findall(r'(\w+): "(#\w+)"', light))
    assert (lists["ramp"], lists["ground"]) == (mapstyle.RAMP, mapstyle.GROUND)
    named = ("land", "edge", "outline", "lowest")
    assert [texts[name] for name in named] == [mapstyle.LAND, mapstyle.EDGE, mapstyle.OUTLINE, mapstyle.LOWEST]


@pytest.mark.quick
@pytest.mark.parametrize(
    ("classes", "places"), [(1, [4]), (2, [0, 4]), (3, [0, 2, 4]), (4, [0, 1, 3, 4]), (5, [0, 1, 2, 3, 4])]
)
def test_so_many_classes_are_spread_over_the_ramp(classes: int, places: list[int]) -> None:
    assert mapstyle.spread("abcde", classes) == ["abcde"[place] for place in places]
