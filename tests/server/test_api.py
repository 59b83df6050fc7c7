"""The snapshot, the ranked sectors and the classes as JSON, over the force that tests.force_builder adds up by hand."""

import csv
import math

import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.cache.local import LocalCache
from server.settings import Settings
from tests.force_builder import MISSING, MONTHS, SECTOR_IDS, SECTOR_NAMES, WEIGHTS, WHOLE, Force, points
from tests.server.answers import Json, answered, refused

LATE, EARLY = "2022-04..2022-05", "2022-01..2022-02"


def sectors(client: FlaskClient, **parameters: str) -> Json:
    return answered(client.get("/api/sectors", query_string=parameters))


def column(answer: Json, name: str) -> dict[str, object]:
    """One value of each ranked sector, by the sector's id."""
    return {sector["id"]: sector[name] for sector in answer["sectors"]}


def is_sum(found: Json, count: int, harm: float) -> bool:
    return (found["count"], found["harm"]) == (count, pytest.approx(harm, rel=1e-12))


def test_the_snapshot_says_what_it_is(client: FlaskClient) -> None:
    snapshot = answered(client.get("/api/snapshot"))
    assert snapshot["force"] == "Testmere Police"
    assert snapshot["synthetic"] is False
    assert snapshot["attribution"].startswith("Contains public sector information")
    assert snapshot["bounds"] == [3.0, 56.0, pytest.approx(3.3), 56.1]
    assert snapshot["default_window"] == WHOLE
    assert snapshot["unplaced"] == {"no_location": 2, "outside_sectors": 2}
    assert len(snapshot["snapshot"]) == 16
    assert snapshot["published"].startswith("20")


def test_servers_with_other_settings_never_share_an_answer(force: Force) -> None:
    link = "https://rms.example/{reference}"
    cache = LocalCache(1 << 20, told=lambda *_: None)
    said = []
    for more in ({}, {"HARMGRID_MARKING": "OFFICIAL"}, {"HARMGRID_RECORD_LINK": link, "HARMGRID_RECORDS": "on"}):
        environment = {"HARMGRID_DATA_DIR": str(force.data_dir)} | more
        snapshot = answered(
            create_app(Settings.from_environment(environment), cache).test_client().get("/api/snapshot")
        )
        said.append((snapshot["records"], snapshot["record_link"], snapshot["marking"]))
    assert said == [(False, None, None), (False, None, "OFFICIAL"), (True, link, None)]


def test_where_records_are_closed_no_address_of_their_system_is_told(force: Force) -> None:
    settings = {"HARMGRID_DATA_DIR": str(force.data_dir), "HARMGRID_RECORD_LINK": "https://rms.example/{reference}"}
    client = create_app(Settings.from_environment(settings)).test_client()
    assert answered(client.get("/api/snapshot"))["record_link"] is None


def test_a_month_that_was_never_delivered_has_no_figures(client: FlaskClient) -> None:
    months = answered(client.get("/api/snapshot"))["months"]
    assert [month["month"] for month in months] == list(MONTHS)
    assert [month["delivered"] for month in months] == [True, True, False, True, True]
    assert [month["count"] for month in months] == [3, 5, None, 7, 5]
    harm = [points(B=3), points(B=1, R=1, S=3), None, points(B=2, R=1), points(B=1, R=2, S=1)]
    assert [month["harm"] for month in months] == [value and pytest.approx(value) for value in harm]


def test_the_recipe_names_its_source_and_what_weighs_nothing(client: FlaskClient) -> None:
    recipe = answered(client.get("/api/snapshot"))["recipe"]
    assert (recipe["id"], recipe["release"], recipe["unit"]) == (
        "soc-nine-css-2020",
        "CSS 2020",
        "harm points",
    )
    assert "Office for National Statistics" in recipe["source"]
    assert any("mean" in note for note in recipe["notes"])
    assert any("Anti-social behaviour" in note and "weighs nothing" in note for note in recipe["notes"])
    weights = {measure["id"]: measure["weight"] for measure in recipe["measures"]}
    assert len(weights) == 14
    assert weights["burglary"] == pytest.approx(points(B=1))
    assert [name for name, weight in weights.items() if weight is None] == ["anti-social-behaviour"]
    assert {measure["generated"] for measure in recipe["measures"]} == {"victim", "police"}
    assert {measure["weighed"] for measure in recipe["measures"]} == {"category", "nothing"}
    assert {measure["unit"] for measure in recipe["measures"]} == {"event"}
    assert not any(measure["primary"] or measure["local"] or measure["linked"] for measure in recipe["measures"])
    assert recipe["themes"] == [{"id": "all_crime", "title": "All crime", "measures": sorted(weights)}]


