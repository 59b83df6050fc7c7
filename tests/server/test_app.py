"""Headers of every answer, what may be kept how long, and methods that are not there."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.server.answers import answered, refused, require_headers

YEAR = 31_536_000
TILE = "hex/4/8/5.mvt"
JSON = ("/api/snapshot", "/api/sectors", "/api/places/A1", "/api/classes")
FILES = ("/", "/static/main.js", "/static/style.css", "/static/vendor/maplibre-gl/maplibre-gl.mjs")


def version(client: FlaskClient) -> str:
    return str(answered(client.get("/healthz"))["snapshot"])


@pytest.mark.parametrize(
    ("address", "status"),
    [
        *((address, 200) for address in (*JSON, *FILES, "/healthz", "/openapi.json", f"/tiles/current/{TILE}")),
        ("/tiles/current/hex/4/0/0.mvt", 204),
        ("/api/sectors?x", 400),
        ("/nothing", 404),
        ("/static/nothing.js", 404),
        ("/static//main.js", 404),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_answer_has_every_header(client: FlaskClient, method: str, address: str, status: int) -> None:
    response = client.open(address, method=method)
    require_headers(response)
    assert response.status_code == status
    if method == "HEAD":
        assert response.data == b""


def test_the_policy_allows_nothing_but_files_of_this_server(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert set(directives.values()) == {"'none'", "'self'"}
    assert not any(word in policy for word in ("unsafe", "blob:", "data:", "http", "*"))


@pytest.mark.parametrize("address", [*JSON, f"/tiles/current/{TILE}", "/tiles/current/hex/4/0/0.mvt"])
def test_what_is_current_is_asked_about_every_time(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.cache_control.no_cache
    assert response.cache_control.max_age is None
    assert response.headers["ETag"]
    again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    require_headers(again)
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == response.status_code


def test_another_question_has_another_etag(client: FlaskClient) -> None:
    tags = {
        client.get(f"/tiles/current/{TILE}?window={window}").headers["ETag"]
        for window in ("2022-01..2022-05", "2022-01..2022-02", "2022-04..2022-05")
    }
    assert len(tags) == 3


@pytest.mark.parametrize("tile", [TILE, "sectors/4/8/5.mvt", "hex/4/0/0.mvt"])
def test_a_tile_of_a_version_is_kept_for_ever(client: FlaskClient, tile: str) -> None:
    response = client.get(f"/tiles/{version(client)}/{tile}")
    assert response.headers["Cache-Control"] == f"public, max-age={YEAR}, immutable"
    assert not response.cache_control.no_cache
    again = client.get(f"/tiles/{version(client)}/{tile}", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_a_refusal_is_never_kept(client: FlaskClient) -> None:
    for address in (f"/tiles/{version(client)}/hex/99/0/0.mvt", f"/tiles/{version(client)}/{TILE}?x", "/api/sectors?x"):
        assert "Cache-Control" not in client.get(address).headers
        assert "ETag" not in client.get(address).headers


def test_whether_the_server_is_well_is_never_kept(client: FlaskClient) -> None:
    assert client.get("/healthz").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", FILES)
def test_files_of_the_page_are_asked_about_every_time(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.cache_control.no_cache
    again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    require_headers(again)
    assert (again.status_code, again.data) == (304, b"")


def test_a_head_has_the_headers_of_its_get(client: FlaskClient) -> None:
    for address in (*JSON, "/", f"/tiles/current/{TILE}"):
        got, head = client.get(address), client.head(address)
        for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
            assert got.headers[name] == head.headers[name]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize(
    "address", [*JSON, "/", "/static/main.js", "/healthz", "/openapi.json", f"/tiles/current/{TILE}"]
)
def test_nothing_can_be_changed_over_http(client: FlaskClient, method: str, address: str) -> None:
    response = client.open(address, method=method, data=b"x" * 10_000)
    assert refused(response, 405)["code"] == "method_not_allowed"
    assert response.allow is not None
    assert set(response.allow) == {"GET", "HEAD", "OPTIONS"}


def test_a_range_that_is_not_there_is_refused_in_the_same_shape(client: FlaskClient) -> None:
    refused(client.get("/static/main.js", headers={"Range": "bytes=99999999-"}), 416)


def test_the_names_of_an_answer_keep_their_order(app: Flask) -> None:
    text = app.test_client().get("/api/sectors").get_data(as_text=True)
    assert text.index('"snapshot"') < text.index('"window"') < text.index('"sectors"') < text.index('"total"')
