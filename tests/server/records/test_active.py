"""The groups behind a figure against the events behind it, one by one."""

from collections import defaultdict

import pytest
from flask.testing import FlaskClient

from tests.handmere import WHOLE
from tests.server.answers import answered, refused


@pytest.mark.parametrize("place", ["", "&place=A1", "&place=C3"])
@pytest.mark.parametrize("count", ["each", "once"])
def test_each_group_has_the_events_that_are_linked_to_it(handmere: FlaskClient, place: str, count: str) -> None:
    asked = f"window={WHOLE}&measures=primary,all_crime&count={count}{place}"
    expected: dict[tuple[str, str], tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for event in answered(handmere.get(f"/api/events?{asked}&size=200"))["events"]:
        for group in event["groups"]:
            so_far, harm = expected[group["id"], group["kind"]]
            expected[group["id"], group["kind"]] = so_far + event["times"], harm + event["harm"]
    found = answered(handmere.get(f"/api/active-groups?{asked}"))["groups"]
    assert {(each["id"], each["kind"]): each["count"] for each in found} == {
        group: times for group, (times, _) in expected.items()
    }
    for each in found:
        assert each["harm"] == pytest.approx(expected[each["id"], each["kind"]][1])
        assert each["names"]
    assert [each["harm"] for each in found] == sorted((each["harm"] for each in found), reverse=True)


def test_a_place_that_is_not_there_is_refused(handmere: FlaskClient) -> None:
    refused(handmere.get("/api/active-groups?place=nowhere"), 404)
