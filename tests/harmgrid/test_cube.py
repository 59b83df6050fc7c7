"""Any window of any measures, by hand on the small force and against a plain loop over random events."""

from dataclasses import fields
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harmgrid.cube import (
    POLICE,
    Counted,
    Cube,
    Events,
    Sums,
    build_cube,
    heaviest_events,
    monthly_sums,
    window_pair_sums,
    window_sums,
)
from harmgrid.sectors import FIRST_SECTOR, NO_LOCATION, OUTSIDE
from harmgrid.types import Counting, Months, Window, month_from_text
from tests.small_force import ASB, BURGLARY, DRUGS, MONTHS, small_force

pytestmark = pytest.mark.quick

EVERYTHING = ASB | BURGLARY | DRUGS
NO_EVENTS = Events(
    np.array([], dtype=np.uint64),
    np.array([], dtype=np.uint32),
    np.array([], dtype=np.int32),
    np.array([], dtype=np.int64),
    np.array([]),
    np.array([]),
    np.array([]),
)


class Entry(NamedTuple):
    """Events of one place, signature and month, of which one weighs (nearly) all of the harm."""

    place: int
    signature: int
    month: int
    events: int
    harm: float
    harm2: float


def columns(entries: list[Entry]) -> Events:
    if not entries:
        return NO_EVENTS
    place, signature, month, count, harm, harm2 = zip(*entries, strict=True)
    return Events(
        np.array(place, dtype=np.uint64),
        np.array(signature, dtype=np.uint32),
        np.array(month, dtype=np.int32),
        np.array(count, dtype=np.int64),
        np.array(harm, dtype=np.float64),
        np.array(harm2, dtype=np.float64),
        np.array(harm, dtype=np.float64),
    )


def require_same(one: Cube, other: Cube) -> None:
    """The same arrays, of the same types."""
    for field in fields(Cube):
        left, right = (np.asarray(getattr(cube, field.name)) for cube in (one, other))
        assert left.dtype == right.dtype, field.name
        np.testing.assert_array_equal(left, right, err_msg=field.name)


def summed(
    cube: Cube, place: int, window: str, *, mask: int = EVERYTHING, counting: Counting = "each"
) -> tuple[float, ...]:
    """Count, harm and variance of one place of the small force."""
    at = cube.positions(np.array([place], dtype=np.uint64))
    sums = window_sums(cube, at, Window.from_text(window), months=MONTHS, counted=Counted(mask, counting))
    return int(sums.count[0]), float(sums.harm[0]), float(sums.harm2[0])


BIRCH, ALDER, CEDAR = FIRST_SECTOR, FIRST_SECTOR + 1, FIRST_SECTOR + 2


@pytest.mark.parametrize(
    ("place", "window", "mask", "counting", "expected"),
    [
        # Alder: 2 burglaries in 2021-12, 1 disorder in 2022-02
        (ALDER, "2021-12..2022-02", EVERYTHING, "each", (3, 200.0, 24_000.0)),
        # and before: 1 burglary and 1 disorder in 2021-11
        (ALDER, "2021-11..2022-02", EVERYTHING, "each", (5, 300.0, 36_000.0)),
        (ALDER, "2021-11..2021-11", EVERYTHING, "each", (2, 100.0, 12_000.0)),
        # disorder is counted and weighs nothing
        (ALDER, "2021-11..2022-02", ASB, "each", (2, 0.0, 0.0)),
        # Birch: drugs 1 in 2021-11, 2 in 2021-12; 1 burglary in 2022-02
        (BIRCH, "2021-12..2022-02", EVERYTHING, "each", (3, 200.0, 2 * 2_600.0 + 12_000.0)),
        (BIRCH, "2021-12..2022-02", DRUGS, "each", (2, 100.0, 5_200.0)),
        (BIRCH, "2022-02..2022-02", DRUGS, "each", (0, 0.0, 0.0)),
        # Cedar: 1 burglary in 2021-12; 1 burglary for drugs in 2022-02, which each measure counts
        (CEDAR, "2021-12..2022-02", EVERYTHING, "each", (3, 300.0, 12_000.0 + 4 * 12_000.0)),
        (CEDAR, "2021-12..2022-02", EVERYTHING, "once", (2, 200.0, 24_000.0)),
        (CEDAR, "2021-12..2022-02", DRUGS, "each", (1, 100.0, 12_000.0)),
        (CEDAR, "2021-12..2022-02", DRUGS | ASB, "once", (1, 100.0, 12_000.0)),
        (CEDAR, "2021-12..2022-02", 0, "each", (0, 0.0, 0.0)),
        # nothing was delivered for 2022-01
        (CEDAR, "2022-01..2022-01", EVERYTHING, "each", (0, 0.0, 0.0)),
        # the unplaced
        (NO_LOCATION, "2021-11..2022-02", EVERYTHING, "each", (1, 100.0, 12_000.0)),
        (OUTSIDE, "2021-11..2022-02", EVERYTHING, "each", (1, 50.0, 2_600.0)),
        # a place that holds nothing
        (99, "2021-11..2022-02", EVERYTHING, "each", (0, 0.0, 0.0)),
    ],
)
def test_a_window_by_hand(
    *, place: int, window: str, mask: int, counting: Counting, expected: tuple[float, ...]
) -> None:
    assert summed(small_force().sector_cube, place, window, mask=mask, counting=counting) == expected