def test_the_snapshot_says_what_it_could_hold_and_does_not(client: FlaskClient) -> None:
    snapshot = answered(client.get("/api/snapshot"))
    assert snapshot["default_measures"] == sorted(measure["id"] for measure in snapshot["recipe"]["measures"])
    assert len(snapshot["unfed"]) == 12
    assert {"OCG crimes", "Drug-related deaths", "Stop and search"} <= set(snapshot["unfed"])
    assert (snapshot["population"], snapshot["groups"]) == (None, 0)
    assert {month["people"] for month in snapshot["months"]} == {0.0, None}
    assert all(month["lacking"] == [] for month in snapshot["months"])


def test_the_levels_are_the_sectors_and_the_force(client: FlaskClient) -> None:
    assert answered(client.get("/api/snapshot"))["levels"] == [
        {"id": "sector", "layer": "sectors", "areas": 3},
        {"id": "force", "layer": "force", "areas": 1},
    ]
    force = sectors(client, level="force")
    assert [(line["id"], line["place"], line["name"]) for line in force["sectors"]] == [
        ("force", "force:force", "Whole force")
    ]
    assert is_sum(force["sectors"][0], 16, points(B=6, R=3, S=3))
    assert force["unplaced"] == sectors(client)["unplaced"]
    assert is_sum(force["total"], 20, points(B=7, R=4, S=4))


def test_a_sector_has_rates_by_area_and_none_by_residents_where_nobody_counted_them(client: FlaskClient) -> None:
    answer = sectors(client)
    # a tenth of a degree of latitude is 11.13 km at 56 degrees north, of longitude 6.23 km
    assert {line["id"]: line["harm"] / line["per_km2"] for line in answer["sectors"]} == pytest.approx(
        dict.fromkeys(SECTOR_IDS, 11.13 * 6.23), rel=0.01
    )
    for name in ("residents", "per_1000_residents", "parent"):
        assert column(answer, name) == dict.fromkeys(SECTOR_IDS)
    assert column(answer, "few_residents") == dict.fromkeys(SECTOR_IDS, False)
    assert column(answer, "place") == {name: name for name in SECTOR_IDS}
    assert answer["population"] is None


def test_a_force_without_groups_has_a_list_of_none(client: FlaskClient) -> None:
    answer = answered(client.get("/api/groups", query_string={"window": WHOLE}))
    assert (answer["groups"], answer["linked"]) == ([], {"count": 0, "people": 0.0, "harm": 0.0})
    assert answer["counting"] == "once"
    assert "counts once in the total and once for each group" in answer["note"]


def test_the_layers_say_which_zoom_shows_which_resolution(client: FlaskClient) -> None:
    layers = answered(client.get("/api/snapshot"))["layers"]
    assert list(layers) == ["hex", "sectors", "force"]
    assert layers["sectors"] == layers["force"] == {"minzoom": 4, "maxzoom": 12}
    resolutions = {"4": 4, "5": 5, "6": 6, "7": 7, "8": 7, "9": 8, "10": 8, "11": 9, "12": 9}
    assert layers["hex"] == {"minzoom": 4, "maxzoom": 12, "resolutions": resolutions}


def test_sectors_are_ranked_by_harm(client: FlaskClient) -> None:
    answer = sectors(client)
    ranked = [(sector["rank"], sector["id"], sector["name"]) for sector in answer["sectors"]]
    # B2 2,776 points; A1 1,168; C3 755
    assert ranked == [(1, "B2", SECTOR_NAMES[1]), (2, "A1", SECTOR_NAMES[0]), (3, "C3", SECTOR_NAMES[2])]
    assert column(answer, "count") == {"A1": 10, "B2": 4, "C3": 2}
    harm = {"A1": points(B=3, S=3), "B2": points(B=1, R=3), "C3": points(B=2)}
    assert column(answer, "harm") == pytest.approx(harm)
    whole = points(B=7, R=4, S=4)
    assert column(answer, "share") == pytest.approx({name: value / whole for name, value in harm.items()})
    assert column(answer, "tied") == dict.fromkeys(SECTOR_IDS, False)


def test_the_standard_error_of_a_sum_is_the_root_of_its_second_moments(client: FlaskClient) -> None:
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        moment = {row["policeuk_cat"]: float(row["css_second_moment"]) for row in csv.DictReader(file)}
    errors = {
        "A1": math.sqrt(3 * moment["Burglary"] + 3 * moment["Shoplifting"]),
        "B2": math.sqrt(moment["Burglary"] + 3 * moment["Robbery"]),
        "C3": math.sqrt(2 * moment["Burglary"]),  # 648.5
    }
    assert column(sectors(client), "standard_error") == pytest.approx(errors)


