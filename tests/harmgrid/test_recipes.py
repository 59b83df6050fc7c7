"""The shipped recipes against what they promise, and a force's own recipe, whole and with every kind of mistake."""

from importlib.resources import files
from pathlib import Path

import pytest

from harmgrid.errors import InvalidRecipe
from harmgrid.measures import Local, Measure
from harmgrid.recipes import DEFAULT_RECIPE, MOST_MEASURES, Scoring, read_recipe, weight_of_person

pytestmark = pytest.mark.quick

NINE = (
    "ocg_crimes", "pcg_crimes", "drug_supply", "cannabis_farms", "firearms_discharges", "ocg_people", "ucg_pcg_people",
    "drug_deaths", "firearms_intel",
)  # fmt: skip
SMALL = """
id = "own"
title = "Our own"
release = "2026"
source = "agreed"

[[note]]
text = "Ours."

[[note]]
text = "Members are people."
kinds = ["people"]

[weights]
offences = "own.csv"

[same_offence]
"92/21" = "92A"

[links]
involved = ["suspect"]
no_members = ["associate"]

[[theme]]
id = "all"
title = "All"
measures = ["supply", "members"]

[[measure]]
id = "supply"
title = "Supply"
kinds = ["crime"]
where = { offence = ["92A", "92/21"] }
weight = { offence = "92A" }
generated = "police"

[[measure]]
id = "members"
title = "Members"
people = ["OCG", "priority"]
weight = { points = 500, author = "A. N. Analyst", date = "2026-11-23", reason = "agreed" }
generated = "police"
primary = true
"""


@pytest.fixture(scope="module")
def scoring() -> Scoring:
    return read_recipe(DEFAULT_RECIPE)


@pytest.fixture(scope="module")
def street(scoring: Scoring) -> Scoring:
    """What is left of it for records of data.police.uk alone."""
    return scoring.fed(frozenset({"street_crime"}))


def own_recipe(folder: Path, text: str = SMALL) -> Scoring:
    (folder / "own.csv").write_text("code,points\n92A,512.5\n", encoding="utf-8")
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return read_recipe(str(folder / "own.toml"))


def named(scoring: Scoring, name: str) -> Measure:
    (found,) = (measure for measure in scoring.recipe.measures if measure.id == name)
    return found


def test_the_recipe_carries_its_id_its_release_and_its_source(scoring: Scoring) -> None:
    recipe = scoring.recipe
    assert (recipe.id, recipe.release) == (DEFAULT_RECIPE, "CSS 2020")
    assert "Office for National Statistics" in recipe.source
    assert "Open Government Licence" in recipe.source


def test_the_notes_say_that_weights_are_category_means_and_that_disorder_weighs_nothing(scoring: Scoring) -> None:
    notes = " ".join(scoring.recipe.notes)
    assert "mean Crime Severity Score of its police.uk category" in notes
    assert "Anti-social behaviour has no Crime Severity Score weight: it is counted and weighs nothing" in notes
    assert "linked to two groups counts once in the total and once for each group" in notes


def test_the_primary_score_has_the_nine_measures(scoring: Scoring) -> None:
    assert scoring.recipe.default == scoring.recipe.select(["primary"]) == set(NINE)
    assert tuple(measure.id for measure in scoring.recipe.measures[:9]) == NINE


def test_every_measure_has_a_bit_of_its_own_and_there_is_one_left_for_who_found_it(scoring: Scoring) -> None:
    assert [measure.bit for measure in scoring.recipe.measures] == list(range(len(scoring.recipe.measures)))
    assert MOST_MEASURES == 31


def test_for_street_crime_there_are_fourteen_measures_and_one_theme_of_them_all(street: Scoring) -> None:
    recipe = street.recipe
    assert [measure.bit for measure in recipe.measures] == list(range(14))
    assert [theme.id for theme in recipe.themes] == ["all_crime"]
    assert recipe.select(["all_crime"]) == recipe.all == recipe.default
    assert len(street.takes) == len(street.otherwise) == 14


def test_every_measure_of_street_crime_takes_a_category_of_its_own(street: Scoring) -> None:
    taken = [dict(takes.where)["category"] for takes in street.takes]
    assert all(len(categories) == 1 for categories in taken)
    assert len(frozenset[str]().union(*taken)) == 14
    assert street.known_categories == frozenset[str]().union(*taken)


