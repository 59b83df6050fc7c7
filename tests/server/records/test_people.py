"""Groups and people over HTTP: what the registers say, and harm that is the snapshot's."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from harmgrid.records import open_records
from tests.handmere import WHOLE, load_handmere, publish_handmere
from tests.server.answers import Json, answered, refused
from tests.server.conftest import records_app

SUPPLY, ATTEMPTED_MURDER, ASSAULT = 512.957, 4654.298, 13.511


def get(client: FlaskClient, address: str, **parameters: str) -> Json:
    return answered(client.get(f"/api/{address}", query_string=parameters or None))


def near(number: float) -> Any:
    return pytest.approx(number, abs=0.001)


def test_a_group_has_its_members_with_dates_and_who_of_them_counts(handmere: FlaskClient) -> None:
    members = get(handmere, "groups/G2")["members"]
    assert members == [
        {
            "id": "N3",
            "names": ["Jessa Quillfeather"],
            "role": "member",
            "first": "2022-01-01",
            "last": None,
            "counts": True,
            "priority": [],
        },
        {
            "id": "N6",
            "names": ["Ulla Greenstrake"],
            "role": "associate",
            "first": "2022-01-01",
            "last": None,
            "counts": False,
            "priority": [],
        },
    ]
    assert get(handmere, "groups/P1")["members"][0]["last"] == "2023-03-15"


def test_a_group_has_its_events_by_measure_month_sector_and_hexagon(handmere: FlaskClient) -> None:
    """G1 has C01 and C03 in A1, C04 in B2, and C09 with its farm in C3."""
    group = get(handmere, "groups/G1", window=WHOLE, sort="-harm")
    assert (group["kind"], group["names"][0]["name"]) == ("OCG", "Larch")
    assert group["figure"]["count"] == group["found"]["count"] == group["total"] == 4
    assert group["agrees"]
    assert [event["rows"][0]["reference"] for event in group["events"]] == ["C01", "C04", "C09", "C03"]
    months = {month["month"]: month for month in group["months"]}
    assert [months[month]["count"] for month in sorted(months)] == [1, 2, 0, 1]
    assert months["2023-04"]["measures"]["cannabis_farms"] == {"count": 1, "harm": near(SUPPLY)}
    assert months["2023-02"]["measures"]["ocg_crimes"] == {"count": 2, "harm": near(SUPPLY + ASSAULT)}
    assert [(sector["place"], sector["count"]) for sector in group["sectors"]] == [("A1", 2), ("B2", 1), ("C3", 1)]
    assert group["sectors"][0]["harm"] == near(ATTEMPTED_MURDER + ASSAULT)
    assert sum(cell["harm"] for cell in group["hexagons"]) == near(group["figure"]["harm"])
    for cell in group["hexagons"]:
        get(handmere, f"places/{cell['place']}")


def test_a_group_has_what_a_map_of_it_needs(handmere: FlaskClient) -> None:
    """G1 has harm of 4,667.8, 513 and 513 in three sectors: one class edge at their mean, none above it."""
    group = get(handmere, "groups/G1", window=WHOLE)
    harms = [sector["harm"] for sector in group["sectors"]]
    assert group["breaks"] == {"sectors": [near(sum(harms) / 3)], "hexagons": [near(sum(harms) / 3)]}
    for cell in group["hexagons"]:
        west, south, east, north = get(handmere, f"places/{cell['place']}")["bounds"]
        assert len(cell["outline"]) == 6
        lon, lat = zip(*cell["outline"], strict=True)
        assert (min(lon), min(lat), max(lon), max(lat)) == pytest.approx((west, south, east, north), abs=0.0001)
    without = get(handmere, "groups/P1", window="2023-01..2023-01")
    assert (without["hexagons"], without["breaks"]) == ([], {"sectors": [], "hexagons": []})


def test_a_group_knows_who_else_its_people_are_with(handmere: FlaskClient) -> None:
    assert get(handmere, "groups/G1")["shares"] == [{"id": "G2", "kind": "OCG", "name": "Rowan", "people": ["N3"]}]
    assert get(handmere, "groups/P1")["shares"] == []


def test_the_figure_of_every_group_is_the_snapshots(handmere: FlaskClient) -> None:
    for window in (WHOLE, "2023-02..2023-02", "2023-03..2023-04"):
        for measures in ("all_crime", "primary", "ocg,drugs", "cannabis_farms"):
            ranked = get(handmere, "groups", window=window, measures=measures)["groups"]
            for line in ranked:
                group = get(handmere, f"groups/{line['id']}", window=window, measures=measures)
                assert group["agrees"], (line, window, measures)
                assert (group["total"], group["found"]["harm"]) == (line["count"], near(line["harm"]))


def test_the_figure_of_every_group_of_the_demo_is_the_snapshots(demo_force: Path) -> None:
    client = records_app(demo_force).test_client()
    ranked = get(client, "groups")["groups"]
    assert len(ranked) > 10
    for line in ranked:
        group = get(client, f"groups/{line['id']}", size="1")
        assert group["agrees"], line["id"]
        assert group["total"] == line["count"]
        assert sum(month["count"] or 0 for month in group["months"]) == line["count"]
        assert sum(sector["count"] for sector in group["sectors"]) == line["count"]


def test_groups_are_looked_up_by_name_and_ranked_by_harm(handmere: FlaskClient) -> None:
    found = get(handmere, "group-names", window=WHOLE)["groups"]
    assert [(line["id"], line["names"], line["members"], line["count"]) for line in found] == [
        ("G1", ["Larch"], 3, 4),
        ("P1", ["Sedge"], 0, 1),  # its member left before the last day of the data
        ("G2", ["Rowan"], 1, 1),
    ]
    assert [line["id"] for line in get(handmere, "group-names", query="RCH")["groups"]] == ["G1"]
    assert [line["id"] for line in get(handmere, "group-names", sort="name")["groups"]] == ["G1", "G2", "P1"]
    for sort, ids in (("members", ["P1", "G2", "G1"]), ("-kind", ["P1", "G1", "G2"])):
        assert [line["id"] for line in get(handmere, "group-names", sort=sort)["groups"]] == ids
    page = get(handmere, "group-names", sort="id", size="2", page="2")
    assert (page["total"], [line["id"] for line in page["groups"]]) == (3, ["P1"])


def test_a_person_has_names_homes_groups_flags_and_events(handmere: FlaskClient) -> None:
    person = get(handmere, "nominals/N2")
    assert [known["name"] for known in person["names"]] == ["Vint Harrowmoss"]
    assert person["names"][0]["details"] == {"review_by": "2028-01-01"}
    assert [(home["first"], home["last"], home["sector"]["id"]) for home in person["homes"]] == [
        ("2020-01-01", "2023-02-28", "A1"),
        ("2023-03-01", None, "B2"),
    ]
    assert [(group["id"], group["first"], group["counts"]) for group in person["groups"]] == [
        ("G1", "2023-02-10", True)
    ]
    assert [(event["roles"], event["row"]["reference"]) for event in person["events"]] == [
        (["suspect"], "C03"),
        (["suspect"], "C02"),  # on which they were no member yet: it counts under no group
    ]
    assert [event["row"]["groups"] for event in person["events"]] == [[{"id": "G1", "kind": "OCG"}], []]
    assert get(handmere, "nominals/N5")["priority"] == [{"first": "2023-02-01", "last": "2023-03-31"}]


def test_a_victim_sees_their_event_and_its_role(handmere: FlaskClient) -> None:
    events = get(handmere, "nominals/N1")["events"]
    assert [(event["row"]["reference"], event["roles"]) for event in events] == [
        ("C09", ["suspect"]),
        ("C07", ["victim"]),
        ("C01", ["suspect"]),
    ]
    page = get(handmere, "nominals/N1", size="1", page="3")
    assert (page["total"], page["events"][0]["row"]["reference"]) == (3, "C01")


def test_a_person_knows_who_else_took_part(demo_force: Path) -> None:
    client = records_app(demo_force).test_client()
    busiest = get(client, "nominals", sort="-events", size="5")["nominals"]
    found = [get(client, f"nominals/{line['id']}") for line in busiest]
    others = [other for person in found for other in person["others"]]
    assert others, "in the demo some events have several people"
    assert all(other["names"] and other["events"] >= 1 for other in others)
    assert not [person for person in found if person["id"] in {other["id"] for other in person["others"]}]


def test_people_are_looked_up_by_name_and_reference(handmere: FlaskClient) -> None:
    def found(**parameters: str) -> list[str]:
        return [line["id"] for line in get(handmere, "nominals", **parameters)["nominals"]]

    assert found(query="quill") == ["N3"]
    assert found(query="n4") == ["N4"]
    assert found(sort="-events")[0] == "N1"
    assert found(sort="-id", size="2") == ["N6", "N5"]
    assert found(query="nobody") == []
    assert found()[0] == "N4"  # Brannoc
    (line,) = get(handmere, "nominals", query="N5")["nominals"]
    assert line["priority"] == [{"first": "2023-02-01", "last": "2023-03-31"}]


@pytest.mark.parametrize("address", ["groups/G9", "groups/%27", "nominals/N9", "nominals/a/b", "nominals/%00"])
def test_nobody_of_that_name_is_answered_404(handmere: FlaskClient, address: str) -> None:
    response = handmere.get(f"/api/{address}")
    assert refused(response, 404)["code"] == "unknown_record"
    assert response.headers["Cache-Control"] == "no-store"


def test_it_is_the_same_on_both_databases(database_url: str, handmere: FlaskClient, tmp_path: Path) -> None:
    records = open_records(database_url)
    load_handmere(records)
    publish_handmere(records, tmp_path)
    client = records_app(tmp_path, HARMGRID_DATABASE_URL=database_url).test_client()
    addresses = (
        *("groups/G1", "groups/G2", "groups/P1", "group-names", "nominals", "nominals?sort=-events", "nominals/N1"),
        *("nominals/N5", "events", "events?query=k1", "loads", "rejects", "rejects?reason=offence_damaged"),
    )
    for address in addresses:
        assert get(client, address) == get(handmere, address), address
