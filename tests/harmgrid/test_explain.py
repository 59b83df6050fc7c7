"""One place by hand on the small force: its figures, what they are made of, and what hangs on a single event."""

import math

import h3
import pytest
import shapely

from harmgrid import grid
from harmgrid.errors import UnknownPlace
from harmgrid.explain import Largest, Part, describe_place
from harmgrid.types import Counting, Sum
from harmgrid.view import rank_sectors
from tests.small_force import ALDER_WEST, AREAS, AT_SEA, BIRCH, HAPPENINGS, SECTOR_LIST, ask, small_force, with_people

pytestmark = pytest.mark.quick

WHOLE = ask("2021-12..2022-02")


def hexagon(where: tuple[float, float], resolution: int) -> str:
    return str(h3.latlng_to_cell(where[1], where[0], resolution))


def test_a_sector_in_detail() -> None:
    found = describe_place(small_force(), "C1", WHOLE)
    assert (found.id, found.kind, found.name, found.resolution) == ("C1", "sector", "Cêdre 雪松", None)
    assert (found.level, found.people) == ("sector", 0.0)
    assert found.bounds == (3.0, 56.02, 3.04, 56.04)
    assert SECTOR_LIST[2].geometry.contains(shapely.Point(found.center))
    assert found.sector == SECTOR_LIST[2]
    assert (found.count, found.harm, found.rank, found.of) == (3, 300.0, 1, 3)
    assert (found.share, found.standard_error) == (300 / 850, math.sqrt(60_000))
    assert list(found.parts.items()) == [
        ("burglary", Part(count=2, people=0.0, harm=200.0, share=2 / 3)),
        ("drugs", Part(count=1, people=0.0, harm=100.0, share=1 / 3)),
    ]
    assert found.baseline is None


def test_an_area_of_another_level_in_detail() -> None:
    """South: Alder and Birch with 3 events and 200 points each."""
    found = describe_place(small_force(), "area:S", WHOLE)
    assert (found.id, found.kind, found.level, found.name) == ("area:S", "sector", "area", "South")
    assert (found.count, found.harm, found.share) == (6, 400.0, 400 / 850)
    assert (found.rank, found.of, found.sector) == (1, 2, AREAS[1])
    assert found.rank_range == rank_sectors(small_force(), WHOLE, "area").sectors[0].rank_range


def test_the_months_of_a_place_by_hand() -> None:
    """Cedar: nothing in 2021-11, a burglary in 2021-12, nothing delivered for 2022-01, the double one in 2022-02."""
    found = describe_place(small_force(), "C1", ask("2021-11..2021-11", "2021-12..2021-12"))
    assert found.series.count.tolist() == [0, 1, 0, 2]
    assert found.series.harm.tolist() == [0.0, 100.0, 0.0, 200.0]
    assert (found.count, found.harm, found.parts) == (0, 0.0, {})
    assert found.baseline == Sum(1, 100.0)


def test_parts_are_in_order_of_harm_and_then_of_count() -> None:
    found = describe_place(small_force(), "A1", ask("2021-11..2022-02"))
    assert list(found.parts.items()) == [
        ("burglary", Part(count=3, people=0.0, harm=300.0, share=1.0)),
        ("asb", Part(count=2, people=0.0, harm=0.0, share=0.0)),
    ]


@pytest.mark.parametrize("resolution", grid.RESOLUTIONS)
def test_a_hexagon_in_detail_at_every_level(resolution: int) -> None:
    """Its events are those whose points h3 puts into the parent of their finest cell."""
    place = h3.cell_to_parent(hexagon(ALDER_WEST, 9), resolution)
    found = describe_place(small_force(), place, WHOLE)
    inside = [
        event
        for event in HAPPENINGS
        if event.where[0] > 0
        and event.month >= "2021-12"
        and h3.cell_to_parent(hexagon(event.where, 9), resolution) == place
    ]
    assert found.count == sum(event.signature.bit_count() for event in inside)
    lat, lon = h3.cell_to_latlng(place)
    assert found.center == pytest.approx((lon, lat))
    west, south, east, north = found.bounds
    assert west < lon < east
    assert south < lat < north
    assert (found.id, found.kind, found.name, found.resolution) == (place, "hexagon", None, resolution)
    held = {h3.cell_to_parent(hexagon(event.where, 9), resolution) for event in HAPPENINGS if event.where[0] > 0}
    assert found.of == len(held)
    assert 1 <= found.rank <= found.of


def test_the_finest_hexagon_by_hand() -> None:
    """Alder's west: of its burglaries one lies in the window."""
    found = describe_place(small_force(), hexagon(ALDER_WEST, 9), WHOLE)
    assert (found.count, found.harm, found.share) == (1, 100.0, 100 / 850)
    assert found.sector is not None
    assert found.sector.id == "A1"
    # Cedar 300, Birch 200, then Alder west and east with 100 each, and one drug event outside
    assert (found.rank, found.of) == (3, 5)
    assert describe_place(small_force(), hexagon(AT_SEA, 9), WHOLE).sector is None


def test_a_hexagon_that_never_had_an_event_is_a_place_with_nothing() -> None:
    found = describe_place(small_force(), hexagon((10.0, 57.0), 9), WHOLE)
    assert (found.count, found.harm, found.share, found.standard_error, found.parts) == (0, 0.0, 0.0, 0.0, {})
    assert found.sector is None
    assert found.series.count.tolist() == [0, 0, 0, 0]
    assert (found.rank, found.of) == (6, 6), "behind the five that hold events, and itself one of them"


