"""What was published and is still here, over HTTP, whether or not records are shown."""

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from harmgrid.snapshot import Store
from tests.force_builder import Force
from tests.handmere import WHOLE
from tests.server.answers import answered, refused
from tests.server.conftest import records_app


@pytest.fixture
def closed(handmere_dir: Path) -> FlaskClient:
    """Handmere on a server that shows no records."""
    return records_app(handmere_dir, HARMGRID_RECORDS="off").test_client()


def test_the_snapshots_are_listed_with_the_one_that_is_served(handmere_dir: Path, closed: FlaskClient) -> None:
    found = answered(closed.get("/api/snapshots"))
    (kept,) = Store(directory=handmere_dir).kept()
    assert found == {
        "current": kept.version,
        "snapshots": [
            {"snapshot": kept.version, "published": kept.published_at, "current": True, "bytes": kept.size},
        ],
    }


def test_a_snapshot_says_what_it_contains(handmere_dir: Path, closed: FlaskClient) -> None:
    version = Store(directory=handmere_dir).current()
    found = answered(closed.get(f"/api/snapshots/{version}"))
    assert found == answered(closed.get("/api/snapshots/current"))
    folder = handmere_dir / "snapshots" / version
    sizes = [path.stat().st_size for path in folder.iterdir()]
    assert (found["files"], found["bytes"]) == (len(sizes), sum(sizes))
    assert f'"sha256": "{found["digest"]}"' in (folder / "manifest.json").read_text(encoding="utf-8")
    assert found["months"] == ["2023-01", "2023-02", "2023-03", "2023-04"]
    assert found["missing"] == []
    assert [level["level"] for level in found["areas"]] == ["sector", "area", "force"]
    assert [each["resolution"] for each in found["hexagons"]] == [3, 4, 5, 6, 7, 8, 9]
    # Places as wide as a tenth of a degree: fine hexagons keep them apart, and no level has more than the next.
    counts = [each["hexagons"] for each in found["hexagons"]]
    assert counts == sorted(counts)


def test_the_total_of_a_measure_is_that_of_all_places_together(closed: FlaskClient) -> None:
    for measure in answered(closed.get("/api/snapshots/current"))["measures"]:
        query = {"window": WHOLE, "measures": measure["id"]}
        total = answered(closed.get("/api/sectors", query_string=query))["total"]
        assert (measure["count"], measure["people"]) == (total["count"], pytest.approx(total["people"]))
        assert measure["harm"] == pytest.approx(total["harm"])


def test_months_that_a_measure_lacks_are_named(closed: FlaskClient) -> None:
    lacking = {each["id"]: each["lacking"] for each in answered(closed.get("/api/snapshots/current"))["measures"]}
    assert lacking["crimestoppers"] == ["2023-02"]
    assert lacking["robbery"] == []


def test_a_month_that_nobody_delivered_is_missing(client: FlaskClient) -> None:
    found = answered(client.get("/api/snapshots/current"))
    months = answered(client.get("/api/snapshot"))["months"]
    assert found["missing"] == ["2022-03"]
    assert found["events"] == sum(month["count"] or 0 for month in months) == 20


def test_one_that_cannot_be_read_is_listed_and_says_so(force: Force, tmp_path: Path) -> None:
    folder = shutil.copytree(force.data_dir, tmp_path / "copy")
    damaged = folder / "snapshots" / ("0" * 16)
    damaged.mkdir()
    (damaged / "manifest.json").write_text("{}", encoding="utf-8")
    client = records_app(folder).test_client()
    assert {
        each["snapshot"]: each["published"] is None for each in answered(client.get("/api/snapshots"))["snapshots"]
    } == {
        "0" * 16: True,
        Store(directory=folder).current(): False,
    }
    assert refused(client.get(f"/api/snapshots/{'0' * 16}"), 500)["code"] == "snapshot_corrupt"


@pytest.mark.parametrize("version", ["f" * 16, "CURRENT", "..", "%2e%2e", "manifest.json"])
def test_what_is_no_version_is_not_found(client: FlaskClient, version: str) -> None:
    refused(client.get(f"/api/snapshots/{version}"), 404)


def test_a_version_is_kept_for_ever_and_the_list_is_asked_about(client: FlaskClient, force: Force) -> None:
    version = Store(directory=force.data_dir).current()
    assert "immutable" in client.get(f"/api/snapshots/{version}").headers["Cache-Control"]
    for address in ("/api/snapshots", "/api/snapshots/current"):
        assert "no-cache" in client.get(address).headers["Cache-Control"]
