"""Areas in the records: replaced whole, or followed by others from a day on."""

from dataclasses import replace

import pytest
import shapely

from harmgrid.errors import RecordsUnusable
from harmgrid.records import Records, open_records
from harmgrid.records.boundaries import read_areas, replace_areas
from harmgrid.sectors import Area
from tests.police_uk_builder import area, contents, figures, havens, square, take_sectors

WEST, EAST = (area(feature) for feature in havens())
WIDE = area(square("X1", "Wide Sea", 3.4, 55.0, 3.6, 55.1))
SPRING, AUTUMN = 18_000, 18_200  # days


@pytest.fixture
def records(database_url: str) -> Records:
    return open_records(database_url)


def areas(records: Records) -> tuple[Area, ...]:
    with records.bulk() as bulk, bulk.reading():
        return read_areas(bulk)


def days(records: Records) -> list[tuple[str, int, int | None]]:
    return [(area.id, area.valid_from, area.valid_to) for area in areas(records)]


def test_areas_reach_a_reader_as_they_were_given_in_the_order_of_their_ids(records: Records) -> None:
    odd = replace(EAST, name="<i>Easthaven</i> ☂ '--", parent_level="area", parent="'", parent_name="; DROP")
    assert figures(replace_areas(records, "sector", [WEST, odd])) == (2, 2, 0, 0, 0, 0)
    assert areas(records) == (odd, WEST)
    assert all(
        shapely.equals_identical(a.geometry, b.geometry) for a, b in zip(areas(records), (odd, WEST), strict=True)
    )


def test_the_same_areas_change_nothing(records: Records) -> None:
    take_sectors(records, havens())
    before = contents(records)
    assert figures(take_sectors(records, havens()[::-1])) == (2, 0, 0, 2, 0, 0)
    assert contents(records) == before


def test_other_areas_replace_those_of_their_level_and_no_others(records: Records) -> None:
    ward = replace(WEST, level="ward")
    replace_areas(records, "sector", [WEST, EAST])
    replace_areas(records, "ward", [ward])
    receipt = replace_areas(records, "sector", [replace(WEST, name="West End"), WIDE])
    assert figures(receipt) == (2, 1, 1, 0, 0, 1)
    assert areas(records) == (replace(WEST, name="West End"), WIDE, ward)


def test_a_boundary_redrawn_is_a_change(records: Records) -> None:
    take_sectors(records, havens())
    redrawn = replace(EAST, geometry=shapely.box(3.1, 55.0, 3.2, 55.2))
    assert figures(replace_areas(records, "sector", [WEST, redrawn])) == (2, 0, 1, 1, 0, 0)
    assert areas(records)[0].geometry.bounds == (3.1, 55.0, 3.2, 55.2)


def test_no_areas_at_all_empty_the_level(records: Records) -> None:
    take_sectors(records, havens())
    assert figures(replace_areas(records, "sector", [])) == (0, 0, 0, 0, 0, 2)
    assert areas(records) == ()


def test_from_a_day_on_new_areas_follow_the_old_and_those_that_stay_as_they_are_stay(records: Records) -> None:
    take_sectors(records, havens())
    receipt = replace_areas(records, "sector", [WEST, WIDE], valid_from=SPRING)
    assert figures(receipt) == (2, 1, 0, 1, 0, 0)
    assert days(records) == [("E1", 0, SPRING - 1), ("W1", 0, None), ("X1", SPRING, None)]
    assert [area.id for area in areas(records) if area.stands_on(SPRING - 1)] == ["E1", "W1"]
    assert [area.id for area in areas(records) if area.stands_on(SPRING)] == ["W1", "X1"]


def test_an_area_redrawn_from_a_day_on_is_there_twice(records: Records) -> None:
    take_sectors(records, havens())
    redrawn = replace(EAST, geometry=shapely.box(3.1, 55.0, 3.2, 55.2))
    replace_areas(records, "sector", [WEST, redrawn], valid_from=SPRING)
    assert days(records) == [("E1", 0, SPRING - 1), ("E1", SPRING, None), ("W1", 0, None)]
    assert [area.geometry.bounds[3] for area in areas(records)] == [55.1, 55.2, 55.1]


def test_the_same_change_on_the_same_day_changes_nothing(records: Records) -> None:
    take_sectors(records, havens())
    replace_areas(records, "sector", [WEST, WIDE], valid_from=SPRING)
    before = contents(records)
    assert figures(replace_areas(records, "sector", [WEST, WIDE], valid_from=SPRING))[1:3] == (0, 0)
    assert contents(records) == before


def test_what_was_to_begin_later_goes(records: Records) -> None:
    take_sectors(records, havens())
    replace_areas(records, "sector", [WEST, WIDE], valid_from=AUTUMN)
    receipt = replace_areas(records, "sector", [WEST], valid_from=SPRING)
    assert receipt.withdrawn == 1
    assert days(records) == [("E1", 0, SPRING - 1), ("W1", 0, None)]


def test_areas_that_do_not_go_in_leave_the_old_ones(records: Records) -> None:
    take_sectors(records, havens())
    before = contents(records)
    with pytest.raises(RecordsUnusable, match=r"which failed \(.*[Uu]nique|UNIQUE|duplicate"):
        replace_areas(records, "sector", [replace(WEST, id="same"), replace(EAST, id="same")])
    assert contents(records) == before