@pytest.mark.parametrize(
    "place",
    [
        "",
        "Z9",
        "a1",
        "A1 ",
        "Alder & Elm",
        "S",
        "area:A1",
        "sector:A1",
        "area:",
        "891960D3437FFFF",
        "0" * 15,
        "../A1",
        "-1",
        "A1\x00",
        "9" * 9_999,
        hexagon(BIRCH, 10),
        hexagon(BIRCH, 15),
        hexagon(BIRCH, 2),
        hexagon(BIRCH, 0),
    ],
)
def test_an_unknown_place_is_refused(place: str) -> None:
    with pytest.raises(UnknownPlace):
        describe_place(small_force(), place, WHOLE)


@pytest.mark.parametrize(
    ("counting", "harm", "largest"),
    [
        # Cedar: a burglary of 100, and one of 100 that drugs counts too
        ("each", 300.0, Largest(harm=200.0, share=2 / 3, without=100.0)),
        ("once", 200.0, Largest(harm=100.0, share=1 / 2, without=100.0)),
    ],
)
def test_the_heaviest_event_and_the_score_without_it(counting: Counting, harm: float, largest: Largest) -> None:
    found = describe_place(small_force(), "C1", ask("2021-12..2022-02", counting=counting))
    assert (found.harm, found.largest) == (harm, largest)


def test_the_heaviest_event_is_of_the_window_and_of_the_chosen_measures() -> None:
    """Birch: drugs of 50 until 2021-12, a burglary of 100 in 2022-02."""
    early = describe_place(small_force(), "B1", ask("2021-11..2021-12"))
    drugs = describe_place(small_force(), "B1", ask("2021-11..2022-02", measures=frozenset({"drugs"})))
    for found in (early, drugs):
        assert found.largest == Largest(harm=50.0, share=1 / 3, without=100.0)
    nothing = describe_place(small_force(), "B1", ask("2021-11..2022-02", measures=frozenset({"asb"})))
    assert nothing.largest is None


def test_who_brought_it_to_light_is_told_apart() -> None:
    """Birch: a burglary, which a victim reported, and two drugs events, which police found."""
    found = describe_place(small_force(), "B1", WHOLE)
    assert found.generated == {
        "victim": Part(count=1, people=0.0, harm=100.0, share=1 / 2),
        "police": Part(count=2, people=0.0, harm=100.0, share=1 / 2),
    }


def test_what_police_found_under_one_of_its_measures_they_found() -> None:
    """Cedar: a burglary, and a burglary for drugs, which counts under both."""
    found = describe_place(small_force(), "C1", WHOLE)
    assert found.generated == {
        "victim": Part(count=1, people=0.0, harm=100.0, share=1 / 3),
        "police": Part(count=2, people=0.0, harm=200.0, share=2 / 3),
    }


def test_people_are_parts_without_events() -> None:
    """Birch with drugs as people: one at the end of 2021-11, two at the end of 2021-12."""
    found = describe_place(with_people(), "B1", ask("2021-11..2021-12"))
    assert (found.count, found.people, found.harm) == (0, 1.5, 75.0)
    assert found.parts == {"drugs": Part(count=0, people=1.5, harm=75.0, share=1.0)}
    assert found.series.people.tolist() == [1, 2, 0, 0]
    assert found.series.harm.tolist() == [50, 100, 0, 100]


def test_the_range_of_a_score_is_two_standard_errors_and_never_below_zero() -> None:
    """Cedar: 300 with a variance of 12,000 + 4 x 12,000; Birch: 200 with 17,200."""
    wide, narrow = (describe_place(small_force(), sector, WHOLE).interval for sector in ("C1", "B1"))
    assert wide == (0.0, 300 + 1.96 * math.sqrt(60_000))
    assert narrow == (0.0, 200 + 1.96 * math.sqrt(17_200))
    sure = describe_place(small_force(), "A1", ask("2021-12..2022-02", measures=frozenset({"asb"})))
    assert sure.interval == (0.0, 0.0)


def test_the_range_of_a_rank_is_that_of_the_list() -> None:
    for line in rank_sectors(small_force(), WHOLE).sectors:
        assert describe_place(small_force(), line.id, WHOLE).rank_range == line.rank_range
    assert describe_place(small_force(), hexagon(BIRCH, 9), WHOLE).rank_range is None


def test_a_what_if_changes_harm_and_not_events() -> None:
    """Birch: a burglary of 100 and two drugs events of 50; drugs four times as heavy make it 100 + 400."""
    asked = ask("2021-12..2022-02", whatif=(("drugs", 4.0),))
    found = describe_place(small_force(), "B1", asked)
    assert (found.count, found.harm) == (3, 500.0)
    assert found.standard_error == pytest.approx(math.sqrt(12_000 + 2 * 16 * 2_600))
    assert found.parts["drugs"] == Part(count=2, people=0.0, harm=400.0, share=0.8)
    assert [line.id for line in rank_sectors(small_force(), WHOLE).sectors] == ["C1", "A1", "B1"]
    # Cedar: 100, and 100 once and four times
    again = [(line.id, line.harm) for line in rank_sectors(small_force(), asked).sectors]
    assert again == [("C1", 600.0), ("B1", 500.0), ("A1", 200.0)]
