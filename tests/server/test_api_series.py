"""The areas with every month at once: whoever adds them up has the figures of the ranked sectors."""

from itertools import combinations_with_replacement

import pytest
from flask.testing import FlaskClient

from tests.force_builder import MONTHS
from tests.server.answers import Json, answered


def is_summed(area: Json, first: int, stop: int, theirs: Json) -> bool:
    """Whether some of the months add up to these events and this harm."""
    harm: float = sum(area["harm"][first:stop])
    return sum(area["count"][first:stop]) == theirs["count"] and harm == pytest.approx(theirs["harm"])


def test_any_window_is_what_the_ranked_sectors_have(client: FlaskClient) -> None:
    months = answered(client.get("/api/series"))
    windows = [
        pair for pair in combinations_with_replacement(range(len(MONTHS)), 2) if pair != (2, 2)
    ]  # never delivered
    for first, last in windows:
        ranked = answered(client.get(f"/api/sectors?window={MONTHS[first]}..{MONTHS[last]}"))
        theirs = {sector["place"]: sector for sector in ranked["sectors"]}
        for area in months["areas"]:
            assert is_summed(area, first, last + 1, theirs[area["place"]])
        for name, area in months["unplaced"].items():
            assert is_summed(area, first, last + 1, ranked["unplaced"][name])
    assert len(windows) == 14


def test_it_has_the_question_and_the_size_of_each_area(client: FlaskClient) -> None:
    answer = answered(client.get("/api/series?measures=robbery&level=force"))
    assert (answer["level"], answer["measures"]) == ("force", ["robbery"])
    assert [area["place"] for area in answer["areas"]] == ["force:force"]
    assert sum(answer["areas"][0]["count"]) == 3
    assert answer["unplaced"]["outside_sectors"]["count"] == [0, 0, 0, 1, 0]
    sectors = answered(client.get("/api/series?measures=robbery"))["areas"]
    assert answer["areas"][0]["km2"] == pytest.approx(sum(sector["km2"] for sector in sectors), rel=1e-6)
