"""Answers about the small force, each worked out by hand beside it (the events are in tests/small_force.py).

Window 2021-12..2022-02 (2022-01 missing), all measures, counted under each:

    Cedar  1 burglary + 1 burglary for drugs, under both   count 1 + 2  harm 100 + 2 x 100  variance 5 x 12,000
    Alder  2 burglaries + 1 disorder                       count 3      harm 200            variance 2 x 12,000
    Birch  2 drugs + 1 burglary                            count 3      harm 100 + 100      variance 12,000 + 2 x 2,600
    no location 1 burglary, outside 1 drugs                count 1 + 1  harm 100 + 50
    total                                                  count 11     harm 850
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from harmgrid import grid
from harmgrid.cube import build_cube
from harmgrid.errors import InvalidWindow
from harmgrid.explain import describe_place
from harmgrid.published import HEXAGONS, SECTORS, Group
from harmgrid.tiles import TileAddress
from harmgrid.tileview import encode_tile
from harmgrid.types import Counting, Figure, Sum, Window, month_from_text
from harmgrid.view import (
    RankedSector,
    change_breaks,
    class_breaks,
    comparable,
    force_bounds,
    force_series,
    rank_groups,
    rank_sectors,
)
from tests.small_force import (
    BIRCH,
    BURGLARY,
    CEDAR,
    HAPPENINGS,
    SECTOR_LIST,
    Happening,
    ask,
    events_at,
    publish,
    small_force,
    with_people,
    with_sectors,
)
from tests.tile_reader import every_tile

pytestmark = pytest.mark.quick

WHOLE = ask("2021-12..2022-02")
ZOOMS = list(grid.FINEST_AT_ZOOM)
FIGURES: tuple[Figure, ...] = ("harm", "count", "per_km2", "per_1000_residents")


def test_the_list_by_hand() -> None:
    found = rank_sectors(small_force(), WHOLE)
    assert [(line.id, line.rank, line.tied, line.count, line.harm) for line in found.sectors] == [
        ("C1", 1, False, 3, 300.0),
        ("A1", 2, True, 3, 200.0),
        ("B1", 2, True, 3, 200.0),
    ]
    assert [line.name for line in found.sectors] == ["Cêdre 雪松", "Alder & Elm", "Birch"]
    assert [line.share for line in found.sectors] == [300 / 850, 200 / 850, 200 / 850]
    assert [line.standard_error for line in found.sectors] == [
        math.sqrt(60_000),
        math.sqrt(24_000),
        math.sqrt(17_200),
    ]


def test_the_total_is_the_sectors_and_both_kinds_of_unplaced() -> None:
    found = rank_sectors(small_force(), WHOLE)
    assert found.in_sectors == Sum(9, 700.0)
    assert found.no_location == Sum(1, 100.0)
    assert found.outside_sectors == Sum(1, 50.0)
    assert found.total == Sum(11, 850.0)


def test_the_areas_of_another_level_hold_what_their_sectors_hold() -> None:
    sectors, areas = (rank_sectors(small_force(), WHOLE, level) for level in ("sector", "area"))
    assert [(line.id, line.place, line.count, line.harm) for line in areas.sectors] == [
        ("S", "area:S", 6, 400.0),
        ("N", "area:N", 3, 300.0),
    ]
    assert {line.id: line.parent for line in sectors.sectors} == {"A1": "S", "B1": "S", "C1": "N"}
    assert [line.place for line in sectors.sectors] == ["C1", "A1", "B1"]
    for name in ("in_sectors", "no_location", "outside_sectors", "total"):
        assert getattr(areas, name) == getattr(sectors, name)


def test_people_are_the_mean_of_a_stock_and_no_events() -> None:
    """Drugs as people: Birch has one at the end of 2021-11 and two at the end of 2021-12, the sea one in 2022-02."""
    found = rank_sectors(with_people(), ask("2021-11..2021-12", measures=frozenset({"drugs"})))
    assert [(line.id, line.count, line.people, line.harm) for line in found.sectors] == [
        ("B1", 0, 1.5, 75.0),
        ("A1", 0, 0.0, 0.0),
        ("C1", 0, 0.0, 0.0),
    ]
    assert found.total == Sum(0, 75.0, people=1.5)
    assert found.sectors[0].standard_error == math.sqrt(3 * 2_600 / 2)
    long = rank_sectors(with_people(), ask("2021-11..2022-02"))
    assert long.total == Sum(8, 4 * 50 / 4 + 600.0, people=1.0), "the mean over four months"


def test_rates_are_by_area_and_by_residents_and_say_where_few_live() -> None:
    """1,000, 2,000 and 400 residents: the median is 1,000, and 400 is less than half of it."""
    counted = tuple(replace(s, residents=n) for s, n in zip(SECTOR_LIST, (1_000, 2_000, 400), strict=True))
    found = rank_sectors(with_sectors(small_force(), sectors=counted), WHOLE)
    rates = {line.id: line.rates for line in found.sectors}
    assert {name: (r.residents, r.per_1000_residents, r.few_residents) for name, r in rates.items()} == {
        "A1": (2_000, 100.0, False),
        "B1": (1_000, 200.0, False),
        "C1": (400, 750.0, True),
    }
    # 0.02 degrees of latitude are 2.227 km at 56 degrees north, 0.04 of longitude 2.496 km
    assert rates["C1"].per_km2 == pytest.approx(300 / (2.227 * 2.496), rel=1e-2)
    unknown = rank_sectors(small_force(), WHOLE).sectors[0].rates
    assert (unknown.residents, unknown.per_1000_residents, unknown.few_residents) == (None, None, False)


def test_a_month_that_one_measure_lacks_is_partly_missing_and_one_that_all_lack_is_missing() -> None:
    """Drugs were not delivered for 2021-11 and 2021-12, nothing for 2022-01."""
    december = month_from_text("2021-12")
    force = replace(small_force(), lacking={"drugs": (december - 1, december)})
    drugs, both = frozenset({"drugs"}), frozenset({"drugs", "burglary"})
    window = Window.from_text("2021-12..2022-02")
    assert force.missing(window, drugs) == (december, december + 1)
    assert force.missing(window, both) == (december + 1,)
    assert force.partly_missing(window, both) == {"drugs": (december,)}
    assert force.partly_missing(window, drugs) == {}
    assert comparable(force, ask("2022-02..2022-02", "2021-12..2021-12", measures=both)) is False
    assert comparable(force, ask("2022-02..2022-02", "2021-12..2021-12", measures=both - drugs)) is True
    with pytest.raises(InvalidWindow, match="none of the chosen measures"):
        force.require(ask("2021-11..2021-12", measures=drugs))
    asked = ask("2021-11..2021-12", measures=both)
    assert force.require(asked) == asked


def test_groups_are_in_order_of_harm_and_their_events_once_in_the_total() -> None:
    """Two burglaries of the one, of which one is the other's too."""
    force = small_force()
    events = [Happening("2021-12", BURGLARY, BIRCH)] * 5
    places = np.array([0, 1, 1, 2, 2], dtype=np.uint64)
    linked = replace(
        force,
        groups=(Group("G1", "PCG"), Group("G2", "OCG")),
        group_cube=build_cube(events_at(places, tuple(events)), 4),
    )
    lines, once = rank_groups(linked, WHOLE)
    assert lines == [(Group("G2", "OCG"), Sum(2, 200.0)), (Group("G1", "PCG"), Sum(1, 100.0))]
    assert once == Sum(2, 200.0)
    assert rank_groups(linked, ask("2021-11..2021-11"))[1] == Sum(0, 0.0)
    assert rank_groups(force, WHOLE) == ([], Sum(0, 0.0))