def test_every_geography_holds_every_event() -> None:
    """Thirteen events, of which one counts twice; 7 burglaries, 4 drugs and one of both weigh 100, 50 and 2 x 100."""
    cubes = [small_force().sector_cube, *small_force().hex_cubes.values()]
    for cube in cubes:
        sums = window_sums(cube, cube.everywhere, MONTHS.window, months=MONTHS, counted=Counted(EVERYTHING))
        assert (sums.count.sum(), sums.people.sum(), sums.harm.sum()) == (14, 0, 6 * 100 + 4 * 50 + 2 * 100)


def test_months_by_hand() -> None:
    cube = small_force().sector_cube
    sums = monthly_sums(cube, cube.everywhere, counted=Counted(EVERYTHING, "once"))
    assert sums.count.tolist() == [3, 5, 0, 5]
    assert sums.harm.tolist() == [150, 400, 0, 350]


def test_people_are_the_mean_of_their_stock_at_the_ends_of_months() -> None:
    """Three people at the end of 2021-11, one at the end of 2021-12, none later; each weighs 50."""
    people = 1 << 5
    entries = [Entry(7, people, 0, 3, 150.0, 7_500.0), Entry(7, people, 1, 1, 50.0, 2_500.0)]
    cube = build_cube(columns([*entries, Entry(7, BURGLARY, 1, 2, 200.0, 24_000.0)]), 4)
    for window, expected in {
        "2021-11..2021-11": (0, 3.0, 150.0, 7_500.0),
        "2021-11..2021-12": (2, 2.0, 100.0 + 200.0, 5_000.0 + 24_000.0),
        "2021-11..2022-02": (2, 1.0, 50.0 + 200.0, 2_500.0 + 24_000.0),
        "2022-01..2022-02": (0, 0.0, 0.0, 0.0),
    }.items():
        counted = Counted(people | BURGLARY, stock=people)
        sums = window_sums(cube, cube.everywhere, Window.from_text(window), months=MONTHS, counted=counted)
        assert (sums.count[0], sums.people[0], sums.harm[0], sums.harm2[0]) == expected
    by_month = monthly_sums(cube, cube.everywhere, counted=Counted(people, stock=people))
    assert by_month.people.tolist() == [3, 1, 0, 0]
    assert by_month.count.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("police", "expected"), [(None, 3), (True, 1), (False, 2)])
def test_what_police_found_is_told_by_a_bit_that_no_measure_has(*, police: bool | None, expected: int) -> None:
    entries = [Entry(7, BURGLARY, 0, 2, 200.0, 0.0), Entry(7, BURGLARY | DRUGS | POLICE, 0, 1, 100.0, 0.0)]
    cube = build_cube(columns(entries), 1)
    months = Months(start=0, delivered=(True,))
    sums = window_sums(cube, cube.everywhere, Window(0, 1), months=months, counted=Counted(BURGLARY, police=police))
    assert sums.count.tolist() == [expected]


def test_a_cube_of_nothing_answers_zero() -> None:
    cube = build_cube(NO_EVENTS, 4)
    assert len(cube.everywhere) == 0
    assert summed(cube, 0, "2021-11..2022-02") == (0, 0, 0)
    assert monthly_sums(cube, cube.everywhere, counted=Counted(1)).count.tolist() == [0, 0, 0, 0]


