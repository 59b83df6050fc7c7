"""Pages of other origins: the listed ones may read every answer, the others none."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.app import create_app
from server.settings import InvalidSetting, Settings
from tests.force_builder import Force

ORIGIN = "https://gis.example"
ADDRESSES = (
    ("/tiles/current/hex/4/8/4.mvt", 200),
    ("/tiles/current/hex/4/0/0.mvt", 204),
    ("/api/sectors", 200),
    ("/static/main.js", 200),
    ("/api/sectors?x", 400),
    ("/tiles/current/hex/99/0/0.mvt", 404),
    ("/nothing", 404),
)


@pytest.fixture
def open_client(force: Force) -> Iterator[FlaskClient]:
    """A server whose answers pages of two other origins may read."""
    named = {"HARMGRID_DATA_DIR": str(force.data_dir), "HARMGRID_CORS_ORIGINS": f"{ORIGIN}, http://[::1]:3000"}
    with create_app(Settings.from_environment(named)).test_client() as client:
        yield client


def allowed(response: TestResponse) -> str | None:
    return response.headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize(("address", "status"), ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_listed_origin_may_read_every_answer_errors_included(
    open_client: FlaskClient, method: str, address: str, status: int
) -> None:
    for origin in (ORIGIN, "http://[::1]:3000"):
        response = open_client.open(address, method=method, headers={"Origin": origin}, buffered=True)
        assert (response.status_code, allowed(response)) == (status, origin)
        assert "Origin" in response.headers["Vary"]
        assert response.headers["Access-Control-Expose-Headers"] == "ETag"
        assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", [None, "null", "https://other.example", f"{ORIGIN}:444", f"{ORIGIN}.evil", "*", ""])
def test_another_origin_may_not_and_no_cache_mixes_them_up(open_client: FlaskClient, origin: str | None) -> None:
    response = open_client.get("/api/sectors", headers={"Origin": origin} if origin is not None else {})
    assert response.status_code == 200
    assert allowed(response) is None
    assert set(response.headers["Vary"].split(", ")) == {"Origin", "Accept-Encoding"}


def test_what_is_not_sent_again_may_be_read_too(open_client: FlaskClient) -> None:
    tag = open_client.get("/api/sectors").headers["ETag"]
    response = open_client.get("/api/sectors", headers={"If-None-Match": tag, "Origin": ORIGIN})
    assert (response.status_code, allowed(response)) == (304, ORIGIN)
    assert "Origin" in response.headers["Vary"]


def test_a_browser_that_asks_first_is_told_what_it_may(open_client: FlaskClient) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}
    response = open_client.options("/api/sectors", headers=asked | {"Origin": ORIGIN})
    assert (response.status_code, allowed(response)) == (200, ORIGIN)
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert response.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    other = open_client.options("/api/sectors", headers=asked | {"Origin": "https://other.example"})
    assert not [name for name in dict(other.headers) if name.startswith("Access-Control")]


def test_without_the_setting_no_origin_is_told_anything(client: FlaskClient) -> None:
    response = client.get("/api/sectors", headers={"Origin": ORIGIN})
    assert allowed(response) is None
    assert response.headers["Vary"] == "Accept-Encoding"


@pytest.mark.quick
@pytest.mark.parametrize("text", ["*", "null", "gis.example", "https://gis.example/", "https://GIS.example", "ftp://x"])
def test_what_no_browser_would_send_is_refused_as_a_setting(text: str) -> None:
    with pytest.raises(InvalidSetting, match="CORS"):
        Settings.from_environment({"HARMGRID_CORS_ORIGINS": f"{ORIGIN},{text}"})
