"""The one table from errors to statuses, the one shape, and what nobody outside may read."""

import inspect
import logging

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from harmgrid import errors
from harmgrid.errors import HarmgridError, InputError, StateError
from server import hosts, serve
from server.errors import handle_errors, status_of
from tests.server.answers import refused

SAID = {"came": "a", "expected": "b", "do": "c"}


def kinds() -> list[type[HarmgridError]]:
    """Every error of harmgrid and of the server."""
    members = [member for module in (errors, hosts, serve) for _, member in inspect.getmembers(module, inspect.isclass)]
    return sorted({kind for kind in members if issubclass(kind, HarmgridError)}, key=lambda kind: kind.__name__)


@pytest.fixture
def failing() -> FlaskClient:
    """An app whose only page raises what its path names."""
    app = Flask("failing")
    handle_errors(app)

    def fail(kind: str) -> str:
        if kind.isdigit():
            abort(int(kind))
        found = {error.__name__: error for error in kinds()}
        raise found[kind](**SAID) if kind in found else ZeroDivisionError("the secret of /etc/passwd")

    app.add_url_rule("/<kind>", view_func=fail)
    return app.test_client()


@pytest.mark.quick
@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_of_its_own_and_a_status(kind: type[HarmgridError]) -> None:
    assert [other.__name__ for other in kinds() if other.code == kind.code] == [kind.__name__]
    status = status_of(kind(**SAID))
    if issubclass(kind, InputError):
        assert status in {400, 404}
    elif issubclass(kind, StateError):
        assert status in {404, 409, 500, 503}


@pytest.mark.quick
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.InvalidWindow, 400),
        (errors.UnknownParameter, 400),
        (hosts.UntrustedHost, 400),
        (errors.InvalidTile, 404),
        (errors.UnknownPlace, 404),
        (errors.NoSnapshot, 404),
        (errors.SnapshotCorrupt, 500),
        (errors.RecordsUnusable, 503),
        (errors.RecordsClosed, 404),
        (errors.OtherRecipe, 409),
        (errors.TooBroad, 400),
        (errors.UnknownRecord, 404),
        (errors.HarmgridError, 500),
    ],
)
def test_an_error_has_this_status_and_its_own_words(
    failing: FlaskClient, kind: type[HarmgridError], status: int
) -> None:
    response = failing.get(f"/{kind.__name__}")
    assert response.status_code == status
    assert response.get_json() == {"error": {"code": kind.code, **SAID}}


@pytest.mark.quick
def test_what_nobody_foresaw_is_told_to_the_log_and_not_to_the_reader(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = failing.get("/boom")
    assert response.status_code == 500
    assert response.get_json()["error"]["code"] == "internal"
    text = response.get_data(as_text=True)
    assert not any(word in text for word in ("secret", "Traceback", "ZeroDivision", "File", ".py"))
    assert "ZeroDivisionError: the secret" in caplog.text


def test_what_nobody_foresaw_has_the_headers_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.view_functions, "api.sectors", lambda: 1 // 0)
    error = refused(app.test_client().get("/api/sectors"), 500)
    assert error["code"] == "internal"


@pytest.mark.quick
@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 406, 409, 410, 413, 414, 415, 418, 422, 429, 431, 500, 503]
)
def test_an_error_of_http_has_the_same_shape(failing: FlaskClient, status: int) -> None:
    response = failing.get(f"/{status}")
    assert response.status_code == status
    assert response.mimetype == "application/json"
    error = response.get_json()["error"]
    assert set(error) == {"code", "came", "expected", "do"}
    assert str(status) in error["came"]
    assert error["code"].replace("_", "").replace("'", "").isalnum()


@pytest.mark.quick
def test_an_unknown_address_is_named_but_not_at_length(failing: FlaskClient) -> None:
    error = failing.get("/" + "x/" * 5000).get_json()["error"]
    assert error["came"].startswith("GET /x/x/")
    assert len(error["came"]) < 200


@pytest.mark.quick
def test_an_error_of_http_keeps_its_own_headers(failing: FlaskClient) -> None:
    response = failing.post("/418")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert response.headers.getlist("Content-Type") == ["application/json"]
