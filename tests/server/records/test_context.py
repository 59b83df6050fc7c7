"""Reports beside the harm: points from the records, and no word that a person wrote."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.records import context
from tests.server.answers import answered, refused
from tests.server.conftest import records_app

FIELDS = {"month", "date", "category", "point"}


@pytest.fixture(scope="module")
def estmere(demo_force: Path) -> FlaskClient:
    return records_app(demo_force).test_client()


def test_reports_have_a_place_and_a_time_and_no_text(estmere: FlaskClient) -> None:
    """Crimestoppers tells only the month, and of September 2022 nothing came."""
    every = answered(estmere.get("/api/context"))
    assert (every["kind"], every["window"], every["cut"]) == ("crimestoppers", "2021-01..2024-04", False)
    assert every["total"] == len(every["points"]) + every["no_location"] == 2600
    assert all(set(point) == FIELDS and point["date"] is None for point in every["points"])
    assert not [point for point in every["points"] if point["month"] == "2022-09"]
    one = answered(estmere.get("/api/context?kind=trading_standards&window=2023-01..2023-01"))
    assert one["total"] == len(one["points"]) > 0
    assert all(point["month"] == "2023-01" and point["date"].startswith("2023-01-") for point in one["points"])


def test_more_than_can_be_shown_are_cut_and_counted(estmere: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "POINTS_AT_MOST", 10)
    found = answered(estmere.get("/api/context"))
    assert (found["total"], len(found["points"]), found["cut"]) == (2600, 10, True)


def test_closed_records_have_no_points_and_no_other_kind_is_served(demo_force: Path, estmere: FlaskClient) -> None:
    closed = records_app(demo_force, HARMGRID_RECORDS="off").test_client()
    assert refused(closed.get("/api/context"), 404)["code"] == "records_closed"
    assert refused(estmere.get("/api/context?kind=crime"), 400)["code"] == "unknown_parameter"
    assert refused(estmere.get("/api/context?window=2023-02..2023-01"), 400)["code"] == "invalid_window"