def test_a_cube_of_one_event_holds_it_in_its_month_only() -> None:
    cube = build_cube(columns([Entry(7, BURGLARY, 1, 1, 100.0, 12_000.0)]), 4)
    assert summed(cube, 7, "2021-12..2021-12") == (1, 100.0, 12_000.0)
    assert summed(cube, 7, "2021-11..2021-11") == (0, 0, 0)
    assert summed(cube, 7, "2022-01..2022-02") == (0, 0, 0)
    assert summed(cube, 6, "2021-11..2022-02") == summed(cube, 8, "2021-11..2022-02") == (0, 0, 0)


def test_places_are_found_by_number_and_strangers_are_not() -> None:
    cube = build_cube(columns([Entry(place, 1, 0, 1, 0.0, 0.0) for place in (40, 0, 2**63 + 5, 12)]), 1)
    wanted = np.array([12, 0, 13, 2**63 + 5, 2**64 - 1, 40], dtype=np.uint64)
    assert cube.positions(wanted).tolist() == [1, 0, -1, 3, -1, 2]
    no_zero = build_cube(columns([Entry(5, 1, 0, 1, 0.0, 0.0)]), 1)
    assert no_zero.positions(np.array([0, 6], dtype=np.uint64)).tolist() == [-1, -1]


def test_the_order_of_the_events_does_not_matter() -> None:
    entries = [Entry(place, 1 << place % 3, month, 1, 10.0, 100.0) for place in range(4) for month in (2, 0, 1)]
    require_same(build_cube(columns(entries), 3), build_cube(columns(entries[::-1]), 3))


def test_a_count_beyond_32_bits_is_exact() -> None:
    many = 3 * 10**9
    cube = build_cube(columns([Entry(1, 1, month, many, 0.0, 0.0) for month in range(3)]), 3)
    assert summed(cube, 1, "2021-11..2022-01")[0] == 3 * many
    assert summed(cube, 1, "2021-12..2021-12")[0] == many


@pytest.mark.parametrize(("most", "bits"), [(2**31 - 1, 32), (2**31, 64)])
def test_counts_take_32_bits_where_they_fit(most: int, bits: int) -> None:
    """Of running sums it is the last of a row that must fit."""
    cube = build_cube(columns([Entry(1, 1, 0, 1, 0.0, 0.0), Entry(1, 1, 1, most - 1, 0.0, 0.0)]), 2)
    assert cube.count.dtype.itemsize * 8 == bits
    assert summed(cube, 1, "2021-11..2021-12")[0] == most


def test_an_entry_has_24_bytes() -> None:
    cube = small_force().sector_cube
    assert sum(column.itemsize for column in (cube.month, cube.count, cube.harm, cube.harm2, cube.largest)) == 24


@pytest.mark.parametrize(("weights", "bits"), [(65_536, 16), (65_537, 32)])
def test_every_weight_has_its_number_however_many_there_are(weights: int, bits: int) -> None:
    """One place a weight; the position of the last of 65,536 weights is the greatest that 16 bits hold."""
    number = np.arange(weights)
    one = np.ones(weights)
    events = Events(
        number.astype(np.uint64),
        one.astype(np.uint32),
        np.zeros(weights, dtype=np.int32),
        one.astype(np.int64),
        one,
        one,
        number / 8,
    )
    cube = build_cube(events, 1)
    assert cube.largest.dtype.itemsize * 8 == bits
    months = Months(start=0, delivered=(True,))
    windows = Window(0, 1), Window(0, 0)
    found = heaviest_events(cube, cube.everywhere, windows, months=months, counted=Counted(1))
    assert found.tolist() == events.largest.tolist()


def plain(
    entries: list[Entry], *, mask: int, counting: Counting, multipliers: dict[int, float]
) -> tuple[int, float, float, float]:
    """The same sums by a loop that a child can follow."""
    count, harm, harm2, largest = 0, 0.0, 0.0, 0.0
    for entry in entries:
        factors = [multipliers.get(bit, 1.0) for bit in range(31) if entry.signature & mask & 1 << bit]
        if factors:
            factor = max(factors) if counting == "once" else sum(factors)
            count += entry.events * (1 if counting == "once" else len(factors))
            harm += factor * entry.harm
            harm2 += factor**2 * entry.harm2
            largest = max(largest, factor * entry.harm)
    return count, harm, harm2, largest


