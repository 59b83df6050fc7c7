"""Sectors in the records: replaced whole, with every event where it lies now."""

from pathlib import Path

import pytest

from harmgrid.errors import RecordsUnusable
from harmgrid.records import Records, open_records
from harmgrid.records.boundaries import read_sectors, replace_sectors
from harmgrid.sectors import Sector
from tests.police_uk_builder import (
    EAST,
    MARCH,
    SEA,
    WEST,
    contents,
    crime,
    havens,
    load,
    square,
    table,
    take_sectors,
    write_archive,
)

NOT_PLACED, OUTSIDE, FIRST, SECOND = 0, 1, 2, 3


@pytest.fixture
def records(database_url: str, tmp_path: Path) -> Records:
    """Five crimes and no sector yet: two in the west, one in the east, one at sea, one nowhere."""
    found = open_records(database_url)
    rows = [crime("w1"), crime("w2"), crime("e", at=EAST), crime("s", at=SEA), crime("n", at=None)]
    load(found, write_archive(tmp_path / "a.zip", {MARCH: rows}))
    return found


def places(records: Records) -> dict[str, int]:
    return dict(table(records, "SELECT reference, place FROM events"))


def test_without_sectors_every_located_event_is_outside(records: Records) -> None:
    assert places(records) == {"w1": OUTSIDE, "w2": OUTSIDE, "e": OUTSIDE, "s": OUTSIDE, "n": NOT_PLACED}


def test_new_sectors_take_in_the_events_that_lie_in_them(records: Records, tmp_path: Path) -> None:
    assert take_sectors(records, tmp_path, havens()) == 3
    # E1 comes before W1
    assert places(records) == {"w1": SECOND, "w2": SECOND, "e": FIRST, "s": OUTSIDE, "n": NOT_PLACED}


def test_the_same_sectors_change_nothing(records: Records, tmp_path: Path) -> None:
    take_sectors(records, tmp_path, havens())
    before = contents(records)
    assert take_sectors(records, tmp_path, havens()[::-1]) is None
    assert contents(records) == before


def test_other_sectors_move_the_events_that_they_move_and_no_others(records: Records, tmp_path: Path) -> None:
    take_sectors(records, tmp_path, havens())
    wider = [havens()[0], square("X1", "Wide Sea", 3.4, 55.0, 3.6, 55.1)]
    assert take_sectors(records, tmp_path, wider) == 4, "all but the one without a location"
    assert [(sector.id, sector.name) for sector in take(records)] == [("W1", "Westhaven"), ("X1", "Wide Sea")]
    assert places(records) == {"w1": FIRST, "w2": FIRST, "e": OUTSIDE, "s": SECOND, "n": NOT_PLACED}


def test_another_name_is_another_set_of_sectors_and_moves_nothing(records: Records, tmp_path: Path) -> None:
    take_sectors(records, tmp_path, havens())
    before = places(records)
    renamed = [havens()[0], square("E1", "<i>Easthaven</i> ☂ '--", 3.1, 55.0, 3.2, 55.1)]
    assert take_sectors(records, tmp_path, renamed) == 0
    assert [sector.name for sector in take(records)] == ["<i>Easthaven</i> ☂ '--", "Westhaven"]
    assert places(records) == before


def test_a_point_on_a_shared_edge_is_in_the_sector_of_the_first_id(records: Records, tmp_path: Path) -> None:
    load(records, write_archive(tmp_path / "a.zip", {MARCH: [crime("edge", at=(3.1, 55.05))]}))
    take_sectors(records, tmp_path, havens())
    assert places(records)["edge"] == FIRST


def test_sectors_before_or_after_the_events_give_the_same_records(
    records: Records, sqlite_url: str, tmp_path: Path
) -> None:
    take_sectors(records, tmp_path, havens())
    other = open_records(sqlite_url.replace("records.sqlite", "other.sqlite"))
    take_sectors(other, tmp_path, havens())
    load(other, tmp_path / "a.zip")
    assert contents(other) == contents(records)


def test_sectors_that_do_not_go_in_leave_the_old_ones(records: Records, tmp_path: Path) -> None:
    take_sectors(records, tmp_path, havens())
    before = contents(records)
    (west, east) = take(records)
    twice = [Sector(id="same", name=sector.name, geometry=sector.geometry) for sector in (west, east)]
    with pytest.raises(RecordsUnusable, match=r"which failed \(.*[Uu]nique|UNIQUE|duplicate"):
        replace_sectors(records, twice)
    assert contents(records) == before


def test_sectors_reach_a_reader_as_they_were_given(records: Records, tmp_path: Path) -> None:
    take_sectors(records, tmp_path, havens())
    assert [sector.geometry.bounds for sector in take(records)] == [(3.1, 55.0, 3.2, 55.1), (3.0, 55.0, 3.1, 55.1)]
    assert WEST[0] < 3.1 < EAST[0]


def take(records: Records) -> tuple[Sector, ...]:
    with records.bulk() as bulk, bulk.reading():
        return read_sectors(bulk)
