"""What a text can mean to the small force: its sectors are Alder & Elm, Birch and Cêdre, its areas North and South."""

import h3
import numpy as np
import pytest
import shapely

from harmgrid.finding import HOW, MOST, Found, find_places
from harmgrid.sectors import Sector
from tests.small_force import BIRCH, SECTOR_LIST, small_force, with_sectors

pytestmark = pytest.mark.quick

WEST_OF_NEWCASTLE, SOUTH = -1.70, 54.90


def found(text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.place) for each in find_places(small_force(), text).found]


def on_the_tyne(text: str) -> Found:
    """What it means to a force of three squares between Newcastle and Gateshead."""
    sectors = tuple(
        Sector(id=f"T{i}", name=f"Tyne {i}", geometry=shapely.box(west, SOUTH, west + 0.1, SOUTH + 0.1))
        for i, west in enumerate(WEST_OF_NEWCASTLE + 0.1 * np.arange(3))
    )
    (only,) = find_places(with_sectors(small_force(), sectors=sectors), text).found
    return only


@pytest.mark.parametrize("text", ["Birch", "birch", "  BIRCH ", "bir", "b1", "B1", "irc"])
def test_a_sector_is_found_by_its_name_its_id_or_a_part_of_them(text: str) -> None:
    assert found(text) == [("area", "B1")]


@pytest.mark.parametrize("text", ["cedre", "CÊDRE", "Ce\u0302dre", "雪松", "cedre, 雪松"])
def test_accents_and_case_make_no_difference(text: str) -> None:
    assert found(text) == [("area", "C1")]


@pytest.mark.parametrize("text", ["alder & elm", "alder elm", "Alder, Elm", "elm", "elm ald"])
def test_signs_between_words_and_their_order_make_no_difference(text: str) -> None:
    assert found(text) == [("area", "A1")]


def test_areas_of_every_level_are_found_and_say_what_they_are_in() -> None:
    (south,) = find_places(small_force(), "south").found
    assert (south.place, south.level, south.title, south.subtitle) == ("area:S", "area", "South", "S")
    assert south.bounds == (3.00, 56.00, 3.04, 56.02)
    (birch,) = find_places(small_force(), "birch").found
    assert (birch.level, birch.subtitle) == ("sector", "B1, South")


def test_the_same_comes_before_a_beginning_before_a_word_before_a_part() -> None:
    names = ("Fernash", "Old Ash", "Ashby", "Ash", "Elm")
    geometry = SECTOR_LIST[0].geometry
    sectors = tuple(Sector(id=str(i), name=name, geometry=geometry) for i, name in enumerate(names))
    findings = find_places(with_sectors(small_force(), sectors=sectors), "ash")
    assert [each.title for each in findings.found] == ["Ash", "Ashby", "Old Ash", "Fernash"]


def test_no_more_than_ten_are_found() -> None:
    geometry = SECTOR_LIST[0].geometry
    sectors = tuple(Sector(id=str(i), name=f"Ash {i}", geometry=geometry) for i in range(30))
    assert len(find_places(with_sectors(small_force(), sectors=sectors), "ash").found) == MOST == 10


def test_an_h3_index_is_a_hexagon_and_names_the_sector() -> None:
    index = str(h3.latlng_to_cell(BIRCH[1], BIRCH[0], 8))
    for text in (index, index.upper(), f" {index} "):
        (hexagon,) = find_places(small_force(), text).found
        assert (hexagon.kind, hexagon.place, hexagon.title) == ("h3", index, f"H3 {index}")
        assert hexagon.subtitle == "Hexagon in Birch"


def test_a_finer_hexagon_leads_to_the_one_that_holds_it_and_says_so() -> None:
    index = str(h3.latlng_to_cell(BIRCH[1], BIRCH[0], 12))
    (hexagon,) = find_places(small_force(), index).found
    assert hexagon.place == h3.cell_to_parent(index, 9)
    assert hexagon.subtitle == f"Hexagon in Birch; it holds {index}, which is finer than any here"


def test_a_coarser_hexagon_is_told_to_be_too_large() -> None:
    findings = find_places(small_force(), str(h3.latlng_to_cell(BIRCH[1], BIRCH[0], 2)))
    assert findings.found == ()
    assert findings.note == f"That hexagon is larger than any here; the coarsest are of resolution 3. {HOW}"


@pytest.mark.parametrize(
    "text",
    ["56.01, 3.03", "3.03, 56.01", "3.03 56.01", "56.01;3.03", "56.01N 3.03E", "56.01° N, 3.03° E", "E3.03, N56.01"],
)
def test_longitude_and_latitude_are_told_apart_by_where_the_force_is(text: str) -> None:
    assert found(text) == [("lonlat", str(h3.latlng_to_cell(BIRCH[1], BIRCH[0], 9)))]


@pytest.mark.parametrize(
    "text", ["3.03 N, 56.01 E", "56.01 N, 3.03 W", "-56.01, 3.03", "51.5, -0.1", "TQ 30 80", "0,0"]
)
def test_a_position_elsewhere_is_told_to_be_outside(text: str) -> None:
    findings = find_places(small_force(), text)
    assert findings.found == ()
    assert findings.note == f"That position lies outside Small Force (synthetic). {HOW}"


def test_a_western_longitude_is_below_zero() -> None:
    expected = str(h3.latlng_to_cell(54.97, -1.62, 9))
    for text in ("54.97, -1.62", "54.97, \N{MINUS SIGN}1.62", "54.97N 1.62W", "1.62w, 54.97n"):
        assert on_the_tyne(text).place == expected
    assert on_the_tyne("54.97, -1.62").title == "54.9700° N, 1.6200° W"


@pytest.mark.parametrize(
    ("text", "resolution"),
    [("NZ2464", 8), ("nz 24 64", 8), ("NZ 245 641", 9), ("NZ 24512 64123", 9), ("NZ26", 5)],
)
def test_a_grid_reference_is_the_hexagon_at_its_middle_about_as_large(text: str, resolution: int) -> None:
    square = on_the_tyne(text)
    assert (square.kind, square.title) == ("gridref", text.upper())
    assert h3.get_resolution(square.place) == resolution
    if resolution == 8:  # the middle of NZ 24 64 is 54.9745 N, 1.6188 W
        assert square.place == h3.latlng_to_cell(54.9745, -1.6188, 8)


@pytest.mark.parametrize(
    "text", ["", " ", "'; DROP TABLE", "%", "\x00", "NZ", "1,2,3", "9" * 80, "é" * 80, "((((" * 20]
)
def test_what_means_nothing_is_answered_with_what_can_be_typed(text: str) -> None:
    findings = find_places(small_force(), text)
    assert findings.found == ()
    assert findings.note == (f"Nothing here goes by that. {HOW}" if text.strip() else HOW)
