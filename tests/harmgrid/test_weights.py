"""Weight tables: the shipped ones against what was published, and every way in which one can be wrong."""

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from harmgrid.errors import InvalidRecipe
from harmgrid.weights import Weight, category_means, offence_weights

pytestmark = pytest.mark.quick

CATEGORIES = "police_uk_category_mean_css2020.csv"


def test_each_category_weighs_what_the_published_table_says() -> None:
    text = (files("harmgrid") / "data" / CATEGORIES).read_text(encoding="utf-8")
    table = {row["policeuk_cat"].lower(): row for row in csv.DictReader(text.splitlines())}
    found = category_means(CATEGORIES)
    assert found.keys() == table.keys()
    for category, row in table.items():
        assert found[category] == (float(row["mean_css_weight"]), float(row["css_second_moment"]))
        assert found[category].points == pytest.approx(float(row["harm"]) / float(row["number_of_offences"]))


def test_a_second_moment_is_never_below_the_square_of_its_mean() -> None:
    for weight in category_means(CATEGORIES).values():
        assert weight.second_moment >= weight.points**2 * (1 - 1e-12)


def test_an_offence_weighs_the_same_each_time() -> None:
    assert Weight.exactly(3.0) == (3.0, 9.0)
    assert all(
        found.weight.second_moment == found.weight.points**2 for found in offence_weights("css_2020.csv").values()
    )


@pytest.mark.parametrize(
    ("table", "code", "points"),
    [
        ("css_2020.csv", "1", 7973.39),
        ("css_2020.csv", "92A", 512.96),
        ("css_2020.csv", "10A", 616.56),
        ("css_2016_partial.csv", "1", 7978.79),
    ],
)
def test_an_offence_weighs_what_its_release_says(table: str, code: str, points: float) -> None:
    assert offence_weights(table)[code].weight.points == pytest.approx(points, abs=0.005)


def test_an_offence_brings_its_category_and_title_where_the_table_has_them(tmp_path: Path) -> None:
    assert offence_weights("css_2020.csv")["1"][1:] == ("Violence and sexual offences", "Murder")
    (tmp_path / "own.csv").write_text("code,points\n1,7\n", encoding="utf-8")
    assert offence_weights("own.csv", tmp_path)["1"] == (Weight(7.0, 49.0), "", "")


def test_a_table_beside_a_recipe_goes_before_a_shipped_one(tmp_path: Path) -> None:
    assert len(offence_weights("css_2020.csv", tmp_path)) > 1
    (tmp_path / "css_2020.csv").write_text("\ufeffcode,points,why\n1,7,agreed\n", encoding="utf-8")
    assert list(offence_weights("css_2020.csv", tmp_path)) == ["1"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"code;points\n1;7\n",
        b"Code,Points\n1,7\n",
        b"code,points\n1,\n",
        b"code,points\n1\n",
        b"code,points\n1,seven\n",
        b"code,points\n1,-1\n",
        b"code,points\n1,nan\n",
        b"code,points\n1,inf\n",
        b"code,points\n1,1e9\n",
        b"code,points\n1,7\n1,7\n",
        b'code,points\n"1,7\n',
        b"code,points\n\xff,7\n",
        b"PK\x03\x04\x00\x00",
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.csv").write_bytes(content)
    with pytest.raises(InvalidRecipe, match=r"the weight table own\.csv") as raised:
        offence_weights("own.csv", tmp_path)
    assert len(str(raised.value)) < 700


@pytest.mark.parametrize("table", ["", ".", "..", "none.csv", "../own.csv", "/etc/passwd", "folder/own.csv"])
def test_a_table_is_beside_its_recipe_or_shipped_and_nowhere_else(tmp_path: Path, table: str) -> None:
    (tmp_path / "own.csv").write_text("code,points\n1,7\n", encoding="utf-8")
    (tmp_path / "inside").mkdir()
    with pytest.raises(InvalidRecipe):
        offence_weights(table, tmp_path / "inside")
