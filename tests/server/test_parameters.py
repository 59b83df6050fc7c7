"""Parameters: what is read, and every attack on them, one a line."""

import pytest
from flask.testing import FlaskClient

from harmgrid.published import Published
from harmgrid.snapshot import Store
from harmgrid.types import Months, Question, Window, month_from_text
from server.parameters import default_window, question_from
from tests.force_builder import Force
from tests.server.answers import answered, refused

ASKED = ("/api/sectors", "/api/places/A1", "/api/classes", "/tiles/current/hex/4/8/5.mvt")
WITH_BASELINE = tuple(address for address in ASKED if address != "/api/classes")
BARE = ("/api/snapshot", "/healthz", "/openapi.json")


@pytest.fixture(scope="module")
def published(force: Force) -> Published:
    store = Store(directory=force.data_dir)
    return store.read(store.current()).contents


def month(text: str) -> int:
    return month_from_text(text)


def test_no_parameter_asks_for_everything(published: Published) -> None:
    whole = Question(window=published.months.window, measures=published.recipe.all)
    assert question_from({}, published) == whole


def test_parameters_in_any_spelling_make_one_question(published: Published) -> None:
    one = question_from({"measures": "robbery,burglary", "window": "2022-04..2022-05", "count": "once"}, published)
    other = question_from({"count": "once", "window": "2022-04..2022-05", "measures": "burglary,robbery"}, published)
    assert one == other
    assert one == Question(
        window=Window(month("2022-04"), month("2022-06")),
        measures=frozenset({"burglary", "robbery"}),
        counting="once",
    )
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    ("months", "first"), [(1, "2022-05"), (5, "2022-01"), (12, "2021-06"), (13, "2021-06"), (40, "2021-06")]
)
def test_the_default_window_is_the_last_twelve_months(published: Published, months: int, first: str) -> None:
    stop = month("2022-06")
    published = _with_months(published, Months(start=stop - months, delivered=(True,) * months))
    assert default_window(published) == Window(month(first), stop)


def _with_months(published: Published, months: Months) -> Published:
    return Published(**{name: getattr(published, name) for name in Published.__dataclass_fields__} | {"months": months})


@pytest.mark.parametrize("address", ASKED)
@pytest.mark.parametrize(
    "query",
    [
        "window",
        "window=",
        "window=2022",
        "window=2022-04",
        "window=2022-04..",
        "window=..2022-04",
        "window=..",
        "window=2022-04.2022-05",
        "window=2022-04...2022-05",
        "window=2022-04..2022-05..2022-05",
        "window=2022-04-2022-05",
        "window=2022-05..2022-04",
        "window=2021-12..2022-04",
        "window=2022-04..2022-06",
        "window=2019-01..2019-12",
        "window=2022-03..2022-03",
        "window=2022-04..2023-13",
        "window=2022-00..2022-05",
        "window=2022-4..2022-5",
        "window=+2022-04..2022-05",
        "window=2022-04..2022-05%20",
        "window=%202022-04..2022-05",
        "window=2022-04..2022-05%0a",
        "window=2022-04..2022-05%00",
        "window=2022-04-01..2022-05-01",
        "window=99999-01..99999-02",
        "window=-2022-04..2022-05",
        "window=0000-01..0000-02",
        "window=%EF%BC%92%EF%BC%90%EF%BC%92%EF%BC%92-04..2022-05",
        "window=%D9%A2%D9%A0%D9%A2%D9%A2-04..2022-05",
        "window=%ff%fe..2022-05",
        pytest.param("window=" + "9" * 9000, id="a huge window"),
        "window=2022-04..2022-05&window=2022-04..2022-05",
        "window=2022-04..2022-05&window=2022-01..2022-02",
        "Window=2022-04..2022-05",
        "window[]=2022-04..2022-05",
        "measures=",
        "measures=,",
        "measures=,,",
        "measures=burglary,",
        "measures=,burglary",
        "measures=burglary,,robbery",
        "measures=Burglary",
        "measures=burglary%20",
        "measures=burglary;robbery",
        "measures=all",
        "measures=*",
        "measures=no-such-measure",
        "measures=burglary&measures=robbery",
        "measures=b%C3%BCrglary",
        "measures=burglary%00",
        pytest.param("measures=" + "x" * 9000, id="a huge measure"),
        "measures=__class__",
        "count=",
        "count=twice",
        "count=EACH",
        "count=0",
        "count=each,once",
        "count=each&count=each",
        pytest.param("count=" + "1" * 9000, id="a huge count"),
        "counting=each",
        "limit=1",
        "callback=x",
        "=",
        "=x",
        "x",
        "%00=x",
        "%F0%9F%92%A5=1",
        pytest.param("y" * 9000 + "=1", id="a huge name"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_answered_400(client: FlaskClient, address: str, query: str) -> None:
    error = refused(client.get(f"{address}?{query}"), 400)
    assert error["code"] in {"invalid_window", "unknown_parameter"}


@pytest.mark.parametrize("address", WITH_BASELINE)
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("baseline=", "invalid_window"),
        ("baseline=2022-05..2022-04", "invalid_window"),
        ("baseline=2022-03..2022-03", "invalid_window"),
        ("baseline=2021-12..2022-01", "invalid_window"),
        ("baseline=2022-13..2022-14", "invalid_window"),
        ("baseline=2022-01..2022-02&baseline=2022-01..2022-02", "unknown_parameter"),
        ("compare=2022-01..2022-02", "unknown_parameter"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_answered_400(
    client: FlaskClient, address: str, query: str, code: str
) -> None:
    assert refused(client.get(f"{address}?{query}"), 400)["code"] == code


def test_only_the_ranking_takes_a_level(client: FlaskClient) -> None:
    for address in ASKED[1:]:
        refused(client.get(f"{address}?level=sector"), 400)
    for level in ("sector", "force"):
        assert answered(client.get(f"/api/sectors?level={level}"))["level"] == level


@pytest.mark.parametrize("level", ["", "ward", "area", "Sector", "sector,sector", "sector&level=sector"])
def test_a_level_that_is_not_there_is_answered_400(client: FlaskClient, level: str) -> None:
    refused(client.get(f"/api/sectors?level={level}"), 400)


@pytest.mark.parametrize("address", BARE)
@pytest.mark.parametrize("query", ["x", "window=2022-01..2022-05", "=", "%ff"])
def test_what_takes_no_parameter_refuses_every_one(client: FlaskClient, address: str, query: str) -> None:
    assert "no parameter at all" in refused(client.get(f"{address}?{query}"), 400)["expected"]


def test_a_refusal_says_what_came_what_was_expected_and_what_to_do(client: FlaskClient) -> None:
    assert refused(client.get("/api/sectors?window=2019-01..2019-12"), 400) == {
        "code": "invalid_window",
        "came": "the window 2019-01..2019-12",
        "expected": "months inside the data, 2022-01..2022-05",
        "do": "choose a window inside the data",
    }
    assert "2022-04..2022-05" in refused(client.get("/api/sectors?window=2022-05..2022-04"), 400)["do"]
    assert "missing is not zero" in refused(client.get("/api/sectors?window=2022-03..2022-03"), 400)["do"]
    assert "2 times" in refused(client.get("/api/sectors?count=each&count=once"), 400)["came"]
