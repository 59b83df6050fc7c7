"""Which Host headers are answered."""

import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.settings import Settings
from tests.force_builder import Force
from tests.server.answers import answered, refused

ADDRESSES = ("/", "/api/sectors", "/static/main.js", "/healthz", "/nothing", "/tiles/current/hex/4/8/5.mvt")


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "LocalHost", "127.0.0.1", "127.0.0.1:8000", "127.0.0.1:80", "[::1]", "[::1]:8000"],
)
def test_this_machine_by_any_of_its_names_is_answered(client: FlaskClient, host: str) -> None:
    answered(client.get("/healthz", headers={"Host": host}))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "evil.localhost",
        "localhost.",
        "127.0.0.2",
        "0.0.0.0",  # noqa: S104 - a Host header; nothing is bound
        "2130706433",
        "::1",
        "[::2]",
        "[::1",
        "[::1]evil.example",
        "localhost@evil.example",
        "evil.example@localhost",
        "evil.example#localhost",
        "evil.example/localhost",
        "localhost evil.example",
        "localhost,evil.example",
        "localhost:99999",
        "localhost:x",
        "",
        ":80",
        "localhost\t",
        "l\u00f6calhost",
        "x" * 5000,
    ],
    ids=lambda host: host[:30] or "none",
)
def test_every_other_host_is_refused(client: FlaskClient, host: str) -> None:
    assert refused(client.get("/healthz", headers={"Host": host}), 400)["code"] == "untrusted_host"


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_and_no_method_answers_another_host(client: FlaskClient, method: str, address: str) -> None:
    error = refused(client.open(address, method=method, headers={"Host": "evil.example"}), 400)
    assert error["came"] == "a request for the host 'evil.example'"
    assert "HARMGRID_TRUSTED_HOSTS" in error["do"]


def test_what_a_proxy_says_about_the_host_is_not_believed(client: FlaskClient) -> None:
    forwarded = {"X-Forwarded-Host": "localhost", "Forwarded": "host=localhost", "Host": "evil.example"}
    refused(client.get("/healthz", headers=forwarded), 400)


def test_the_setting_names_other_hosts(force: Force) -> None:
    settings = Settings.from_environment(
        {"HARMGRID_DATA_DIR": str(force.data_dir), "HARMGRID_TRUSTED_HOSTS": " Map.force.example ,, [fd00::1], [broken"}
    )
    client = create_app(settings).test_client()
    for host in ("map.force.example", "MAP.force.example:8443", "[fd00::1]:8000"):
        answered(client.get("/healthz", headers={"Host": host}))
    for host in ("localhost", "force.example", "x.map.force.example", "[broken", ""):
        refused(client.get("/healthz", headers={"Host": host}), 400)