def test_counted_once_an_event_of_two_measures_is_one_event() -> None:
    found = rank_sectors(small_force(), ask("2021-12..2022-02", counting="once"))
    assert [(line.id, line.rank, line.tied, line.count, line.harm) for line in found.sectors] == [
        ("A1", 1, True, 3, 200.0),
        ("B1", 1, True, 3, 200.0),
        ("C1", 1, True, 2, 200.0),
    ]
    assert found.total == Sum(10, 750.0)
    assert found.sectors[2].standard_error == math.sqrt(24_000)


def test_a_part_of_the_measures() -> None:
    """Drugs alone: Birch 2 x 50; Cedar the burglary for drugs at its own 100; 50 outside."""
    found = rank_sectors(small_force(), ask("2021-12..2022-02", measures=frozenset({"drugs"})))
    assert [(line.id, line.rank, line.count, line.harm) for line in found.sectors] == [
        ("B1", 1, 2, 100.0),
        ("C1", 1, 1, 100.0),
        ("A1", 3, 0, 0.0),
    ]
    assert found.total == Sum(4, 250.0)


def test_what_weighs_nothing_is_counted_and_has_no_share() -> None:
    found = rank_sectors(small_force(), ask("2021-11..2022-02", measures=frozenset({"asb"})))
    assert [(line.id, line.rank, line.count, line.harm, line.share) for line in found.sectors] == [
        ("A1", 1, 2, 0.0, None),
        ("B1", 1, 0, 0.0, None),
        ("C1", 1, 0, 0.0, None),
    ]
    assert found.total == Sum(2, 0.0)