def test_what_lies_in_no_sector_has_a_line_of_its_own_and_the_total_is_all(client: FlaskClient) -> None:
    answer = sectors(client)
    assert is_sum(answer["in_sectors"], 16, points(B=6, R=3, S=3))
    assert is_sum(answer["unplaced"]["no_location"], 2, points(B=1, A=1))
    assert is_sum(answer["unplaced"]["outside_sectors"], 2, points(R=1, S=1))
    assert is_sum(answer["unplaced"], 4, points(B=1, R=1, S=1))
    assert is_sum(answer["total"], 20, points(B=7, R=4, S=4))


@pytest.mark.parametrize("window", [WHOLE, EARLY, LATE, "2022-02..2022-03", "2022-05..2022-05"])
@pytest.mark.parametrize("measures", ["all_crime", "burglary", "anti-social-behaviour", "drugs", "robbery,shoplifting"])
@pytest.mark.parametrize("count", ["each", "once"])
def test_sectors_and_unplaced_add_up_to_the_total_and_to_the_months(
    client: FlaskClient, window: str, measures: str, count: str
) -> None:
    answer = sectors(client, window=window, measures=measures, count=count)
    for name in ("count", "harm"):
        parts = [sector[name] for sector in answer["sectors"]]
        assert answer["in_sectors"][name] == pytest.approx(sum(parts))
        unplaced = answer["unplaced"]
        assert unplaced[name] == pytest.approx(unplaced["no_location"][name] + unplaced["outside_sectors"][name])
        assert answer["total"][name] == pytest.approx(answer["in_sectors"][name] + unplaced[name])


def test_every_answer_repeats_the_question_that_it_answers(client: FlaskClient) -> None:
    answer = sectors(client, window=LATE, baseline="2022-02..2022-03", measures="robbery,burglary", count="once")
    assert answer["snapshot"] == answered(client.get("/healthz"))["snapshot"]
    assert answer["synthetic"] is False
    assert answer["recipe"] == {
        "id": "soc-nine-css-2020",
        "title": "Standard recipe",
        "release": "CSS 2020",
    }
    assert answer["window"] == {"text": LATE, "months": 2, "delivered": 2, "missing": [], "partly_missing": {}}
    assert answer["baseline"] == {
        "text": "2022-02..2022-03",
        "months": 2,
        "delivered": 1,
        "missing": [MISSING],
        "partly_missing": {},
    }
    assert answer["measures"] == ["burglary", "robbery"]
    assert (answer["counting"], answer["level"]) == ("once", "sector")


def test_a_baseline_gives_each_sector_its_change_and_the_ranks_it_gained(client: FlaskClient) -> None:
    answer = sectors(client, window=LATE, baseline=EARLY)
    # then: B2 B + R = 1,177, A1 2 B + 3 S = 791, C3 0;  now: B2 2 R = 1,599, C3 2 B = 755, A1 B = 377
    assert answer["comparable"] is True
    assert [sector["id"] for sector in answer["sectors"]] == ["B2", "C3", "A1"]
    assert column(answer, "movement") == {"B2": 0, "C3": 1, "A1": -1}
    changes = {"B2": points(R=1, B=-1), "C3": points(B=2), "A1": points(B=-1, S=-3)}
    assert column(answer, "change") == pytest.approx(changes)
    then = column(answer, "baseline")
    assert then["C3"] == {"count": 0, "people": 0.0, "harm": 0.0, "rank": 3}
    assert then["A1"] == {"count": 5, "people": 0.0, "harm": pytest.approx(points(B=2, S=3)), "rank": 2}
    before = sectors(client, window=EARLY)
    assert answer["baseline_totals"] == {name: before[name] for name in ("in_sectors", "unplaced", "total")}


def test_without_a_baseline_nothing_is_compared(client: FlaskClient) -> None:
    answer = sectors(client)
    assert (answer["baseline"], answer["comparable"], answer["baseline_totals"]) == (None, None, None)
    for name in ("baseline", "movement", "change"):
        assert column(answer, name) == dict.fromkeys(SECTOR_IDS)


@pytest.mark.parametrize("baseline", ["2022-02..2022-03", "2022-01..2022-01", "2022-02..2022-04", WHOLE])
def test_windows_with_other_months_delivered_show_both_figures_but_no_movement(
    client: FlaskClient, baseline: str
) -> None:
    answer = sectors(client, window=LATE, baseline=baseline)
    assert answer["comparable"] is False
    assert column(answer, "movement") == dict.fromkeys(SECTOR_IDS)
    assert column(answer, "change") == dict.fromkeys(SECTOR_IDS)
    assert all(sector["baseline"]["rank"] in {1, 2, 3} for sector in answer["sectors"])


