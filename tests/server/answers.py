"""What every answer of the server must be, whatever was asked."""

from typing import Any

from openapi_schema_validator import OAS31Validator
from werkzeug.test import TestResponse

from server.openapi import description

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Json = dict[str, Any]


def require_headers(response: TestResponse) -> None:
    """Every header that keeps a page and its data together, once and exactly."""
    assert {name: response.headers.getlist(name) for name in HEADERS} == {
        name: [text] for name, text in HEADERS.items()
    }


def refused(response: TestResponse, status: int) -> dict[str, str]:
    """The error of an answer, which must have this status and the one shape of errors."""
    assert response.status_code == status, response.get_data(as_text=True)[:500]
    assert response.mimetype == "application/json"
    require_headers(response)
    body: Json = response.get_json()
    assert list(OAS31Validator(description()["components"]["schemas"]["Error"]).iter_errors(body)) == []
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "came", "expected", "do"}
    assert all(isinstance(text, str) and 0 < len(text) < 600 for text in body["error"].values())
    error: dict[str, str] = body["error"]
    return error


def answered(response: TestResponse) -> Json:
    """The JSON of an answer that must be a good one."""
    assert response.status_code == 200, response.get_data(as_text=True)[:500]
    assert response.mimetype == "application/json"
    require_headers(response)
    body: Json = response.get_json()
    return body
