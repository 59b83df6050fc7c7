"""Who is linked to what, and who counts where: dates at their edges, one register against the other."""

import numpy as np
import pyarrow as pa
import pytest

from etl.publish.link import Stock, link_events, stock_of_people
from harmgrid.recipes import DEFAULT_RECIPE, read_recipe
from harmgrid.records.reading import People
from harmgrid.types import Months, last_day_of, month_from_text

pytestmark = pytest.mark.quick

SCORING = read_recipe(DEFAULT_RECIPE)
JANUARY = month_from_text("2023-01")
MONTHS = Months(start=JANUARY, delivered=(True, True))
FIRST, LAST = last_day_of(JANUARY - 1) + 1, last_day_of(JANUARY)
OCG, PCG = (next(m.mask for m in SCORING.recipe.measures if m.id == name) for name in ("ocg_people", "ucg_pcg_people"))
SHORE, QUAY = (3.0, 56.0), (3.5, 56.5)

Label = tuple[str, str, int, int | None]  # nominal, kind, first and last day
Home = tuple[str, tuple[float, float], int, int | None]


def stock(labels: list[Label], homes: list[Home]) -> Stock:
    members = [label for label in labels if label[1] != "priority"]
    flagged = [label for label in labels if label[1] == "priority"]
    return stock_of_people(
        People(
            members=table(members, role=["member"] * len(members), kind=[label[1] for label in members]),
            priorities=table(flagged),
            homes=table(
                [(home[0], "", home[2], home[3]) for home in homes],
                lon=pa.array([home[1][0] for home in homes], pa.float64()),
                lat=pa.array([home[1][1] for home in homes], pa.float64()),
                cell=pa.array([1] * len(homes), pa.int64()),
            ),
        ),
        SCORING,
        MONTHS,
    )


def table(labels: list[Label], **columns: object) -> pa.Table:
    first, last = ([label[at] for label in labels] for at in (2, 3))
    days = {"first_day": pa.array(first, pa.int64()), "last_day": pa.array(last, pa.int64())}
    more = {
        name: column if isinstance(column, pa.Array) else pa.array(column, pa.string())
        for name, column in columns.items()
    }
    return pa.table({"nominal": pa.array([label[0] for label in labels], pa.string())} | days | more)


def counted(found: Stock, month: int = JANUARY) -> list[tuple[int, tuple[float, float]]]:
    """Signatures and places of a month."""
    rows = np.flatnonzero(found.month == month)
    return [(int(found.signature[i]), (float(found.lon[i]), float(found.lat[i]))) for i in rows]


def test_a_member_on_the_last_day_of_a_month_counts_and_one_who_left_the_day_before_does_not() -> None:
    home: list[Home] = [("N", SHORE, 0, None)]
    assert counted(stock([("N", "OCG", FIRST, LAST)], home)) == [(OCG, SHORE)]
    assert counted(stock([("N", "OCG", LAST, None)], home)) == [(OCG, SHORE)]
    assert counted(stock([("N", "OCG", FIRST, LAST - 1)], home)) == []
    assert counted(stock([("N", "OCG", LAST + 1, None)], home)) == []


def test_a_member_of_two_groups_of_one_measure_or_twice_of_one_counts_once() -> None:
    overlapping: list[Label] = [("N", "UCG", 0, None), ("N", "PCG", FIRST, LAST), ("N", "PCG", LAST - 3, None)]
    assert counted(stock(overlapping, [("N", SHORE, 0, None)])) == [(PCG, SHORE)]


def test_a_member_of_an_ocg_and_a_pcg_counts_under_both_measures_as_one_person() -> None:
    both: list[Label] = [("N", "OCG", 0, None), ("N", "PCG", 0, None), ("N", "priority", 0, None)]
    assert counted(stock(both, [("N", SHORE, 0, None)])) == [(OCG | PCG, SHORE)]


def test_of_two_homes_at_a_time_the_one_that_began_later_counts() -> None:
    label: list[Label] = [("N", "OCG", 0, None)]
    assert counted(stock(label, [("N", SHORE, 0, None), ("N", QUAY, LAST - 5, None)])) == [(OCG, QUAY)]
    moved = stock(label, [("N", SHORE, 0, LAST), ("N", QUAY, LAST + 1, None)])
    assert (counted(moved), counted(moved, JANUARY + 1)) == ([(OCG, SHORE)], [(OCG, QUAY)])


def test_somebody_without_a_home_counts_without_a_place() -> None:
    ((signature, place),) = counted(stock([("N", "priority", 0, None)], [("M", SHORE, 0, None)]))
    assert signature == OCG
    assert np.isnan(place).all()


def links(**changed: object) -> pa.Table:
    """One link that counts, but for what is changed."""
    row = {"event": 7, "month": JANUARY, "day": FIRST + 9, "involved": "suspect", "group": "G", "kind": "OCG"}
    row |= {"role": "member", "first_day": FIRST + 9, "last_day": FIRST + 9} | changed
    texts = {"involved", "group", "kind", "role"}
    return pa.table(
        {name: pa.array([value], pa.string() if name in texts else pa.int64()) for name, value in row.items()}
    )


@pytest.mark.parametrize(
    ("changed", "linked"),
    [
        ({}, True),
        ({"first_day": FIRST + 10, "last_day": None}, False),
        ({"first_day": 0, "last_day": FIRST + 8}, False),
        ({"involved": "Charged"}, True),
        ({"involved": "offender"}, True),
        ({"involved": "witness"}, False),
        ({"role": "associate"}, False),
        ({"role": "leader"}, True),
        ({"day": None, "first_day": FIRST, "last_day": LAST}, True),
        ({"day": None, "first_day": FIRST + 1, "last_day": None}, False),
        ({"day": None, "first_day": 0, "last_day": LAST - 1}, False),
    ],
)
def test_an_event_is_linked_by_who_was_a_member_on_its_day(changed: dict[str, object], *, linked: bool) -> None:
    found = link_events(links(**changed), SCORING)
    assert found.event.tolist() == ([7] if linked else [])
    assert found.group.tolist() == (["G"] if linked else [])
