"""The force of `tests/data/handmere`, worked out by hand in its README: scores, ranks, explanations."""

import math
from pathlib import Path
from typing import Any

import pytest

from etl.check import check
from harmgrid.explain import Place, describe_place
from harmgrid.measures import Recipe
from harmgrid.published import Published
from harmgrid.recipes import DEFAULT_RECIPE, read_recipe
from harmgrid.records import Records, open_records
from harmgrid.snapshot import Store
from harmgrid.types import Question, Sum, Window, month_from_text
from harmgrid.view import comparable, rank_groups, rank_sectors
from tests.handmere import WHOLE, load_handmere, publish_handmere

ATTEMPTED_MURDER, ASSAULT, SUPPLY = 4654.298133237659, 13.510541522943404, 512.9573593857484
ROBBERY, ENDANGERING_LIFE = 799.6288702314769, 1446.982552252818


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    records = open_records(f"sqlite:///{tmp_path_factory.mktemp('handmere')}/records.sqlite")
    load_handmere(records)
    return records


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("published")


@pytest.fixture(scope="module")
def handmere(records: Records, folder: Path) -> Published:
    return publish_handmere(records, folder)


def near(value: object, abs: float | None = None, rel: float | None = None) -> Any:  # noqa: A002 - as approx calls it
    """As `pytest.approx`, wherever a number stands."""
    return pytest.approx(value, abs=abs, rel=rel)


def ask(handmere: Published, window: str = WHOLE, **rest: object) -> Question:
    named = {"measures": handmere.recipe.default} | rest
    return Question(window=Window.from_text(window), **named)  # type: ignore[arg-type]  # as the tests name them


def test_two_rows_are_rejects_and_every_other_is_loaded(tmp_path: Path) -> None:
    receipts = load_handmere(open_records(f"sqlite:///{tmp_path}/records.sqlite"))
    assert {name: receipt.reasons for name, receipt in receipts.items() if receipt.rejected} == {
        "memberships": {"ends_before_it_starts": 1},
        "recorded-crime": {"offence_damaged": 1},
    }
    assert all(receipt.read == receipt.loaded + receipt.rejected for receipt in receipts.values())


@pytest.mark.parametrize(
    ("counting", "scores"),
    [
        (
            "each",
            {
                "A1": ATTEMPTED_MURDER + ASSAULT + ENDANGERING_LIFE + 1000 + 625,
                "B2": 2 * SUPPLY + ATTEMPTED_MURDER + 750,
                "C3": ROBBERY + 3 * SUPPLY + 125,
            },
        ),
        (
            "once",
            {
                "A1": ATTEMPTED_MURDER + ASSAULT + ENDANGERING_LIFE + 1000 + 625,
                "B2": SUPPLY + ATTEMPTED_MURDER + 750,
                "C3": ROBBERY + SUPPLY + 125,
            },
        ),
    ],
)
def test_the_primary_score_of_every_sector_is_the_one_worked_out(
    handmere: Published, counting: str, scores: dict[str, float]
) -> None:
    ranking = rank_sectors(handmere, ask(handmere, counting=counting))
    assert [(line.id, line.rank) for line in ranking.sectors] == [("A1", 1), ("B2", 2), ("C3", 3)]
    assert {line.id: line.harm for line in ranking.sectors} == near(scores)
    assert ranking.no_location == Sum(1, near(310.0), people=0.5)
    assert ranking.outside_sectors == Sum(0, 0.0)
    assert ranking.total.harm == near(sum(scores.values()) + 310)


def test_areas_add_up_what_their_sectors_have(handmere: Published) -> None:
    north, south = rank_sectors(handmere, ask(handmere), "area").sectors
    assert (north.id, north.name, south.id) == ("N", "North Shore", "S")
    assert (north.harm, south.harm) == (near(14170.004, abs=0.001), near(2463.501, abs=0.001))
    (force,) = rank_sectors(handmere, ask(handmere), "force").sectors
    assert force.harm == near(16943.505 - 310, abs=0.001)
    assert (north.rates.residents, south.rates.residents, force.rates.residents) == (3000, 100, 3100)


def test_a_rate_names_its_residents_and_says_where_they_are_few(handmere: Published) -> None:
    rates = {line.id: line.rates for line in rank_sectors(handmere, ask(handmere)).sectors}
    per_1000 = {sector: rate.per_1000_residents for sector, rate in rates.items()}
    assert per_1000 == near({"A1": 7739.791, "B2": 3215.106, "C3": 24635.009}, abs=0.001)
    assert [sector for sector, rate in rates.items() if rate.few_residents] == ["C3"]
    assert handmere.population == "residents of 2023"
    # a tenth of a degree at 56 degrees north: 11.1 km northwards, 6.2 km eastwards
    assert rates["A1"].per_km2 == near(7739.791 / (11.1 * 6.24), rel=0.01)


def test_people_are_the_mean_of_the_stock_at_the_ends_of_the_months(handmere: Published) -> None:
    of_ocg = rank_sectors(handmere, ask(handmere, measures=frozenset({"ocg_people"})))
    assert {line.id: line.people for line in of_ocg.sectors} == {"A1": 1.25, "B2": 1.5, "C3": 0.0}
    assert (of_ocg.no_location.people, of_ocg.total.people, of_ocg.total.count) == (0.5, 3.25, 0)
    of_pcg = rank_sectors(handmere, ask(handmere, measures=frozenset({"ucg_pcg_people"})))
    assert {line.id: line.people for line in of_pcg.sectors} == {"A1": 0.0, "B2": 0.0, "C3": 0.5}


