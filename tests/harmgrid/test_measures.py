"""The recipe that police.uk data are scored with, against the published table and by hand."""

import csv
from importlib.resources import files

import pytest

from harmgrid.cube import Counted
from harmgrid.errors import UnknownParameter
from harmgrid.measures import DEFAULT_RECIPE, Recipe, read_recipe
from tests.small_force import RECIPE, ask

pytestmark = pytest.mark.quick


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return read_recipe(DEFAULT_RECIPE)


def test_the_recipe_carries_its_id_its_release_and_its_source(recipe: Recipe) -> None:
    assert (recipe.id, recipe.release) == (DEFAULT_RECIPE, "CSS 2020")
    assert "Office for National Statistics" in recipe.source
    assert "Open Government Licence" in recipe.source


def test_the_notes_say_that_weights_are_category_means_and_that_disorder_weighs_nothing(recipe: Recipe) -> None:
    notes = " ".join(recipe.notes)
    assert "mean Crime Severity Score of its police.uk category" in notes
    assert "Anti-social behaviour has no Crime Severity Score weight: it is counted and weighs nothing" in notes


def test_there_are_fourteen_measures_and_one_theme_of_them_all(recipe: Recipe) -> None:
    assert len(recipe.measures) == 14
    assert [theme.id for theme in recipe.themes] == ["all_crime"]
    assert recipe.select(["all_crime"]) == recipe.all


def test_every_measure_takes_a_category_of_its_own_and_a_bit_of_its_own(recipe: Recipe) -> None:
    assert len({measure.category for measure in recipe.measures}) == 14
    assert sorted(measure.mask for measure in recipe.measures) == [1 << bit for bit in range(14)]


def test_each_category_weighs_what_the_published_table_says(recipe: Recipe) -> None:
    """By category name, with the capitals of the table, so that a weight given to another category is seen."""
    text = (files("harmgrid") / "data" / "police_uk_category_mean_css2020.csv").read_text(encoding="utf-8")
    table = {row["policeuk_cat"].lower(): row for row in csv.DictReader(text.splitlines())}
    weighed = {measure.category.lower(): measure.points for measure in recipe.measures if measure.weight}
    assert weighed.keys() == table.keys()
    for category, row in table.items():
        assert weighed[category].points == float(row["mean_css_weight"])
        assert weighed[category].second_moment == float(row["css_second_moment"])
        assert weighed[category].points == pytest.approx(float(row["harm"]) / float(row["number_of_offences"]))


def test_burglary_weighs_377_points(recipe: Recipe) -> None:
    (burglary,) = (measure for measure in recipe.measures if measure.id == "burglary")
    assert burglary.points.points == pytest.approx(377.47, abs=0.005)


def test_anti_social_behaviour_has_no_weight_and_adds_nothing(recipe: Recipe) -> None:
    (disorder,) = (measure for measure in recipe.measures if measure.weight is None)
    assert disorder.id == "anti-social-behaviour"
    assert disorder.points == (0.0, 0.0)


def test_a_second_moment_is_never_below_the_square_of_its_mean(recipe: Recipe) -> None:
    for measure in recipe.measures:
        assert measure.points.second_moment >= measure.points.points**2 * (1 - 1e-12)


def test_drugs_and_weapons_are_found_by_the_police_and_nothing_else_is(recipe: Recipe) -> None:
    found = {measure.id for measure in recipe.measures if measure.generated == "police"}
    assert found == {"drugs", "possession-of-weapons"}


def test_measures_and_themes_are_chosen_together() -> None:
    assert RECIPE.select(["burglary"]) == {"burglary"}
    assert RECIPE.select(["drugs", "burglary", "drugs"]) == {"burglary", "drugs"}
    assert RECIPE.select(["all_crime", "drugs"]) == {"asb", "burglary", "drugs"}
    assert RECIPE.select([]) == frozenset()


def test_a_question_is_counted_under_the_bits_of_its_measures() -> None:
    assert RECIPE.counted(ask("2021-11..2021-11", measures=frozenset())) == Counted(0)
    asked = ask("2021-11..2021-11", measures=frozenset({"asb", "drugs"}), counting="once", whatif=(("drugs", 2.5),))
    assert RECIPE.counted(asked) == Counted(0b101, "once", ((2, 2.5),))
    assert RECIPE.counted(asked).by_bit.tolist() == [1, 1, 2.5] + [1] * 29


@pytest.mark.parametrize("name", ["", "Burglary", "burglary ", "murder", "all", "é", "burglary'--", "x" * 100_000])
def test_a_name_that_is_neither_measure_nor_theme_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(UnknownParameter, match="all_crime, asb, burglary, drugs") as raised:
        RECIPE.select(["burglary", name])
    assert len(str(raised.value)) < 400
