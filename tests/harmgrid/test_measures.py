"""Measures and themes of a recipe: chosen by name, counted by bit."""

from dataclasses import replace

import pytest

from harmgrid.cube import Counted
from harmgrid.errors import UnknownParameter
from tests.small_force import RECIPE, ask

pytestmark = pytest.mark.quick


def test_measures_and_themes_are_chosen_together() -> None:
    assert RECIPE.select(["burglary"]) == {"burglary"}
    assert RECIPE.select(["drugs", "burglary", "drugs"]) == {"burglary", "drugs"}
    assert RECIPE.select(["all_crime", "drugs"]) == {"asb", "burglary", "drugs"}
    assert RECIPE.select([]) == frozenset()


def test_the_measures_of_the_primary_score_are_asked_for_by_default_and_all_where_there_is_none() -> None:
    assert RECIPE.default == RECIPE.all == {"asb", "burglary", "drugs"}
    asb, burglary, drugs = RECIPE.measures
    assert replace(RECIPE, measures=(asb, replace(burglary, primary=True), drugs)).default == {"burglary"}


def test_a_question_is_counted_under_the_bits_of_its_measures() -> None:
    assert RECIPE.counted(ask("2021-11..2021-11", measures=frozenset())) == Counted(0)
    asked = ask("2021-11..2021-11", measures=frozenset({"asb", "drugs"}), counting="once", whatif=(("drugs", 2.5),))
    assert RECIPE.counted(asked) == Counted(0b101, "once", ((2, 2.5),))
    assert RECIPE.counted(asked).by_bit.tolist() == [1, 1, 2.5] + [1] * 29


def test_people_are_counted_as_stock_whether_asked_for_or_not() -> None:
    asb, burglary, drugs = RECIPE.measures
    with_people = replace(RECIPE, measures=(asb, burglary, replace(drugs, unit="person")))
    assert with_people.counted(ask("2021-11..2021-11")) == Counted(0b111, stock=0b100)
    assert with_people.counted(ask("2021-11..2021-11", measures=frozenset({"asb"}))) == Counted(0b001, stock=0b100)


@pytest.mark.parametrize("name", ["", "Burglary", "burglary ", "murder", "all", "é", "burglary'--", "x" * 100_000])
def test_a_name_that_is_neither_measure_nor_theme_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(UnknownParameter, match="all_crime, asb, burglary, drugs") as raised:
        RECIPE.select(["burglary", name])
    assert len(str(raised.value)) < 400