def test_each_measure_of_street_crime_weighs_the_mean_of_its_category(street: Scoring) -> None:
    for measure, takes, otherwise in zip(street.recipe.measures, street.takes, street.otherwise, strict=True):
        ((category,),) = dict(takes.where).values()
        mean = street.categories.get(category.lower())
        if measure.id == "anti-social-behaviour":
            assert (measure.weighed, measure.points, mean) == ("nothing", None, None)
        else:
            assert (measure.weighed, otherwise) == ("category", mean)
            assert mean is not None
            assert measure.points == mean.points


def test_burglary_weighs_377_points(street: Scoring) -> None:
    assert named(street, "burglary").points == pytest.approx(377.47, abs=0.005)


def test_drugs_and_weapons_are_found_by_the_police_and_nothing_else_of_street_crime_is(street: Scoring) -> None:
    found = {measure.id for measure in street.recipe.measures if measure.generated == "police"}
    assert found == {"drugs", "possession-of-weapons"}


def test_a_weight_that_nobody_published_says_who_set_it_when_and_why(scoring: Scoring) -> None:
    local = {measure.id: measure for measure in scoring.recipe.measures if measure.weighed == "local"}
    assert set(local) == {"ocg_people", "ucg_pcg_people", "drug_deaths", "firearms_intel"}
    for measure in local.values():
        assert measure.points
        assert measure.local
        assert all(vars(measure.local).values())
    assert all(measure.local is None for measure in scoring.recipe.measures if measure.id not in local)


def test_people_are_the_stock_and_context_weighs_nothing(scoring: Scoring) -> None:
    people = {measure.id for measure in scoring.recipe.measures if measure.unit == "person"}
    assert people == {"ocg_people", "ucg_pcg_people"}
    assert {name: weight_of_person(scoring, named(scoring, name).bit).points for name in people} == {
        "ocg_people": 500,
        "ucg_pcg_people": 250,
    }
    for name in scoring.recipe.select(["context"]):
        assert (named(scoring, name).weighed, named(scoring, name).primary) == ("nothing", False)


def test_the_earlier_release_has_the_same_measures_with_other_weights(scoring: Scoring) -> None:
    earlier = read_recipe("soc-nine-css-2016")
    assert (earlier.recipe.id, earlier.recipe.release) == ("soc-nine-css-2016", "CSS 2016")
    assert [measure.id for measure in earlier.recipe.measures][:9] == list(NINE)
    assert 0 < len(earlier.offences) < len(scoring.offences)
    both = earlier.offences.keys() & scoring.offences.keys()
    assert any(earlier.offences[code] != scoring.offences[code] for code in both)


def test_every_shipped_recipe_reads_and_has_the_id_of_its_file() -> None:
    names = [path.name.removesuffix(".toml") for path in (files("harmgrid") / "data" / "recipes").iterdir()]
    assert DEFAULT_RECIPE in names
    assert [read_recipe(name).recipe.id for name in names] == names


def test_a_force_may_have_its_own_recipe_with_a_table_beside_it(tmp_path: Path) -> None:
    found = own_recipe(tmp_path)
    supply, members = found.recipe.measures
    assert (supply.id, supply.weighed, supply.points, found.otherwise[0]) == (
        "supply",
        "offence",
        None,
        (512.5, 512.5**2),
    )
    assert (members.id, members.unit, members.points) == ("members", "person", 500)
    assert members.local == Local(author="A. N. Analyst", date="2026-11-23", reason="agreed")
    assert found.offences["92/21"] == found.offences["92A"]
    assert found.recipe.default == {"members"}
    assert found.recipe.stock == 0b10


def test_measures_that_nothing_feeds_are_left_out_with_their_bits_and_themes(tmp_path: Path) -> None:
    found = own_recipe(tmp_path)
    for kinds, left, bits in (
        (["crime"], ["supply"], [0]),
        (["people"], ["members"], [0]),
        (["crime", "people"], ["supply", "members"], [0, 1]),
    ):
        fed = found.fed(frozenset(kinds))
        assert [measure.id for measure in fed.recipe.measures] == left
        assert [measure.bit for measure in fed.recipe.measures] == bits
        assert [theme.measures for theme in fed.recipe.themes] == [tuple(left)]
    assert found.fed(frozenset({"farm"})).recipe.themes == ()