def test_equal_harm_shares_a_rank(client: FlaskClient) -> None:
    answer = sectors(client, window="2022-05..2022-05", measures="shoplifting")
    assert column(answer, "rank") == dict.fromkeys(SECTOR_IDS, 1)
    assert column(answer, "tied") == dict.fromkeys(SECTOR_IDS, True)
    assert [sector["id"] for sector in answer["sectors"]] == list(SECTOR_IDS)


def test_measures_that_weigh_nothing_have_counts_but_no_share(client: FlaskClient) -> None:
    answer = sectors(client, measures="anti-social-behaviour")
    assert column(answer, "count") == {"A1": 4, "B2": 0, "C3": 0}
    assert column(answer, "share") == dict.fromkeys(SECTOR_IDS)
    assert is_sum(answer["total"], 5, 0.0)


def test_a_theme_is_its_measures_and_a_measure_named_twice_counts_once(client: FlaskClient) -> None:
    everything = sectors(client)
    assert sectors(client, measures="all_crime") == everything
    assert sectors(client, measures="all_crime,burglary") == everything
    assert sectors(client, measures="burglary,burglary") == sectors(client, measures="burglary")
    assert len(everything["measures"]) == 14


def test_an_event_of_one_measure_counts_the_same_each_and_once(client: FlaskClient) -> None:
    assert sectors(client, count="each")["sectors"] == sectors(client, count="once")["sectors"]


def test_classes_hold_still_while_a_window_of_one_length_moves(client: FlaskClient) -> None:
    early = answered(client.get("/api/classes", query_string={"window": EARLY}))
    late = answered(client.get("/api/classes", query_string={"window": LATE}))
    assert early == late
    assert (early["method"], early["unit"], early["months"]) == ("head/tail breaks", "harm points", 2)
    assert set(early["hex"]) == {"3", "4", "5", "6", "7", "8", "9"}
    for breaks in (early["sectors"], *early["hex"].values()):
        assert breaks == sorted(set(breaks))
        assert len(breaks) <= 4
        assert all(edge > 0 for edge in breaks)


def test_the_classes_of_the_whole_time_are_the_means_worked_by_hand(client: FlaskClient) -> None:
    classes = answered(client.get("/api/classes", query_string={"window": WHOLE}))
    a1, b2, c3 = points(B=3, S=3), points(B=1, R=3), points(B=2)
    # only B2 lies above the mean of the three, so its mean is the one edge
    assert classes["sectors"] == pytest.approx([(a1 + b2 + c3) / 3])


def test_measures_that_weigh_nothing_have_no_classes(client: FlaskClient) -> None:
    classes = answered(client.get("/api/classes", query_string={"measures": "anti-social-behaviour"}))
    assert classes["sectors"] == []
    assert all(breaks == [] for breaks in classes["hex"].values())


def test_classes_are_of_the_figure_that_is_asked_for(client: FlaskClient) -> None:
    """Of all months A1 has 10 events, B2 4 and C3 2: mean 16/3, and above it is only A1."""
    classes = answered(client.get("/api/classes", query_string={"window": WHOLE, "figure": "count"}))
    assert (classes["figure"], classes["unit"]) == ("count", "events")
    assert column(sectors(client, window=WHOLE), "count") == {"A1": 10, "B2": 4, "C3": 2}
    assert classes["sectors"] == pytest.approx([16 / 3])
    weightless = {"figure": "count", "measures": "anti-social-behaviour"}
    assert answered(client.get("/api/classes", query_string=weightless))["hex"] != classes["hex"]
    by_area = answered(client.get("/api/classes", query_string={"figure": "per_km2"}))
    harm = answered(client.get("/api/classes", query_string={"figure": "harm"}))
    assert by_area["hex"] == harm["hex"]
    assert by_area["sectors"] != harm["sectors"]
    assert harm == answered(client.get("/api/classes"))


def test_without_residents_nothing_has_classes_by_them(client: FlaskClient) -> None:
    classes = answered(client.get("/api/classes", query_string={"figure": "per_1000_residents"}))
    assert (classes["hex"], classes["sectors"], classes["force"]) == ({}, [], [])


def test_a_figure_that_there_is_not_is_refused(client: FlaskClient) -> None:
    assert refused(client.get("/api/classes?figure=people"), 400)["expected"] == (
        "figure to be harm or count or per_km2 or per_1000_residents"
    )
