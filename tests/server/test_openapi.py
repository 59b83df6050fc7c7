"""The description of the API against the routes, and against what the code accepts and answers."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from server.openapi import description
from tests.server.answers import Json, answered, refused

# The page itself is no part of the API.
PAGE = {
    "/",
    "/records",
    "/imports",
    "/static/{name}",
    "/basemap.pmtiles",
    "/briefing",
    "/groups",
    "/groups/{group_id}",
    "/nominals",
    "/nominals/{nominal_id}",
}
VALUES = {"place_id": "A1", "version": "current", "layer": "hex", "theme": "all_crime", "z": "4", "x": "8", "y": "4"}
VALUES |= {"ending": "csv", "group_id": "G1", "nominal_id": "N1"}
GOOD = {
    "window": "2022-04..2022-05",
    "baseline": "2022-01..2022-02",
    "measures": "burglary,robbery",
    "count": "once",
    "whatif": "burglary:2,drugs:0.5",
    "level": "sector",
    "kind": "trading_standards",
    "figure": "count",
    "fields": "count,harm",
}
OF_RECORDS = {
    "window": "2023-02..2023-03",
    "measures": "primary,robbery",
    "place": "A1",
    "query": "C0",
    "page": "1",
    "size": "5",
    "count": "once",
    "source": "recorded-crime",
    "reason": "offence_damaged",
}
SORT = {"/api/group-names": "-count", "/api/nominals": "-events"}  # and of others by harm
OPERATIONS: dict[str, Json] = {path: item["get"] for path, item in description()["paths"].items()}


def parameters(operation: Json, place: str) -> dict[str, Any]:
    return {parameter["name"]: parameter for parameter in operation["parameters"] if parameter["in"] == place}


def good_values(path: str) -> dict[str, str]:
    """A good value for every parameter there is; those of the records are asked of another force."""
    ours = OF_RECORDS | {"sort": SORT.get(path, "-harm")}
    return GOOD | ours if is_of_records(path) else ours | GOOD


def is_of_records(path: str) -> bool:
    return "503" in OPERATIONS[path]["responses"]


@pytest.fixture
def asking(client: FlaskClient, handmere: FlaskClient, path: str) -> FlaskClient:
    """Requests to a force that has something at the path."""
    return handmere if is_of_records(path) else client


def example(path: str) -> str:
    """The address of an operation with a value for each part of its path."""
    return re.sub(r"{(\w+)}", lambda part: VALUES[part[1]], path)


@pytest.mark.quick
def test_the_document_is_openapi() -> None:
    OpenAPIV31SpecValidator(description()).validate()


def test_the_document_is_served(client: FlaskClient) -> None:
    assert answered(client.get("/openapi.json")) == description()


def test_every_route_is_in_it_and_every_path_is_a_route(app: Flask) -> None:
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules()}
    assert routes - PAGE == set(OPERATIONS)
    assert routes > PAGE


def test_every_route_only_reads(app: Flask) -> None:
    assert {frozenset(rule.methods or ()) for rule in app.url_map.iter_rules()} == {
        frozenset({"GET", "HEAD", "OPTIONS"})
    }
    assert all(set(item) == {"get"} for item in description()["paths"].values())


@pytest.mark.quick
@pytest.mark.parametrize("path", OPERATIONS)
def test_the_parts_of_a_path_are_its_path_parameters(path: str) -> None:
    declared = parameters(OPERATIONS[path], "path")
    assert list(declared) == re.findall(r"{(\w+)}", path)
    assert all(parameter["required"] for parameter in declared.values())


@pytest.mark.parametrize("path", OPERATIONS)
def test_a_parameter_is_accepted_exactly_where_it_is_described(asking: FlaskClient, path: str) -> None:
    declared = parameters(OPERATIONS[path], "query")
    good = good_values(path)
    assert set(declared) <= set(good)
    for name, value in good.items():
        response = asking.get(example(path), query_string={name: value})
        if name in declared:
            assert response.status_code == 200
            assert not declared[name]["required"]
        else:
            assert refused(response, 400)["code"] == "unknown_parameter"
    assert asking.get(example(path), query_string={name: good[name] for name in declared}).status_code == 200


@pytest.mark.parametrize("path", OPERATIONS)
def test_a_list_of_values_is_the_one_that_is_accepted(asking: FlaskClient, path: str) -> None:
    for name, parameter in parameters(OPERATIONS[path], "query").items():
        values = parameter["schema"].get("enum", [])
        assert all(asking.get(example(path), query_string={name: value}).status_code == 200 for value in values)
        if values:
            assert parameter["schema"]["default"] == values[0]
            by_default = asking.get(example(path), query_string={name: values[0]})
            assert by_default.data == asking.get(example(path)).data
            refused(asking.get(example(path), query_string={name: "other"}), 400)


@pytest.mark.parametrize("path", OPERATIONS)
def test_an_answer_has_a_status_and_a_type_that_are_described(asking: FlaskClient, path: str) -> None:
    responses = OPERATIONS[path]["responses"]
    good = asking.get(example(path))
    assert good.mimetype in responses[str(good.status_code)]["content"]
    bad = asking.get(f"{example(path)}?no-such-parameter=1")
    assert responses["400"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}
    refused(bad, 400)


def test_the_layers_are_those_that_are_served(client: FlaskClient) -> None:
    (tiles,) = (path for path in OPERATIONS if path.endswith(".mvt"))
    described = parameters(OPERATIONS[tiles], "path")["layer"]["description"]
    assert described == "hex, sectors, or the id of another level"
    snapshot = answered(client.get("/api/snapshot"))
    layers = list(snapshot["layers"])
    assert layers == ["hex", *(level["layer"] for level in snapshot["levels"])]
    for layer in layers:
        assert client.get(f"/tiles/current/{layer}/4/8/4.mvt").status_code == 200
    assert {"200", "204", "400", "404"} <= set(OPERATIONS[tiles]["responses"])


@pytest.mark.quick
@pytest.mark.parametrize(
    ("window", "fits"),
    [
        ("2022-03..2023-02", True),
        ("2022-3..2023-02", False),
        ("2022-03...2023-02", False),
        ("2022-13..2023-02", False),
        ("2022-03", False),
        (" 2022-03..2023-02", False),
    ],
)
def test_the_pattern_of_a_window_is_that_of_the_code(window: str, *, fits: bool) -> None:
    for name in ("window", "baseline"):
        pattern = parameters(OPERATIONS["/api/sectors"], "query")[name]["schema"]["pattern"]
        assert bool(re.search(pattern, window)) == fits