def test_movement_is_ranks_gained_on_the_baseline_and_change_is_harm() -> None:
    """2021-12: Alder 200, Birch 2 x 50, Cedar 100. 2021-11: Alder 100, Birch 50, Cedar nothing."""
    found = rank_sectors(small_force(), ask("2021-12..2021-12", "2021-11..2021-11"))
    assert [(line.id, line.rank, line.baseline, line.baseline_rank, line.movement) for line in found.sectors] == [
        ("A1", 1, Sum(2, 100.0), 1, 0),
        ("B1", 2, Sum(1, 50.0), 2, 0),
        ("C1", 2, Sum(0, 0.0), 3, 1),
    ]
    assert [line.change for line in found.sectors] == [100.0, 50.0, 100.0]


def test_a_sector_that_falls_moves_down() -> None:
    """2022-02 against 2021-12: Cedar from third to first, Alder from first to last with disorder alone."""
    found = rank_sectors(small_force(), ask("2022-02..2022-02", "2021-12..2021-12"))
    assert [(line.id, line.harm, line.movement, line.change) for line in found.sectors] == [
        ("C1", 200.0, 1, 100.0),
        ("B1", 100.0, 0, 0.0),
        ("A1", 0.0, -2, -200.0),
    ]


@pytest.mark.parametrize(
    ("window", "baseline", "expected"),
    [
        ("2021-12..2021-12", None, None),
        ("2021-12..2021-12", "2021-11..2021-11", True),
        ("2021-12..2022-01", "2022-01..2022-02", True),  # one month delivered of two in both
        ("2021-11..2021-12", "2022-01..2022-02", False),  # two delivered against one
        ("2022-02..2022-02", "2022-01..2022-02", False),  # one delivered each, but of one and of two
        ("2021-11..2022-02", "2021-12..2022-02", False),
    ],
)
def test_two_windows_compare_when_as_many_months_were_delivered(
    window: str, baseline: str | None, expected: bool | None
) -> None:
    question = ask(window, baseline)
    assert comparable(small_force(), question) is expected
    for line in rank_sectors(small_force(), question).sectors:
        assert (line.movement is not None) is (line.change is not None) is bool(expected)
        assert (line.baseline is not None) is (line.baseline_rank is not None) is (baseline is not None)


def test_classes_of_change_come_from_pairs_that_compare_and_depend_on_the_length_alone() -> None:
    """Of single months only 2021-11 and 2021-12 follow each other, both delivered: 100, 50 and 100; mean 83.3."""
    question = ask("2021-12..2021-12", "2021-11..2021-11")
    found = change_breaks(small_force(), question)
    assert found is not None
    assert found[1]["sectors"] == [pytest.approx(250 / 3)]
    assert change_breaks(small_force(), ask("2022-02..2022-02", "2021-11..2021-11")) == found
    assert change_breaks(small_force(), ask("2022-02..2022-02")) is None
    assert change_breaks(small_force(), ask("2021-11..2021-12", "2022-01..2022-02")) is None


def test_the_same_crimes_share_a_rank_whatever_went_before() -> None:
    """Running sums are subtracted at other heights: 0.1 + 0.1 + 0.1 - 0.1 - 0.1 is not 0.1 in float64."""
    weight = {"2021-11": 7, "2021-12": 3}
    history = tuple(Happening(month, BURGLARY, BIRCH) for month, times in weight.items() for _ in range(times))
    now = tuple(Happening("2022-02", BURGLARY, where) for where in (BIRCH, CEDAR))
    force = publish(history + now)
    uneven = replace(force.sector_cube, harm=force.sector_cube.harm * 3.774699379468708)
    lines = rank_sectors(with_sectors(force, cube=uneven), ask("2022-02..2022-02")).sectors
    assert lines[0].harm != lines[1].harm, "the trap is there"
    assert [(line.id, line.rank, line.tied) for line in lines] == [("B1", 1, True), ("C1", 1, True), ("A1", 3, False)]


def test_the_force_is_as_large_as_its_sectors() -> None:
    assert force_bounds(small_force()) == (3.0, 56.0, 3.04, 56.04)


@pytest.mark.parametrize(("counting", "counts"), [("each", [3, 5, 0, 6]), ("once", [3, 5, 0, 5])])
def test_the_months_of_the_force_by_hand(counting: Counting, counts: list[int]) -> None:
    sums = force_series(small_force(), ask("2021-11..2021-11", counting=counting))
    assert sums.count.tolist() == counts
    assert sums.harm.tolist() == [150.0, 400.0, 0.0, 450.0 if counting == "each" else 350.0]


