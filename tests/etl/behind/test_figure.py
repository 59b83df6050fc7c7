"""The events behind a figure are as many, and weigh as much, as the snapshot says, wherever and whatever is asked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from etl.behind.figure import Behind, events_behind
from etl.behind.places import ELSEWHERE, NOWHERE, Ground, Spot, spot_from_text
from etl.behind.rows import Event, describe_events
from harmgrid import grid
from harmgrid.errors import OtherRecipe, TooBroad, UnknownPlace
from harmgrid.explain import describe_place
from harmgrid.published import BASE_LEVEL, Published
from harmgrid.recipes import DEFAULT_RECIPE, read_recipe
from harmgrid.records import behind as sql
from harmgrid.records import open_records
from harmgrid.records.engine import Bulk, look_into
from harmgrid.snapshot import Store
from harmgrid.types import Question, Sum, Window, month_text
from harmgrid.view import located, rank_sectors
from tests.handmere import WHOLE, load_handmere, publish_handmere

SCORING = read_recipe(DEFAULT_RECIPE)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('handmere')}/records.sqlite"


@pytest.fixture(scope="module")
def ground(url: str, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    records = open_records(url)
    load_handmere(records)
    return Ground(publish_handmere(records, tmp_path_factory.mktemp("published")))


@pytest.fixture
def bulk(url: str, ground: Ground) -> Iterator[Bulk]:
    assert ground.published.levels, "loaded and published first"
    with look_into(url, seconds=60) as bulk:
        yield bulk


def places_of(published: Published) -> list[str]:
    """Every place that has a name: areas, hexagons of every resolution, what is unplaced, and everywhere."""
    areas = [level.place_id(sector) for level in published.levels for sector in level.sectors]
    cells = [text for cube in published.hex_cubes.values() for text in grid.texts(located(cube))]
    outside = [ELSEWHERE if level.id == BASE_LEVEL else f"{ELSEWHERE}:{level.id}" for level in published.levels]
    return ["", NOWHERE, *outside, *areas, *cells]


def ask(published: Published, window: str = WHOLE, **rest: object) -> Question:
    named = {"measures": published.recipe.default} | rest
    return Question(window=Window.from_text(window), **named)  # type: ignore[arg-type]  # as the tests name them


def found(bulk: Bulk, ground: Ground, place: str, question: Question, *, texts: bool = False) -> Behind:
    scoring = SCORING.of_snapshot(ground.published.recipe)
    return events_behind(bulk, spot_from_text(ground, place), question, scoring, texts=texts)


def told(bulk: Bulk, ground: Ground, place: str, question: Question) -> list[Event]:
    behind = found(bulk, ground, place, question)
    return describe_events(bulk, behind, behind.order("reference", descending=False), ground)


def near(figure: Sum) -> Any:
    """The same but for the order in which its weights were added up."""
    return Sum(figure.count, pytest.approx(figure.harm, rel=1e-9))  # type: ignore[arg-type]  # equal to a float


def random_questions(published: Published, number: int, seed: int) -> Iterator[Question]:
    random = np.random.default_rng(seed)
    months = published.months.window.months
    measures = sorted(published.recipe.all)
    for _ in range(number):
        first, last = sorted(random.integers(len(months), size=2).tolist())
        some = random.choice(measures, size=random.integers(1, len(measures) + 1), replace=False).tolist()
        counting = ("each", "once")[int(random.integers(2))]
        yield ask(
            published,
            f"{month_text(months[first])}..{month_text(months[last])}",
            measures=frozenset(some),
            counting=counting,
        )


@pytest.mark.parametrize("counting", ["each", "once"])
def test_every_place_of_the_force_has_as_many_events_as_its_figure(bulk: Bulk, ground: Ground, counting: str) -> None:
    question = ask(ground.published, counting=counting)
    places = places_of(ground.published)
    assert len(places) > 20
    for place in places:
        spot = spot_from_text(ground, place)
        assert found(bulk, ground, place, question).figure == near(spot.figure(question)), place


def test_the_figure_is_that_of_the_place_and_of_the_unplaced(ground: Ground) -> None:
    question = ask(ground.published, counting="once", measures=ground.published.recipe.all)
    for place in places_of(ground.published)[5:]:
        count = describe_place(ground.published, place, question).count
        assert spot_from_text(ground, place).figure(question).count == count
    for level in ground.published.levels:
        ranking = rank_sectors(ground.published, question, level.id)
        outside = ELSEWHERE if level.id == BASE_LEVEL else f"{ELSEWHERE}:{level.id}"
        assert spot_from_text(ground, outside).figure(question).count == ranking.outside_sectors.count
        assert spot_from_text(ground, NOWHERE).figure(question).count == ranking.no_location.count
        assert spot_from_text(ground, "").figure(question).count == ranking.total.count


def test_random_questions_have_as_many_events_as_their_figures(bulk: Bulk, ground: Ground) -> None:
    places = places_of(ground.published)
    random = np.random.default_rng(6)
    for question in random_questions(ground.published, 200, seed=5):
        place = places[int(random.integers(len(places)))]
        spot = spot_from_text(ground, place)
        assert found(bulk, ground, place, question).figure == near(spot.figure(question)), (place, question)


def test_the_demo_force_has_as_many_events_as_its_figures(demo_force: Path) -> None:
    """Groups, people, and incidents that several registers tell of, at several places and in several months."""
    store = Store(directory=demo_force)
    ground = Ground(store.read(store.current()).contents)
    places = places_of(ground.published)
    areas = len([place for place in places if len(place) != 15])
    random = np.random.default_rng(8)
    several = 0
    with look_into(f"sqlite:///{demo_force}/records.sqlite", seconds=60) as bulk:
        for i, question in enumerate(random_questions(ground.published, 60, seed=7)):
            place = places[int(random.integers(areas if i % 2 else len(places)))]
            spot = spot_from_text(ground, place)
            behind = found(bulk, ground, place, question)
            assert behind.figure == near(spot.figure(question)), (place, question)
            several += sum(len(rows) > 1 for rows in behind.rows_of(behind.events))
    assert several > 100


def test_it_is_the_same_on_both_databases(database_url: str, tmp_path: Path) -> None:
    records = open_records(database_url)
    load_handmere(records)
    ground = Ground(publish_handmere(records, tmp_path))
    question = ask(ground.published, measures=ground.published.recipe.all)
    with look_into(database_url, seconds=60) as bulk:
        for place in places_of(ground.published):
            spot = spot_from_text(ground, place)
            assert found(bulk, ground, place, question).figure == near(spot.figure(question)), place
        crime, *_ = told(bulk, ground, "C3", ask(ground.published, "2023-04..2023-04"))
    assert [(row.reference, row.people) for row in crime.rows] == [("C09", (("N1", "suspect"),)), ("K1", ())]


def test_a_farm_that_is_a_crime_too_is_one_event_of_two_rows(bulk: Bulk, ground: Ground) -> None:
    question = ask(ground.published, "2023-04..2023-04", counting="once")
    (event,) = told(bulk, ground, "C3", question)
    crime, farm = event.rows
    assert (crime.stands, crime.reference, crime.measures) == (True, "C09", ("ocg_crimes", "drug_supply", "drugs"))
    assert (farm.stands, farm.reference, farm.measures) == (False, "K1", ("cannabis_farms",))
    assert (crime.file, crime.row, farm.file, farm.row) == ("recorded-crime.csv", 10, "cannabis-farms.csv", 2)
    assert event.measures == ("ocg_crimes", "drug_supply", "cannabis_farms", "drugs")
    assert (event.generated, event.groups, event.times) == ("police", (("G1", "OCG"),), 1)
    assert (crime.sector, crime.offence) == (("C3", "Cold Ness"), ("92A", "Trafficking in controlled drugs"))
    assert farm.details == {"plants": "220"}


def test_each_row_says_why_it_weighs_what_it_does(bulk: Bulk, ground: Ground) -> None:
    events = told(bulk, ground, "", ask(ground.published))
    why = {row.reference: (row.why.by, row.why.measure, round(row.points, 3)) for e in events for row in e.rows}
    assert why["C01"] == ("offence", None, 4654.298)
    assert why["F1"] == ("offence", None, 4654.298)
    assert why["F2"] == ("measure", "firearms_discharges", 1446.983)  # as endangering life, as the measure says
    assert why["D1"] == ("local", "drug_deaths", 1000.0)
    assert why["I1"] == ("local", "firearms_intel", 60.0)
    (nothing,) = told(bulk, ground, "", ask(ground.published, measures=frozenset({"crimestoppers"})))
    assert (nothing.harm, nothing.rows[0].why.by) == (0.0, "nothing")


def test_events_come_in_the_order_that_is_asked_for(bulk: Bulk, ground: Ground) -> None:
    behind = found(bulk, ground, "A1", ask(ground.published))
    references = behind.rows["reference"].to_pylist()

    def order(key: str, *, descending: bool = False) -> list[str]:
        at = behind.order(key, descending=descending)  # type: ignore[arg-type]  # the tests name four
        return [references[row] for row in behind.events[at].tolist()]

    assert order("reference") == ["C01", "C03", "D1", "F2"]
    assert order("date") == ["C01", "D1", "C03", "F2"]
    assert order("harm", descending=True) == ["C01", "F2", "D1", "C03"]
    assert order("category")[0] in {"D1", "F2"}  # which have none


def test_a_text_is_found_in_any_row_of_an_event_and_in_any_case(bulk: Bulk, ground: Ground) -> None:
    behind = found(bulk, ground, "C3", ask(ground.published), texts=True)
    assert behind.among("k1").sum() == 1  # the reference of the farm, for which the crime stands
    assert behind.among("ROBBERY OF PERSONAL").sum() == 1
    assert behind.among('"plants":"220"').sum() == 1
    assert behind.among("%").sum() == 0


@pytest.mark.parametrize("place", ["A9", "unplaced", "unplaced:outside_sectors:sector", "force:A1", "891", "8f" * 7])
def test_a_place_that_is_none_is_refused(ground: Ground, place: str) -> None:
    with pytest.raises(UnknownPlace):
        spot_from_text(ground, place)


def test_another_recipe_than_the_snapshots_explains_nothing(ground: Ground) -> None:
    with pytest.raises(OtherRecipe, match="soc-nine-css-2020"):
        read_recipe("soc-nine-css-2016").of_snapshot(ground.published.recipe)


def test_a_question_about_too_many_events_is_refused(
    bulk: Bulk, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "EVENTS_AT_MOST", 3)
    with pytest.raises(TooBroad, match="more than 3 events"):
        found(bulk, ground, "", ask(ground.published))


def test_an_area_with_boundaries_of_its_own_is_not_made_of_sectors(ground: Ground) -> None:
    assert {name: standing.parts for name, standing in ground.levels.items()} == {
        "sector": "",
        "area": "sector",
        "force": "sector",
    }
    assert isinstance(spot_from_text(ground, "area:N"), Spot)
