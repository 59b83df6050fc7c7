"""`harmgrid explain` says in lines what `/api/places` says in JSON."""

import pytest
from flask.testing import FlaskClient

from tests.force_builder import Force, run
from tests.server.answers import answered, refused

WINDOW = "2022-04..2022-05"


def lines(force: Force, *words: str) -> list[str]:
    return run("explain", *words, data_dir=force.data_dir).stdout.splitlines()


def test_a_sector_is_explained_with_the_figures_of_the_api(force: Force, client: FlaskClient) -> None:
    text = lines(force, "B2", "--window", WINDOW, "--measures", "burglary,robbery")
    place = answered(client.get(f"/api/places/B2?window={WINDOW}&measures=burglary,robbery"))
    assert text[0] == f"{place['name']} (B2), {WINDOW}"
    assert text[1] == "every month delivered"
    assert text[2] == "weights: Standard recipe, CSS 2020; counting each"
    assert f"{place['harm']:,.2f} harm points, standard error {place['standard_error']:,.2f}" in text
    assert "95 % range 0.00 to {:,.2f}".format(place["interval"][1]) in text
    assert "rank 1 of 3, 95 % range {} to {}".format(*place["rank_range"]) in text
    assert [line.split() for line in text if line.startswith("Robbery")] == [["Robbery", "2", "1,599.26", "100.0%"]]
    assert "heaviest single event 799.63 points, 50.0% of it all; without it 799.63" in text
    notes = answered(client.get("/api/snapshot"))["recipe"]["notes"]
    assert [line.removeprefix("note: ") for line in text if line.startswith("note: ")] == notes


def test_a_hexagon_has_no_range_of_its_rank(force: Force) -> None:
    text = lines(force, "831964fffffffff")
    assert any(line.startswith("rank ") and "range" not in line for line in text)


def test_a_missing_month_is_named(force: Force) -> None:
    assert "months missing: 2022-03" in lines(force, "B2", "--window", "2022-01..2022-05")


def test_a_what_if_says_so_and_changes_no_count(force: Force, client: FlaskClient) -> None:
    text = lines(force, "B2", "--window", WINDOW, "--whatif", "robbery:2")
    assert "WHAT IF, not the score: robbery x 2" in text
    asked = answered(client.get(f"/api/places/B2?window={WINDOW}&whatif=robbery:2"))
    plain = answered(client.get(f"/api/places/B2?window={WINDOW}"))
    assert asked["whatif"] == {"robbery": 2.0}
    assert plain["whatif"] is None
    assert asked["count"] == plain["count"]
    assert asked["harm"] == pytest.approx(plain["harm"] + 2 * 799.628870231477)


@pytest.mark.parametrize("path", ["/api/sectors", "/api/places/B2", "/api/classes", "/tiles/current/hex/8/130/79.mvt"])
def test_a_what_if_is_never_kept(client: FlaskClient, path: str) -> None:
    asked, plain = client.get(f"{path}?whatif=burglary:2"), client.get(path)
    assert asked.headers["Cache-Control"] == "no-store"
    assert "ETag" not in asked.headers
    assert "no-store" not in plain.headers["Cache-Control"]


def test_a_multiplier_of_one_and_one_of_another_measure_change_nothing(client: FlaskClient) -> None:
    answer = answered(client.get("/api/sectors?measures=burglary&whatif=burglary:1,robbery:5"))
    assert answer["whatif"] is None


@pytest.mark.parametrize(
    "whatif",
    [
        "",
        "burglary",
        "burglary:",
        ":2",
        "burglary:-1",
        "burglary:101",
        "burglary:1e2",
        "burglary:nan",
        "burglary:inf",
        "burglary:2,",
        "burglary:2,burglary:2",
        "burglary:2;drugs:2",
        "all_crime:2",
        "murder:2",
        "burglary:0.00001",
        "burglary:\u0662",
        "burglary:" + "9" * 100_000,
    ],
)
def test_a_what_if_that_cannot_be_used_is_answered_400(client: FlaskClient, whatif: str) -> None:
    error = refused(client.get("/api/sectors", query_string={"whatif": whatif}), 400)
    assert error["code"] == "unknown_parameter"
    assert len(error["came"]) < 100


def test_an_unknown_place_is_told_in_one_line(force: Force) -> None:
    done = run("explain", "Z9", data_dir=force.data_dir, status=1)
    assert done.stderr.count("\n") == 1
    assert "the id of a sector" in done.stderr