def test_classes_stand_still_while_a_window_of_their_length_moves() -> None:
    """One month, sectors: Alder 100, 200; Birch 50, 100, 100; Cedar 100, 200. Mean 850/7; above it only 200."""
    moving = [class_breaks(small_force(), ask(f"{month}..{month}")) for month in ("2021-11", "2021-12", "2022-02")]
    assert moving[0] == moving[1] == moving[2]
    hexagons, levels = moving[0]
    # South 150, 300, 100; North 100, 200. Mean 170; above it 200 and 300, of which 300 is above their mean
    assert levels == {"sectors": [pytest.approx(850 / 7)], "area": [170.0, 250.0]}
    assert sorted(hexagons) == list(grid.RESOLUTIONS)


def test_measures_without_weight_have_no_classes() -> None:
    hexagons, levels = class_breaks(small_force(), ask("2021-11..2022-02", measures=frozenset({"asb"})))
    assert levels == {"sectors": [], "area": []}
    assert set(map(tuple, hexagons.values())) == {()}


def test_classes_of_events_by_hand() -> None:
    """One month, events under each measure: Alder 2, 2, 1; Birch 1, 2, 1; Cedar 1, 2. Mean 12/8; above it all are 2."""
    hexagons, levels = class_breaks(small_force(), ask("2021-11..2021-11"), "count")
    assert levels["sectors"] == [1.5]
    assert sorted(hexagons) == list(grid.RESOLUTIONS)


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("months", [1, 2, 4])
def test_classes_of_a_figure_are_those_of_the_listed_figures_of_all_windows(figure: Figure, months: int) -> None:
    """People are never among the events, and Birch, whose residents nobody counted, has no figure per resident."""
    counted = tuple(replace(s, residents=n) for s, n in zip(SECTOR_LIST, (None, 2_000, 400), strict=True))
    force = with_sectors(with_people(), sectors=counted)
    starts = range(force.months.start, force.months.stop - months + 1)
    questions = [replace(WHOLE, window=Window(start, start + months)) for start in starts]
    values = [listed(line, figure) for question in questions for line in rank_sectors(force, question).sectors]
    hexagons, levels = class_breaks(force, questions[0], figure)
    assert levels["sectors"] == pytest.approx(plain_breaks(values))
    if figure == "per_1000_residents":
        assert hexagons == {}
    elif figure == "per_km2":
        assert hexagons == class_breaks(force, questions[0])[0]


def listed(line: RankedSector, figure: Figure) -> float:
    rates = {"per_km2": line.rates.per_km2, "per_1000_residents": line.rates.per_1000_residents or 0.0}
    return rates.get(figure, float(line.count) if figure == "count" else line.harm)


def plain_breaks(values: list[float]) -> list[float]:
    """At most four means, each of what lies above the one before it."""
    head = [value for value in values if value > 0]
    breaks: list[float] = []
    while len(breaks) < 4 and head:
        edge = sum(head) / len(head)
        above = [value for value in head if value > edge + 1e-6]
        if above:
            breaks.append(edge)
        head = above
    return breaks


def test_a_force_without_a_single_event_is_answered_with_zeros() -> None:
    force = publish(())
    found = rank_sectors(force, WHOLE)
    assert [(line.id, line.rank, line.count, line.share) for line in found.sectors] == [
        ("A1", 1, 0, None),
        ("B1", 1, 0, None),
        ("C1", 1, 0, None),
    ]
    assert found.total == Sum(0, 0.0)
    assert describe_place(force, "A1", WHOLE).of == 3
    assert class_breaks(force, WHOLE)[1] == {"sectors": [], "area": []}
    assert force_series(force, WHOLE).count.tolist() == [0, 0, 0, 0]
    for zoom in ZOOMS:
        assert every_tile(force, HEXAGONS, zoom, WHOLE) == {}
        drawn = every_tile(force, SECTORS, zoom, WHOLE).values()
        assert {feature.properties["count"] for features in drawn for feature in features} == {0}


def test_a_force_whose_every_event_is_unplaced_still_adds_up() -> None:
    force = publish(tuple(event for event in HAPPENINGS if event.where[0] != event.where[0]))
    found = rank_sectors(force, ask("2021-11..2022-02"))
    assert (found.in_sectors, found.no_location, found.total) == (Sum(0, 0.0), Sum(1, 100.0), Sum(1, 100.0))
    assert encode_tile(force, HEXAGONS, TileAddress(z=8, x=130, y=79), WHOLE) == b""