def test_a_note_is_there_where_a_source_of_its_kinds_is_and_without_kinds_always(tmp_path: Path) -> None:
    found = own_recipe(tmp_path)
    assert found.fed(frozenset({"crime"})).recipe.notes == ("Ours.",)
    assert found.fed(frozenset({"crime", "people"})).recipe.notes == ("Ours.", "Members are people.")


def test_a_recipe_based_on_a_shipped_one_says_only_what_differs(tmp_path: Path, scoring: Scoring) -> None:
    found = own_recipe(tmp_path, f'based_on = "{DEFAULT_RECIPE}"\nid = "own"\n[[note]]\ntext = "Ours."\n')
    assert (found.recipe.id, found.recipe.notes) == ("own", ("Ours.",))
    assert found.recipe.measures == scoring.recipe.measures


@pytest.mark.parametrize("name", ["", "none", "../recipes/soc-nine-css-2020", "soc-nine-css-2020 ", "x" * 9_999])
def test_a_recipe_that_is_not_shipped_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(InvalidRecipe, match=DEFAULT_RECIPE) as raised:
        read_recipe(name)
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ('id = "own"\n', ""),
        ('id = "own"\n', 'id = "own"\ncolour = "red"\n'),
        ('title = "Our own"', "title = "),
        ('text = "Ours."', 'words = "Ours."'),
        ("[weights]", "weights = 7\n[other]"),
        ('offences = "own.csv"', 'offences = "gone.csv"'),
        ('offences = "own.csv"', 'offences = "../own.csv"'),
        ('involved = ["suspect"]', ""),
        ('measures = ["supply", "members"]', 'measures = ["supply", "other"]'),
        ('id = "members"', 'id = "supply"'),
        ('id = "members"', 'id = "all"'),
        ('kinds = ["crime"]', ""),
        ('kinds = ["crime"]', 'kinds = ["crime"]\npeople = ["OCG"]'),
        ('kinds = ["crime"]', 'kinds = ["crime"]\nlinked = ["priority"]'),
        ('kinds = ["crime"]', 'kinds = ["crime"]\nlinked = ["GANG"]'),
        ("where = { offence", "where = { colour"),
        ("where = { offence = [", "whose = { offence = ["),
        ('people = ["OCG", "priority"]', 'people = ["everyone"]'),
        ('weight = { offence = "92A" }', 'weight = { offence = "99Z" }'),
        ('weight = { offence = "92A" }', "weight = 512.5"),
        ('weight = { offence = "92A" }', 'weight = "heavy"'),
        ('author = "A. N. Analyst", ', ""),
        ('author = "A. N. Analyst"', 'author = " "'),
        ("points = 500", 'points = "many"'),
        ('generated = "police"', 'generated = "chance"'),
        ('generated = "police"', ""),
    ],
)
def test_a_recipe_with_a_mistake_is_refused_by_name(tmp_path: Path, there: str, instead: str) -> None:
    assert there in SMALL
    with pytest.raises(InvalidRecipe, match=r"own\.toml|gone\.csv|own\.csv") as raised:
        own_recipe(tmp_path, SMALL.replace(there, instead))
    assert len(str(raised.value)) < 700


@pytest.mark.parametrize("points", ["-1", "nan", "inf", "1e12"])
def test_a_local_weight_that_is_none_is_refused(tmp_path: Path, points: str) -> None:
    with pytest.raises(InvalidRecipe):
        own_recipe(tmp_path, SMALL.replace("points = 500", f"points = {points}"))


def test_more_measures_than_a_signature_has_bits_are_refused(tmp_path: Path) -> None:
    more = "".join(
        f'\n[[measure]]\nid = "m{i}"\ntitle = "M"\nkinds = ["crime"]\ngenerated = "victim"\n'
        for i in range(MOST_MEASURES - 2)
    )
    assert len(own_recipe(tmp_path, SMALL + more).recipe.measures) == 31
    one_more = more.replace('"m0"', '"n0"', 1) + more
    with pytest.raises(InvalidRecipe, match="1 to 31"):
        own_recipe(tmp_path, SMALL + one_more)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"= = =", b"", b"measure = 7", b"[[measure]]\n", b"id = 1\n" * 2])
def test_a_file_that_is_no_recipe_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.toml").write_bytes(content)
    with pytest.raises(InvalidRecipe, match=r"own\.toml"):
        read_recipe(str(tmp_path / "own.toml"))


def test_a_recipe_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecipe, match="does not read"):
        read_recipe(str(tmp_path / "gone.toml"))