MONTHS_AT_MOST = 9
ENTRIES = st.lists(
    st.builds(
        Entry,
        place=st.integers(0, 5),
        signature=st.integers(1, 15) | st.sampled_from([2**30, 2**31 - 1]),
        month=st.integers(0, MONTHS_AT_MOST - 1),
        events=st.integers(1, 5),
        harm=st.floats(1, 8_000),
        harm2=st.floats(1, 8_000.0**2),
    ),
    max_size=60,
)
ENDS = st.lists(st.integers(0, MONTHS_AT_MOST), min_size=2, max_size=2, unique=True).map(sorted)
MULTIPLIERS = st.dictionaries(st.sampled_from([0, 1, 2, 3, 30]), st.sampled_from([0.0, 0.5, 2.0, 100.0]))
MASKS = st.integers(0, 15) | st.sampled_from([2**30, 2**31 - 1])


@settings(max_examples=150, deadline=None)
@given(
    entries=ENTRIES,
    ends=ENDS,
    ends_then=ENDS,
    mask=MASKS,
    counting=st.sampled_from(["each", "once"]),
    multipliers=MULTIPLIERS,
)
def test_any_two_windows_of_any_measures_are_what_a_plain_loop_adds_up(
    *,
    entries: list[Entry],
    ends: list[int],
    ends_then: list[int],
    mask: int,
    counting: Counting,
    multipliers: dict[int, float],
) -> None:
    first = month_from_text("2019-04")
    months = Months(start=first, delivered=(True,) * MONTHS_AT_MOST)
    cube = build_cube(columns(entries), MONTHS_AT_MOST)
    places = np.array([3, 0, 6, 1, 5, 2, 4, 3], dtype=np.uint64)  # 6 is never there, 3 is asked twice
    at = cube.positions(places)
    counted = Counted(mask, counting, tuple(sorted(multipliers.items())))
    now, then = (Window(first + start, first + stop) for start, stop in (ends, ends_then))
    both = window_pair_sums(cube, at, (now, then), months=months, counted=counted)
    heaviest = heaviest_events(cube, at, (now, then), months=months, counted=counted)
    for i, place in enumerate(places.tolist()):
        heaviest_of_each = []
        for within, sums in zip((ends, ends_then), both, strict=True):
            of_place = [entry for entry in entries if entry.place == place and entry.month in range(*within)]
            count, harm, harm2, largest = plain(of_place, mask=mask, counting=counting, multipliers=multipliers)
            assert sums.count[i] == count
            assert sums.harm[i] == pytest.approx(harm, rel=1e-9)
            assert sums.harm2[i] == pytest.approx(harm2, rel=1e-9)
            heaviest_of_each.append(largest)
        assert heaviest[i] == pytest.approx(max(heaviest_of_each))
    alone = window_sums(cube, at, then, months=months, counted=counted)
    for field in fields(Sums):
        np.testing.assert_array_equal(getattr(alone, field.name), getattr(both[1], field.name))


@settings(max_examples=50, deadline=None)
@given(entries=ENTRIES, mask=MASKS, counting=st.sampled_from(["each", "once"]))
def test_the_months_add_up_to_the_whole(*, entries: list[Entry], mask: int, counting: Counting) -> None:
    axis = Months(start=0, delivered=(True,) * MONTHS_AT_MOST)
    cube = build_cube(columns(entries), MONTHS_AT_MOST)
    by_month = monthly_sums(cube, cube.everywhere, counted=Counted(mask, counting))
    whole = window_sums(cube, cube.everywhere, axis.window, months=axis, counted=Counted(mask, counting))
    assert by_month.count.sum() == whole.count.sum()
    assert by_month.harm.sum() == pytest.approx(whole.harm.sum(), rel=1e-9)


def test_a_variance_is_never_below_zero() -> None:
    """Sums only rise along a row, so that no window of them is negative, whatever float64 makes of it."""
    rng = np.random.default_rng(7)
    entries = [Entry(1, 1, month, 1, 0.1, float(rng.uniform(0, 1e-3))) for month in range(120)]
    cube = build_cube(columns(entries), 120)
    sums: Sums = monthly_sums(cube, cube.everywhere, counted=Counted(1))
    assert sums.harm2.min() >= 0
