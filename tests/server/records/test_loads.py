"""What was loaded, what was rejected and why, over HTTP."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from harmgrid.records import open_records
from harmgrid.records.changes import Note
from harmgrid.records.removing import remove_references
from tests.handmere import NOW, load_handmere, publish_handmere
from tests.server.answers import answered, refused
from tests.server.conftest import records_app


def test_every_load_has_the_receipt_of_each_of_its_files(handmere: FlaskClient) -> None:
    found = answered(handmere.get("/api/loads"))
    assert found["total"] == len(found["loads"]) == 15
    by_source = {load["source"]: load for load in found["loads"]}
    crime = by_source["recorded-crime"]
    assert (crime["archive"], crime["read"], crime["loaded"], crime["rejected"]) == ("recorded-crime.csv", 10, 9, 1)
    assert crime["files"] == [
        {
            "file": "recorded-crime.csv",
            "read": 10,
            "loaded": 9,
            "updated": 0,
            "unchanged": 0,
            "rejected": 1,
            "withdrawn": 0,
        }
    ]
    assert (crime["started"], crime["finished"]) == ("2023-05-01T00:00:00+00:00", "2023-05-01T00:00:00+00:00")


def test_the_newest_load_comes_first_and_pages_follow(handmere: FlaskClient) -> None:
    ids = [load["id"] for load in answered(handmere.get("/api/loads"))["loads"]]
    assert ids == sorted(ids, reverse=True)
    pages = [answered(handmere.get(f"/api/loads?size=6&page={page}"))["loads"] for page in (1, 2, 3, 4)]
    assert [[load["id"] for load in page] for page in pages] == [ids[:6], ids[6:12], ids[12:], []]


def test_a_source_has_its_months_and_its_rejects_by_reason(handmere: FlaskClient) -> None:
    sources = {source["name"]: source for source in answered(handmere.get("/api/loads"))["sources"]}
    tips = sources["crimestoppers"]
    assert (tips["first_month"], tips["last_month"], tips["months"]) == ("2023-01", "2023-04", 3)
    assert tips["missing"] == ["2023-02"]
    (reason,) = sources["recorded-crime"]["reasons"]
    assert (reason["reason"], reason["rows"]) == ("offence_damaged", 1)
    assert "spreadsheet" in reason["meaning"]
    assert (sources["nominals"]["first_month"], sources["nominals"]["missing"]) == (None, [])


def test_a_reject_comes_with_its_row_as_it_was(handmere: FlaskClient) -> None:
    found = answered(handmere.get("/api/rejects?source=recorded-crime"))
    (row,) = found["rejects"]
    assert (found["total"], row["file"], row["row"]) == (1, "recorded-crime.csv", 11)
    assert [one["reason"] for one in row["reasons"]] == ["offence_damaged"]
    assert row["raw"]["Offence code"] == "44784"


def test_rejects_are_found_by_reason(handmere: FlaskClient) -> None:
    def sources(query: str) -> list[str]:
        return [row["source"] for row in answered(handmere.get(f"/api/rejects?{query}"))["rejects"]]

    assert sorted(sources("")) == ["memberships", "recorded-crime"]
    assert sources("reason=ends_before_it_starts") == ["memberships"]
    assert sources("reason=repeated_reference") == []
    assert sources("reason=offence_damaged&source=memberships") == []
    assert len(sources("size=1")) == len(sources("size=1&page=2")) == 1
    assert sources("page=2") == []


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("source=nothing", 404, "unknown_record"),
        ("source=", 404, "unknown_record"),
        ("reason=offence", 400, "unknown_parameter"),  # a part of a reason
        ("reason=%25", 400, "unknown_parameter"),
        ("sort=row", 400, "unknown_parameter"),
    ],
)
def test_what_is_no_source_and_no_reason_is_refused(handmere: FlaskClient, query: str, status: int, code: str) -> None:
    assert refused(handmere.get(f"/api/rejects?{query}"), status)["code"] == code


def test_a_change_leaves_its_receipt(tmp_path: Path) -> None:
    records = open_records(f"sqlite:///{tmp_path}/records.sqlite")
    load_handmere(records)
    publish_handmere(records, tmp_path)
    remove_references(records, "recorded-crime", ["C01", "C99"], Note(reason="entered twice", now=NOW))
    client = records_app(tmp_path).test_client()
    (change,) = answered(client.get("/api/loads"))["changes"]
    assert change == {
        "at": "2023-05-01T00:00:00+00:00",
        "action": "remove",
        "reason": "entered twice",
        "figures": {
            "asked": 2,
            "not_found": 1,
            "removed": {"events": 1, "involvements": 2},
        },  # of C99 too, an event that never came
    }
