"""A server over a folder in which snapshots come and go."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from harmgrid.published import Published
from harmgrid.snapshot import Store
from server.app import create_app
from server.settings import Settings
from server.snapshots import Snapshots
from tests.force_builder import Force
from tests.server.answers import answered, refused

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TILE = "hex/4/8/5.mvt"


def under_another_name(published: Published, force: str) -> Published:
    return Published(**{name: getattr(published, name) for name in Published.__dataclass_fields__} | {"force": force})


def client_over(folder: Path) -> FlaskClient:
    return create_app(Settings.from_environment({"HARMGRID_DATA_DIR": str(folder)})).test_client()


@pytest.fixture(scope="module")
def contents(force: Force) -> Published:
    store = Store(directory=force.data_dir)
    return store.read(store.current()).contents


def test_a_new_snapshot_is_served_at_once_and_the_old_one_under_its_version(
    tmp_path: Path, contents: Published
) -> None:
    store, client = Store(directory=tmp_path), client_over(tmp_path)
    first = store.write(contents, NOW)
    assert answered(client.get("/api/snapshot"))["force"] == "Testmere Police"
    old_tile = client.get(f"/tiles/{first}/{TILE}")
    second = store.write(under_another_name(contents, "Othermere Police"), NOW)
    assert second != first
    assert answered(client.get("/healthz"))["snapshot"] == second
    assert answered(client.get("/api/snapshot"))["force"] == "Othermere Police"
    again = client.get(f"/tiles/{first}/{TILE}")
    assert (again.status_code, again.data) == (200, old_tile.data)
    assert client.get(f"/tiles/{second}/{TILE}").status_code == 200


def test_before_anything_is_published_every_answer_says_so(tmp_path: Path) -> None:
    client = client_over(tmp_path)
    for address in ("/healthz", "/api/snapshot", "/api/sectors", f"/tiles/current/{TILE}"):
        error = refused(client.get(address), 404)
        assert error["code"] == "no_snapshot"
        assert "harmgrid publish" in error["do"]
    assert client.get("/", buffered=True).status_code == 200
    answered(client.get("/openapi.json"))


def test_a_server_that_started_on_nothing_serves_what_is_published_later(tmp_path: Path, contents: Published) -> None:
    client = client_over(tmp_path)
    refused(client.get("/healthz"), 404)
    version = Store(directory=tmp_path).write(contents, NOW)
    assert answered(client.get("/healthz")) == {"status": "ok", "snapshot": version}


def test_a_damaged_snapshot_is_the_servers_fault_and_named(tmp_path: Path, contents: Published) -> None:
    version = Store(directory=tmp_path).write(contents, NOW)
    damaged = tmp_path / "snapshots" / version / "sectors.json"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    error = refused(client_over(tmp_path).get("/api/sectors"), 500)
    assert error["code"] == "snapshot_corrupt"
    assert "sectors.json" in error["came"]
    assert str(tmp_path) not in json.dumps(error)


@pytest.mark.parametrize("pointer", ["", "\n", "../../etc", "0" * 16, "x" * 16])
def test_a_pointer_to_nowhere_is_no_snapshot(tmp_path: Path, pointer: str) -> None:
    (tmp_path / "CURRENT").write_text(pointer)
    assert refused(client_over(tmp_path).get("/api/sectors"), 404)["code"] == "no_snapshot"


def test_only_the_last_few_snapshots_are_kept_open(tmp_path: Path, contents: Published) -> None:
    store, opened = Store(directory=tmp_path), Snapshots(tmp_path)
    versions = [store.write(under_another_name(contents, f"Force {n}"), NOW) for n in range(6)]
    first = opened.get(versions[0])
    assert opened.get(versions[0]) is first
    for version in versions[1:4]:
        opened.get(version)
    assert opened.get(versions[0]) is first  # used last, so the next one to go is the second
    assert opened.get("current").version == versions[5]
    assert opened.get(versions[0]) is first
    for version in versions[1:5]:
        assert opened.get(version).contents.force == f"Force {versions.index(version)}"
    assert opened.get(versions[0]) is not first
