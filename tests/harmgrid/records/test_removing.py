"""Rows that go by their references, and the receipt that says how many and not which."""

import pytest

from harmgrid.errors import TellingReason, UnknownSource
from harmgrid.records import Records, open_records
from harmgrid.records.changes import Note
from harmgrid.records.removing import Removal, remove_references
from tests.handmere import FOLDER, load_file, load_handmere
from tests.people_builder import NOTE, copy_of, receipts_of
from tests.police_uk_builder import table


@pytest.fixture(scope="module")
def handmere(tmp_path_factory: pytest.TempPathFactory) -> Records:
    found = open_records(f"sqlite:///{tmp_path_factory.mktemp('handmere')}/records.sqlite")
    load_handmere(found)
    return found


@pytest.fixture
def records(handmere: Records, database_url: str) -> Records:
    return copy_of(handmere, database_url)


def everything(records: Records) -> dict[str, list[tuple[object, ...]]]:
    tables = ("events", "involvements", "nominals", "memberships", "homes", "deliveries", "rejects", "receipts")
    return {name: sorted(table(records, f"SELECT * FROM {name}"), key=repr) for name in tables}  # noqa: S608 - ours


def test_an_event_goes_with_those_who_took_part_and_nothing_else(records: Records) -> None:
    before = everything(records)
    removal = remove_references(records, "recorded-crime", ["C04", "C05", "C404", "C04"], NOTE)
    assert removal == Removal(asked=3, removed={"events": 2, "involvements": 2}, not_found=("C404",))
    after = everything(records)
    assert {name: len(before[name]) - len(rows) for name, rows in after.items() if rows != before[name]} == {
        "events": 2,
        "involvements": 2,
    }
    assert table(records, "SELECT count(*) FROM events WHERE reference IN ('C04', 'C05')") == [(0,)]
    assert table(records, "SELECT count(*) FROM involvements WHERE event IN ('C04', 'C05')") == [(0,)]


def test_the_receipt_says_how_many_and_not_which(records: Records) -> None:
    remove_references(records, "recorded-crime", ["C04", "C404"], NOTE)
    figures = {"asked": 2, "not_found": 1, "removed": {"events": 1, "involvements": 1}}
    assert receipts_of(records) == [("remove", "review of March", figures)]
    assert "C04" not in str(table(records, "SELECT * FROM changes"))


def test_removing_twice_removes_once(records: Records) -> None:
    remove_references(records, "recorded-crime", ["C04"], NOTE)
    before = everything(records)
    again = remove_references(records, "recorded-crime", ["C04"], NOTE)
    assert again == Removal(asked=1, removed={"events": 0, "involvements": 0}, not_found=("C04",))
    assert everything(records) == before


def test_the_same_reference_of_another_source_stays(records: Records) -> None:
    assert remove_references(records, "firearms-discharges", ["C04", "F1"], NOTE).not_found == ("C04",)
    assert table(records, "SELECT reference FROM events WHERE reference IN ('C04', 'F1')") == [("C04",)]
    assert table(records, "SELECT event FROM involvements WHERE event = 'C04'") == [("C04",)]


@pytest.mark.parametrize(
    ("source", "reference", "where"),
    [
        ("nominals", "N5", "nominals"),
        ("memberships", "G1|N2|2023-02-10", "memberships"),
        ("homes", "N6|2020-01-01", "homes"),
        ("priority-individuals", "N5|2023-02-01", "priorities"),
        ("groups", "P1", "groups"),
        ("involvements", "C08|N6|suspect", "involvements"),
        ("residents", "sector|A1", "residents"),
    ],
)
def test_a_row_of_any_record_goes_alone(records: Records, source: str, reference: str, where: str) -> None:
    ((rows,),) = table(records, f"SELECT count(*) FROM {where}")  # noqa: S608 - ours
    assert remove_references(records, source, [reference], NOTE).removed == {where: 1}
    assert table(records, f"SELECT count(*) FROM {where}") == [(rows - 1,)]  # noqa: S608 - ours


def test_many_references_go_at_once(records: Records) -> None:
    removal = remove_references(records, "recorded-crime", [f"X{n}" for n in range(50_000)] + ["C01"], NOTE)
    assert (removal.asked, removal.removed["events"], len(removal.not_found)) == (50_001, 1, 50_000)


def test_a_reference_is_text_and_no_statement(records: Records) -> None:
    evil = "'); DELETE FROM events; --"
    assert remove_references(records, "recorded-crime", [evil, "%", "C0_"], NOTE).removed["events"] == 0
    assert table(records, "SELECT count(*) FROM events WHERE reference LIKE 'C%'") == [(9,)]


def test_what_a_file_still_holds_comes_back_with_it(records: Records) -> None:
    remove_references(records, "recorded-crime", ["C04"], NOTE)
    receipt = load_file(records, "recorded-crime", FOLDER / "recorded-crime.csv")
    assert (receipt.loaded, receipt.unchanged) == (1, 8)


def test_a_source_that_nobody_loaded_is_refused_with_those_there_are(records: Records) -> None:
    with pytest.raises(UnknownSource, match=r"'crimes'.*crimestoppers, .*recorded-crime"):
        remove_references(records, "crimes", ["C04"], NOTE)
    assert receipts_of(records) == []


@pytest.mark.parametrize("reason", ["C04 is wrong", "wrong (c04)", "wrong: C05,C04"])
def test_a_reason_that_names_what_goes_is_refused(records: Records, reason: str) -> None:
    with pytest.raises(TellingReason, match="without saying who"):
        remove_references(records, "recorded-crime", ["C04"], Note(reason=reason, now=NOTE.now))
    assert receipts_of(records) == []
    assert remove_references(records, "recorded-crime", ["C04"], Note(reason="AC04x", now=NOTE.now)).removed["events"]
