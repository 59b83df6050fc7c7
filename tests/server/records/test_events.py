"""/api/events: from a figure of the map to the rows behind it, and who may ask."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from harmgrid import grid
from harmgrid.records import open_records
from harmgrid.snapshot import Store
from harmgrid.view import located
from server.app import create_app
from server.settings import Settings
from tests.handmere import FOLDER, WHOLE, load_file
from tests.server.answers import Json, answered, refused
from tests.server.conftest import records_app

NAMES = ("Tamsenbeck", "Harrowmoss", "Quillfeather", "Selwick", "Moorsend", "Greenstrake", "Larch", "Rowan", "Sedge")


def ask(client: FlaskClient, window: str = WHOLE, **parameters: str) -> Json:
    return answered(client.get("/api/events", query_string={"window": window} | parameters))


def references(found: Json) -> list[str]:
    """Of the rows that stand for the events."""
    return [event["rows"][0]["reference"] for event in found["events"]]


@pytest.mark.parametrize("count", ["each", "once"])
def test_every_place_has_the_events_that_its_page_counts(handmere: FlaskClient, handmere_dir: Path, count: str) -> None:
    store = Store(directory=handmere_dir)
    published = store.read(store.current()).contents
    places = [level.place_id(sector) for level in published.levels for sector in level.sectors]
    places += [text for cube in published.hex_cubes.values() for text in grid.texts(located(cube))]
    for place in places:
        page = answered(handmere.get(f"/api/places/{place}", query_string={"window": WHOLE, "count": count}))
        found = ask(handmere, place=place, count=count)
        assert found["figure"]["count"] == found["found"]["count"] == page["count"], place
        assert found["agrees"]
        assert sum(event["times"] for event in found["events"]) == page["count"]
        if count == "once":
            assert found["total"] == len(found["events"]) == page["count"]


def test_random_questions_have_the_events_that_the_page_counts(handmere: FlaskClient) -> None:
    random = np.random.default_rng(9)
    measures = answered(handmere.get("/api/snapshot"))["recipe"]["measures"]
    ids = [measure["id"] for measure in measures if measure["unit"] == "event" and measure["id"] != "crimestoppers"]
    for _ in range(40):
        first, last = sorted(random.integers(1, 5, size=2).tolist())
        asked = {
            "window": f"2023-{first:02d}..2023-{last:02d}",
            "measures": ",".join(random.choice(ids, size=random.integers(1, 6), replace=False).tolist()),
            "count": "once",
        }
        place = ("A1", "B2", "C3", "area:N", "force:force")[int(random.integers(5))]
        page = answered(handmere.get(f"/api/places/{place}", query_string=asked))
        found = ask(handmere, place=place, **asked)
        assert (found["total"], found["agrees"]) == (page["count"], True), (place, asked)
        assert sum(event["harm"] for event in found["events"]) + people_of(page) == pytest.approx(page["harm"])


def people_of(page: Json) -> float:
    harm: float = sum(part["harm"] for part in page["parts"] if part["people"])
    return harm


def test_what_is_unplaced_has_its_events_too(handmere: FlaskClient) -> None:
    assert references(ask(handmere, place="unplaced:no_location")) == ["I1"]
    assert references(ask(handmere, place="unplaced:outside_sectors")) == []
    assert references(ask(handmere, place="unplaced:outside_sectors:area")) == []
    assert ask(handmere)["total"] == sum(
        ask(handmere, place=place)["total"] for place in ("A1", "B2", "C3", "unplaced:no_location")
    )


def test_an_event_tells_all_that_its_rows_do(handmere: FlaskClient) -> None:
    (event, other) = ask(handmere, place="C3", sort="-harm")["events"]
    assert {name: event[name] for name in ("times", "measures", "generated", "groups", "rows_left_out")} == {
        "times": 3,
        "measures": ["ocg_crimes", "drug_supply", "cannabis_farms", "drugs"],
        "generated": "police",
        "groups": [{"id": "G1", "kind": "OCG"}],
        "rows_left_out": 0,
    }
    crime, farm = event["rows"]
    assert (crime["stands"], farm["stands"], farm["incident"]) == (True, False, "C09")
    assert crime["offence"] == {"code": "92A", "title": "Trafficking in controlled drugs"}
    assert (crime["weighed"], farm["weighed"]) == (
        {"by": "offence", "measure": None},
        {"by": "measure", "measure": "cannabis_farms"},
    )
    assert (crime["date"], crime["month"], crime["sector"]["name"]) == ("2023-04-10", "2023-04", "Cold Ness")
    assert (crime["file"], crime["row"], farm["details"]) == ("recorded-crime.csv", 10, {"plants": "220"})
    assert (crime["people"], crime["point"]) == ([{"id": "N1", "role": "suspect"}], [3.25, 56.05])
    assert other["rows"][0]["groups"] == [{"id": "P1", "kind": "PCG"}]


def test_no_answer_of_events_names_a_person(handmere: FlaskClient) -> None:
    for address in ("/api/events", "/api/events.csv", "/api/events.geojson"):
        text = handmere.get(f"{address}?window={WHOLE}&measures=primary,context,all_crime").get_data(as_text=True)
        assert "N1" in text
        assert not [name for name in NAMES if name in text]


def test_pages_follow_each_other_and_end(handmere: FlaskClient) -> None:
    every = references(ask(handmere, sort="reference"))
    pages = [ask(handmere, sort="reference", size="4", page=str(number)) for number in (1, 2, 3, 4)]
    assert [len(page["events"]) for page in pages] == [4, 4, 1, 0]
    assert [reference for page in pages for reference in references(page)] == every == sorted(every)
    assert {(page["total"], page["size"]) for page in pages} == {(9, 4)}


@pytest.mark.parametrize(
    ("sort", "first"),
    [("-date", "C09"), ("date", "C01"), ("-harm", "C01"), ("harm", "C03"), ("reference", "C01"), ("-reference", "I1")],
)
def test_events_come_in_the_order_that_is_asked_for(handmere: FlaskClient, sort: str, first: str) -> None:
    assert references(ask(handmere, sort=sort, place="" if sort == "-reference" else "force:force"))[0] == first


def test_a_text_narrows_the_list_and_not_the_figure(handmere: FlaskClient) -> None:
    found = ask(handmere, place="C3", query="k1")
    assert (found["total"], references(found)) == (1, ["C09"])
    assert found["figure"]["count"] == found["found"]["count"] == 4


@pytest.mark.parametrize(
    ("parameters", "status", "code"),
    [
        ("place=Z9", 404, "unknown_place"),
        ("place=89196461ECBFFFF", 404, "unknown_place"),
        ("place=A1&place=A1", 400, "unknown_parameter"),
        ("page=0", 400, "unknown_parameter"),
        ("page=01", 400, "unknown_parameter"),
        ("page=+1", 400, "unknown_parameter"),
        ("page=1e3", 400, "unknown_parameter"),
        ("size=201", 400, "unknown_parameter"),
        ("size=%D9%A1", 400, "unknown_parameter"),  # a one that is no ASCII
        ("sort=points", 400, "unknown_parameter"),
        ("query=", 400, "unknown_parameter"),
        (f"query={'x' * 81}", 400, "unknown_parameter"),
        ("whatif=drugs:2", 400, "unknown_parameter"),
        ("baseline=2023-01..2023-02", 400, "unknown_parameter"),
        ("window=2022-01..2023-02", 400, "invalid_window"),
        ("measures=crimestoppers&window=2023-02..2023-02", 400, "invalid_window"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    handmere: FlaskClient, parameters: str, status: int, code: str
) -> None:
    response = handmere.get(f"/api/events?{parameters}")
    assert refused(response, status)["code"] == code
    assert response.headers["Cache-Control"] == "no-store"


def test_a_text_that_looks_like_sql_is_a_text(handmere: FlaskClient) -> None:
    for text in ("' OR 1=1 --", "%", "_", "\\", "\x00", "*"):
        assert ask(handmere, query=text)["total"] == 0, text
    assert refused(handmere.get("/api/events?place=A1'--"), 404)["code"] == "unknown_place"


def test_nobody_keeps_an_answer(handmere: FlaskClient) -> None:
    for address in ("/api/events", "/api/events.csv"):
        response = handmere.get(address)
        assert response.headers.getlist("Cache-Control") == ["no-store"]
        assert "ETag" not in response.headers


def test_records_are_shown_only_where_somebody_said_so(handmere_dir: Path) -> None:
    for settings in ({}, {"HARMGRID_RECORDS": "off"}, {"HARMGRID_RECORDS": ""}):
        environment = {"HARMGRID_DATA_DIR": str(handmere_dir)} | settings
        client = create_app(Settings.from_environment(environment)).test_client()
        for address in ("/api/events", "/api/events.csv", "/api/events?nonsense=1"):
            error = refused(client.get(address), 404)
            assert (error["code"], "HARMGRID_RECORDS=on" in error["do"]) == ("records_closed", True)
        assert answered(client.get("/api/snapshot"))["records"] is False
    assert answered(records_app(handmere_dir).test_client().get("/api/snapshot"))["records"] is True


@pytest.fixture
def changing(handmere_dir: Path, tmp_path: Path) -> Path:
    """A copy of Handmere that a test may change."""
    return shutil.copytree(handmere_dir, tmp_path / "copy")


def test_records_that_were_loaded_since_are_told_of(changing: Path, tmp_path: Path) -> None:
    client = records_app(changing).test_client()
    before = ask(client, place="A1")
    assert before["records"] == {"changed": "2023-05-01T00:00:00+00:00", "newer_than_snapshot": False}
    more = (FOLDER / "firearms-discharges.csv").read_text(encoding="utf-8")
    more += "F3,2023-03-07,2,,3.02,56.03,Handmere Police (synthetic)\n"
    (tmp_path / "more.csv").write_text(more, encoding="utf-8")
    records = open_records(f"sqlite:///{changing}/records.sqlite")
    load_file(records, "firearms-discharges", tmp_path / "more.csv")
    later(changing, "2023-05-02T09:00:00.5+00:00")
    found = ask(client, place="A1")
    assert found["records"] == {"changed": "2023-05-02T09:00:00.5+00:00", "newer_than_snapshot": True}
    assert (found["figure"]["count"], found["found"]["count"], found["agrees"]) == (4, 5, False)
    assert "Publish again" in found["note"]
    elsewhere = ask(client, place="B2")
    assert (elsewhere["agrees"], elsewhere["note"], elsewhere["records"]["newer_than_snapshot"]) == (True, None, True)


def later(folder: Path, time: str) -> None:
    """Let the newest load have ended then."""
    with sqlite3.connect(folder / "records.sqlite") as connection:
        connection.execute("UPDATE loads SET finished_at = ? WHERE id = (SELECT max(id) FROM loads)", (time,))
    connection.close()


def test_another_recipe_than_the_snapshots_is_told_of(handmere_dir: Path) -> None:
    client = records_app(handmere_dir, HARMGRID_RECIPE="soc-nine-css-2016").test_client()
    assert refused(client.get("/api/events"), 409)["code"] == "other_recipe"
    client = records_app(handmere_dir, HARMGRID_RECIPE="no-such-recipe").test_client()
    assert refused(client.get("/api/events"), 409)["code"] == "other_recipe"


def test_records_that_do_not_answer_cost_an_answer_and_nothing_is_told_of_them(
    handmere_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = "postgresql://somebody:secret@127.0.0.1:1/records"
    client = records_app(handmere_dir, HARMGRID_DATABASE_URL=url).test_client()
    error = refused(client.get("/api/events"), 503)
    assert error["code"] == "records_unusable"
    assert "127.0.0.1" not in str(error)
    assert "secret" not in caplog.text
    assert answered(client.get("/api/sectors"))["sectors"], "the map is there all the same"


def test_a_file_of_records_that_is_not_there_is_not_made(handmere_dir: Path, tmp_path: Path) -> None:
    url: dict[str, Any] = {"HARMGRID_DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite"}
    refused(records_app(handmere_dir, **url).test_client().get("/api/events"), 503)
    assert list(tmp_path.iterdir()) == []


def test_a_load_that_runs_does_not_keep_a_page_waiting(changing: Path) -> None:
    records = open_records(f"sqlite:///{changing}/records.sqlite")
    client = records_app(changing).test_client()
    with records.bulk() as bulk, bulk.writing():
        bulk.say("DELETE FROM events")
        assert ask(client)["total"] == 9, "what is not finished is not seen"