@pytest.mark.parametrize(
    ("month", "people"),
    [
        ("2023-01", {"A1": 1.0, "B2": 1.0, "C3": 0.0}),
        ("2023-02", {"A1": 2.0, "B2": 1.0, "C3": 0.0}),
        ("2023-03", {"A1": 1.0, "B2": 2.0, "C3": 0.0}),
        ("2023-04", {"A1": 1.0, "B2": 2.0, "C3": 0.0}),
    ],
)
def test_a_late_member_who_moves_counts_where_they_live_at_the_end_of_the_month(
    handmere: Published, month: str, people: dict[str, float]
) -> None:
    ranking = rank_sectors(handmere, ask(handmere, f"{month}..{month}", measures=frozenset({"ocg_people"})))
    assert {line.id: line.people for line in ranking.sectors} == people


def test_the_score_of_a1_explains_itself(handmere: Published) -> None:
    place = describe_place(handmere, "A1", ask(handmere))
    parts: dict[str, Any] = {name: (part.count, part.people, part.harm) for name, part in place.parts.items()}
    assert list(parts) == ["ocg_crimes", "firearms_discharges", "drug_deaths", "ocg_people"]
    assert parts["ocg_crimes"] == (2, 0, near(ATTEMPTED_MURDER + ASSAULT))
    assert parts["firearms_discharges"] == (1, 0, near(ENDANGERING_LIFE))
    assert parts["drug_deaths"] == (1, 0, near(1000))
    assert parts["ocg_people"] == (0, 1.25, near(625))
    assert place.parts["ocg_crimes"].share == near((ATTEMPTED_MURDER + ASSAULT) / 7739.791227)
    variance = ATTEMPTED_MURDER**2 + ASSAULT**2 + ENDANGERING_LIFE**2 + 1000**2 + 1.25 * 500**2
    assert place.standard_error == near(math.sqrt(variance))
    assert place.largest is not None
    assert place.largest.share == near(0.601, abs=0.0005)
    assert place.largest.without == near(3085.493, abs=0.001)


def test_what_the_police_found_is_kept_apart_by_event(handmere: Published) -> None:
    """The farm of an OCG is an OCG crime, and was found by the police all the same: three times 512.957."""
    place = describe_place(handmere, "C3", ask(handmere))
    assert place.generated["victim"].harm == near(ROBBERY)
    assert place.generated["police"].harm == near(3 * SUPPLY + 125)
    assert (place.generated["police"].count, place.generated["police"].people) == (3, 0.5)


def test_an_area_and_the_force_explain_themselves_too(handmere: Published) -> None:
    def described(place_id: str) -> Place:
        return describe_place(handmere, place_id, ask(handmere))

    assert (described("area:N").kind, described("area:N").level, described("area:N").of) == ("sector", "area", 2)
    assert described("area:N").harm + described("area:S").harm == near(described("force:force").harm)


def test_an_event_of_two_groups_counts_once_in_all_and_once_for_each(handmere: Published) -> None:
    every = ask(handmere, measures=handmere.recipe.all, counting="once")
    lines, once = rank_groups(handmere, every)
    found = {group.id: (group.kind, total.count, total.harm) for group, total in lines}
    assert found == {
        "G1": ("OCG", 4, near(ATTEMPTED_MURDER + ASSAULT + 2 * SUPPLY)),
        "G2": ("OCG", 1, near(SUPPLY)),
        "P1": ("PCG", 1, near(ROBBERY)),
    }
    assert sum(total.harm for _, total in lines) == near(7006.310, abs=0.001)
    assert (once.count, once.harm) == (5, near(6493.352, abs=0.001))
    assert len(lines) == 3


def test_a_month_that_one_source_never_delivered_is_missing_for_it_alone(handmere: Published) -> None:
    february = month_from_text("2023-02")
    window = Window.from_text(WHOLE)
    assert handmere.lacking == {"crimestoppers": (february,)}
    assert handmere.missing(window, {"crimestoppers"}) == (february,)
    assert handmere.missing(window, {"crimestoppers", "ocg_crimes"}) == ()
    assert handmere.partly_missing(window, {"crimestoppers", "ocg_crimes"}) == {"crimestoppers": (february,)}
    assert handmere.partly_missing(window, handmere.recipe.default) == {}


def test_windows_are_comparable_only_if_every_measure_has_as_many_months(handmere: Published) -> None:
    def compared(*measures: str) -> bool | None:
        now, before = Window.from_text("2023-03..2023-04"), Window.from_text("2023-01..2023-02")
        return comparable(handmere, Question(measures=frozenset(measures), window=now, baseline=before))

    assert compared("ocg_crimes")
    assert not compared("ocg_crimes", "crimestoppers")


def test_measures_without_a_source_are_named_and_not_asked_for(handmere: Published) -> None:
    assert handmere.unfed == ("Trading Standards", "Stop and search", "Anti-social behaviour")
    whole: Recipe = read_recipe(DEFAULT_RECIPE).recipe
    assert handmere.recipe.default == {measure.id for measure in whole.measures if measure.primary}


def test_records_and_snapshot_agree(records: Records, handmere: Published, folder: Path) -> None:
    figures = check(records, Store(directory=folder), read_recipe(DEFAULT_RECIPE), progress=lambda _: None)
    assert len({(figure.count, round(figure.harm, 6)) for figure in figures if not figure.where.startswith("  ")}) == 1
    assert handmere.force == "Handmere Police (synthetic)"
