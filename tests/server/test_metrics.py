"""What the server counts of its cache: by layer, zoom and outcome, whoever asks, however many workers there are."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from harmgrid.replica import seen_file
from server.app import create_app
from server.settings import Settings
from tests.force_builder import Force

Figures = dict[tuple[str, str, str], float]


def requests_in(text: str, name: str = "harmgrid_cache_requests_total") -> Figures:
    """The answers by layer, zoom and outcome."""
    return {
        (sample.labels["layer"], sample.labels["zoom"], sample.labels["outcome"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def added(before: Figures, after: Figures) -> Figures:
    return {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}


@pytest.fixture
def fresh(force: Force) -> Iterator[FlaskClient]:
    """A server that has worked out nothing yet."""
    app = create_app(Settings.from_environment({"HARMGRID_DATA_DIR": str(force.data_dir)}))
    with app.test_client() as client:
        yield client


def figures(client: FlaskClient, name: str = "harmgrid_cache_requests_total") -> Figures:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.mimetype == "text/plain"
    assert response.headers["Cache-Control"] == "no-store"
    return requests_in(response.text, name)


def test_every_answer_is_counted_by_layer_zoom_and_how_it_was_come_by(fresh: FlaskClient) -> None:
    before, times = figures(fresh), figures(fresh, "harmgrid_cache_seconds_count")
    for address in ("/tiles/current/hex/4/8/4.mvt", "/tiles/current/sectors/9/260/159.mvt", "/api/sectors") * 3:
        fresh.get(address)
    expected = {
        (*where, outcome): count
        for where in (("hex", "4"), ("sectors", "9"), ("/api/sectors", ""))
        for outcome, count in (("miss", 1), ("hit", 2))
    }
    assert added(before, figures(fresh)) == expected
    assert added(times, figures(fresh, "harmgrid_cache_seconds_count")) == expected


def test_another_spelling_of_a_question_is_the_same_question(fresh: FlaskClient) -> None:
    before = figures(fresh)
    window = "window=2022-04..2022-05"
    for query in (
        f"{window}&measures=burglary,robbery",
        f"measures=robbery,burglary&{window}",
        f"measures=robbery%2Cburglary&count=each&{window}&level=sector",
    ):
        assert fresh.get(f"/api/sectors?{query}").status_code == 200
    assert added(before, figures(fresh)) == {("/api/sectors", "", "miss"): 1, ("/api/sectors", "", "hit"): 2}


def test_the_version_and_current_share_what_was_worked_out(fresh: FlaskClient) -> None:
    version = fresh.get("/healthz").get_json()["snapshot"]
    before = figures(fresh)
    for name in ("current", version):
        fresh.get(f"/tiles/{name}/hex/5/16/9.mvt")
    assert added(before, figures(fresh)) == {("hex", "5", "miss"): 1, ("hex", "5", "hit"): 1}


@pytest.mark.parametrize(
    "address",
    [
        "/tiles/current/invented/4/8/4.mvt",
        "/tiles/current/hex/99/0/0.mvt",
        "/tiles/current/hex/4/99/0.mvt",
        "/api/places/invented",
        "/api/sectors?x",
        "/api/sectors?whatif=burglary:2",
        "/healthz",
        "/",
    ],
)
def test_nobody_can_invent_a_layer_or_a_zoom(fresh: FlaskClient, address: str) -> None:
    before = figures(fresh)
    fresh.get(address).close()
    assert figures(fresh) == before


def test_the_age_of_a_pointer_is_told_where_one_is_followed(fresh: FlaskClient, tmp_path: Path) -> None:
    assert "harmgrid_pointer_age_seconds" not in fresh.get("/metrics").text
    seen_file(tmp_path).parent.mkdir()
    seen_file(tmp_path).touch()
    os.utime(seen_file(tmp_path), (time.time() - 1_000, time.time() - 1_000))
    follows = create_app(Settings.from_environment({"HARMGRID_DATA_DIR": str(tmp_path)})).test_client()
    (line,) = re.findall(r"^harmgrid_pointer_age_seconds (.+)$", follows.get("/metrics").text, re.MULTILINE)
    assert float(line) >= 1_000


def test_what_was_never_worked_out_is_no_hit(fresh: FlaskClient) -> None:
    before = figures(fresh)
    for _ in range(3):
        assert fresh.get("/api/places/invented").status_code == 404
    assert added(before, figures(fresh)) == {}
