"""Rejects that come back: judged again or mended, each row once, and nothing else disturbed."""

import csv
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl.correct import Retry, load_mended, retry_rejects
from etl.mended import FILE, REASONS, ROW, export_rejects
from etl.profiles import Profile, read_profile
from harmgrid.errors import MixedRecords, UnknownColumn, UnknownSource, UnreadableSource
from harmgrid.records import Records, open_records
from harmgrid.types import month_from_text
from tests.handmere import FOLDER, load_file
from tests.people_builder import CRIME_COLUMNS, NOTE, crime, receipts_of, write_rows
from tests.police_uk_builder import (
    MARCH,
    Row,
    asb,
    contents,
    default_recipe,
    havens,
    load,
    table,
    take_sectors,
    write_csv,
)
from tests.police_uk_builder import crime as street_crime

Rows = list[dict[str, str]]
MONTH = month_from_text("2022-03")


@pytest.fixture
def records(database_url: str) -> Records:
    """Sectors that hold both the havens and C3."""
    found = open_records(database_url)
    take_sectors(found, havens())
    return found


def police_uk(**changes: Any) -> Profile:
    return replace(read_profile("police-uk"), **changes)


def load_street(records: Records, folder: Path, rows: list[Row]) -> None:
    load(records, write_csv(folder / MARCH, rows))


def retry(records: Records, profile: Profile | None = None) -> Retry:
    return retry_rejects(records, profile or police_uk(), default_recipe(), note=NOTE)


def mend(records: Records, path: Path, change: Callable[[Rows], object], profile: Profile | None = None) -> Retry:
    """Export the rejects, change the rows of the file and load it."""
    path.unlink(missing_ok=True)
    export_rejects(records, (profile or police_uk()).source, path)
    rows = read_csv(path)
    change(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [FILE, ROW])
        writer.writeheader()
        writer.writerows(rows)
    return load_mended(records, profile or police_uk(), path, default_recipe(), note=NOTE)


def read_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def rejected(records: Records) -> list[tuple[int, str]]:
    return [(row, reasons) for row, reasons in table(records, "SELECT row_number, reasons FROM rejects ORDER BY 1")]


def loaded(records: Records) -> list[tuple[int, str]]:
    return [(row, ref) for row, ref in table(records, "SELECT row_number, reference FROM events ORDER BY 1, 2")]


# The file's months are written another way than the profile of the load says, for rows 3 and 4.
WRITTEN_OTHERWISE = [street_crime("a"), street_crime("b", Month="03/2022"), asb(Month="03/2022"), asb(), asb()]


def test_what_passes_by_todays_profile_comes_in_under_its_old_file_and_row(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, [*WRITTEN_OTHERWISE, street_crime("z", Month="neither")])
    assert rejected(records) == [(3, "unreadable_month"), (4, "unreadable_month"), (7, "unreadable_month")]
    outcome = retry(records, police_uk(formats=("%m/%Y",)))
    assert outcome.figures == {
        "read": 3,
        "loaded": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "damaged": 0,
        "strangers": 0,
    }
    assert outcome.total.reasons == {"unreadable_month": 1}
    made = f" {MARCH}#{MONTH}"
    assert loaded(records) == [(2, "a"), (3, "b"), (4, f"{made}#3"), (5, f"{made}#1"), (6, f"{made}#2")]
    assert rejected(records) == [(7, "unreadable_month")]
    assert receipts_of(records) == [("retry", "review of March", {"police-uk": outcome.figures})]


def test_a_retry_of_what_nothing_has_mended_changes_nothing(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, WRITTEN_OTHERWISE)
    before = contents(records)
    assert (retry(records).total.rejected, contents(records)) == (2, before)
    assert (retry(records).total.rejected, contents(records)) == (2, before)


def test_a_second_retry_finds_only_what_still_fails(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, WRITTEN_OTHERWISE)
    retry(records, police_uk(formats=("%m/%Y",)))
    before = contents(records)
    assert retry(records, police_uk(formats=("%m/%Y",))).total.read == 0
    assert contents(records) == before


def test_a_row_that_still_fails_has_todays_reasons(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, [street_crime("a", Month="03/2022", Latitude="540")])
    assert rejected(records) == [(2, "unreadable_month latitude_out_of_range")]
    retry(records, police_uk(formats=("%m/%Y",)))
    assert rejected(records) == [(2, "latitude_out_of_range")]


def test_receipts_of_the_load_stay_and_nothing_is_withdrawn(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, WRITTEN_OTHERWISE)
    before = table(records, "SELECT * FROM receipts"), table(records, "SELECT * FROM loads")
    retry(records, police_uk(formats=("%m/%Y",)))
    assert (table(records, "SELECT * FROM receipts"), table(records, "SELECT * FROM loads")) == before


def test_the_mended_file_has_each_row_once_when_it_is_loaded_later(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, WRITTEN_OTHERWISE)
    retry(records, police_uk(formats=("%m/%Y",)))
    mended = [row | {"Month": "2022-03"} for row in WRITTEN_OTHERWISE]
    load_street(records, tmp_path, mended)
    fresh = open_records(f"sqlite:///{tmp_path / 'fresh.sqlite'}")
    take_sectors(fresh, havens())
    load_street(fresh, tmp_path, mended)
    assert contents(records) == contents(fresh)


def test_the_file_as_it_was_makes_the_row_a_reject_again(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, WRITTEN_OTHERWISE)
    before = contents(records)["events"]
    retry(records, police_uk(formats=("%m/%Y",)))
    load_street(records, tmp_path, WRITTEN_OTHERWISE)
    assert rejected(records) == [(3, "unreadable_month"), (4, "unreadable_month")]
    events = contents(records)["events"]
    assert [event for event in events if event[0] != "b"] == before, "b has a reference of its own, and stays"


def test_the_row_that_stands_is_not_replaced_by_its_repetition(records: Records, tmp_path: Path) -> None:
    rows = [street_crime("a", Month="03/2022"), street_crime("a"), street_crime("a", Crime_type="Robbery")]
    load_street(records, tmp_path, rows)
    assert rejected(records) == [(2, "unreadable_month"), (4, "repeated_reference")]
    outcome = retry(records, police_uk(formats=("%m/%Y",)))
    assert outcome.total.reasons == {"repeated_reference": 2}
    assert table(records, "SELECT row_number, category FROM events") == [(3, "Burglary")]


def test_a_rejected_correction_replaces_the_older_version(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, [asb(), street_crime("a")])
    load_street(records, tmp_path, [asb(), street_crime("a", Month="03/2022", Crime_type="Robbery")])
    outcome = retry(records, police_uk(formats=("%m/%Y",)))
    assert outcome.figures["updated"] == 1
    assert table(records, "SELECT category FROM events WHERE reference = 'a'") == [("Robbery",)]


@pytest.mark.parametrize(("later", "stands"), [("reject", "Robbery"), ("other", "Burglary")])
def test_the_later_of_two_loads_stands(records: Records, tmp_path: Path, later: str, stands: str) -> None:
    # the same crime in two files, which name no month: one fit to load, one that becomes so
    fit = write_csv(tmp_path / "fit.csv", [street_crime("a")])
    reject = write_csv(tmp_path / "reject.csv", [street_crime("a", Month="03/2022", Crime_type="Robbery")])
    for path in (fit, reject) if later == "reject" else (reject, fit):
        load(records, path)
    retry(records, police_uk(formats=("%m/%Y",)))
    assert table(records, "SELECT category FROM events") == [(stands,)]


def test_two_rejects_of_one_reference_come_back_as_one(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, [street_crime("a", Month="03/2022"), street_crime("a", Month="03/2022")])
    retry(records, police_uk(formats=("%m/%Y",)))
    assert (loaded(records), rejected(records)) == ([(2, "a")], [(3, "repeated_reference")])


def test_damaged_lines_stay_and_are_counted(records: Records, tmp_path: Path) -> None:
    lines = write_csv(tmp_path / MARCH, [street_crime("a"), street_crime("b", Month="x")]).read_bytes()
    (tmp_path / MARCH).write_bytes(
        lines + b'{"Crime ID": "q"}\nshort\n' + lines.splitlines()[1].replace(b"Quay", b"\xff")
    )
    load(records, tmp_path / MARCH)
    before = contents(records)
    outcome = retry(records)
    assert (outcome.total.read, outcome.damaged) == (1, 3)
    assert contents(records) == before
    assert export_rejects(records, "police-uk", tmp_path / "out.csv") == (1, 3)


def test_the_months_that_come_back_are_delivered(records: Records, tmp_path: Path) -> None:
    rows = [asb(Month="2021-11"), asb(Month="02/2022")]
    load(records, write_csv(tmp_path / "street.csv", rows))
    span = replace(police_uk().delivery, months="span", pattern="")
    retry(records, police_uk(formats=("%m/%Y",), delivery=span))
    delivered = [month for (month,) in table(records, "SELECT month FROM deliveries ORDER BY month")]
    assert delivered == list(range(month_from_text("2021-11"), month_from_text("2022-02") + 1))


def test_a_retry_that_meets_rows_of_the_other_kind_changes_nothing(records: Records, tmp_path: Path) -> None:
    other = street_crime("b", Month="03/2022", Falls_within="Havenshire Police (synthetic)")
    load_street(records, tmp_path, [street_crime("a"), street_crime("c", Month="03/2022"), other])
    before = contents(records)
    with pytest.raises(MixedRecords):
        retry(records, police_uk(formats=("%m/%Y",)))
    assert contents(records) == before
    assert receipts_of(records) == []


def test_a_profile_of_other_columns_or_records_is_refused(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, [street_crime("a", Month="x")])
    other = read_profile("recorded-crime")
    with pytest.raises(UnknownSource, match="recorded-crime"):
        retry(records, other)
    with pytest.raises(MixedRecords, match="event crime for police-uk"):
        retry(records, replace(other, source="police-uk"))
    with pytest.raises(UnknownColumn, match="without Crime number"):
        retry(records, replace(other, source="police-uk", kind="street_crime", place=None))
    assert rejected(records) == [(2, "unreadable_month")]


def test_registers_come_back_too(database_url: str, tmp_path: Path) -> None:
    records = open_records(database_url)
    load_file(records, "memberships", FOLDER / "memberships.csv")
    assert rejected(records) == [(9, "ends_before_it_starts")]
    outcome = mend(
        records, tmp_path / "out.csv", lambda rows: rows[0].update(To="2023-04-30"), read_profile("memberships")
    )
    assert outcome.figures["loaded"] == 1
    row = table(records, "SELECT nominal, row_number, last_day - first_day FROM memberships WHERE nominal = 'N5'")
    assert row == [("N5", 9, 28)]


def test_an_export_says_which_rejects_why_and_what_stood_there(records: Records, tmp_path: Path) -> None:
    rows = [
        street_crime("a", Month="x"),
        street_crime("b"),
        street_crime("c", Crime_type="Piracy", Context='"q", é\nz'),
    ]
    load_street(records, tmp_path, rows)
    assert export_rejects(records, "police-uk", tmp_path / "out.csv") == (2, 0)
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_csv(tmp_path / "out.csv") == [
        {FILE: MARCH, ROW: "2", REASONS: "unreadable_month", **rows[0]},
        {FILE: MARCH, ROW: "4", REASONS: "unknown_category", **rows[2]},
    ]


def test_an_export_never_replaces_a_file_that_somebody_mends(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, [street_crime("a", Month="x")])
    (tmp_path / "out.csv").write_text("work")
    with pytest.raises(FileExistsError):
        export_rejects(records, "police-uk", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "work"


def test_what_a_spreadsheet_would_run_is_text_there_and_the_same_text_here(records: Records, tmp_path: Path) -> None:
    odd = ["=1+1", "+cmd|x", "-1+1", "@sum(a)", "'=x", "'quoted'", "-1.5", "+44", "''=y", "plain"]
    rows = [street_crime(f"r{n}", Month="x", Context=text) for n, text in enumerate(odd)]
    load_street(records, tmp_path, rows)
    export_rejects(records, "police-uk", tmp_path / "out.csv")
    shown = [row["Context"] for row in read_csv(tmp_path / "out.csv")]
    assert shown == ["'=1+1", "'+cmd|x", "'-1+1", "'@sum(a)", "''=x", "'quoted'", "-1.5", "+44", "'''=y", "plain"]
    mend(records, tmp_path / "out.csv", lambda found: [row.update(Month="2022-03") for row in found])
    assert [text for (text,) in table(records, "SELECT context FROM events ORDER BY reference")] == odd


def test_mended_rows_come_in_in_any_order_and_the_others_stay(records: Records, tmp_path: Path) -> None:
    rows = [street_crime(name, Month="x", Location="On or near Quay") for name in "abc"]
    rows.append(asb(Month="x", Location="On or near Quay"))
    load_street(records, tmp_path, rows)

    def change(found: Rows) -> None:
        found.reverse()
        for row in found:
            del row["Location"]
            row["Month"] = "2022-03" if row["Crime ID"] != "b" else "y"
        del found[1]

    outcome = mend(records, tmp_path / "out.csv", change)
    assert outcome.figures == {
        "read": 3,
        "loaded": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "damaged": 0,
        "strangers": 0,
    }
    assert loaded(records) == [(2, "a"), (5, f" {MARCH}#{MONTH}#1")]
    assert set(table(records, "SELECT location FROM events")) == {("On or near Quay",)}, "as it was"
    assert rejected(records) == [(3, "unreadable_month"), (4, "unreadable_month")]
    raws = [json.loads(raw)["Month"] for (raw,) in table(records, "SELECT raw FROM rejects ORDER BY row_number")]
    assert raws == ["y", "x"]
    assert receipts_of(records) == [("mend", "review of March", {"police-uk": outcome.figures})]


def test_a_mended_file_loaded_twice_is_loaded_once(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, [street_crime("a", Month="x"), asb(Month="x")])
    mend(records, tmp_path / "out.csv", lambda found: [row.update(Month="2022-03") for row in found])
    before = contents(records)
    again = load_mended(records, police_uk(), tmp_path / "out.csv", default_recipe(), note=NOTE)
    assert (again.total.read, again.strangers) == (0, 2)
    assert contents(records) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows.append(rows[0]), "row 3 .*the second for row 2"),
        (lambda rows: rows[0].update({ROW: "two"}), "row 2 .*of the row 'two'"),
        (lambda rows: rows[0].update({ROW: ""}), "row 2 .*of the row ''"),
    ],
)
def test_a_mended_file_that_does_not_say_which_reject_is_refused(
    records: Records, tmp_path: Path, change: Callable[[Rows], object], told: str
) -> None:
    load_street(records, tmp_path, [street_crime("a", Month="x")])
    with pytest.raises(UnreadableSource, match=told):
        mend(records, tmp_path / "out.csv", change)
    assert rejected(records) == [(2, "unreadable_month")]


def test_a_mended_file_of_another_layout_or_with_a_broken_line_is_refused(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, [street_crime("a", Month="x")])
    other = write_rows(tmp_path / "other.csv", CRIME_COLUMNS, crime("C1"))
    with pytest.raises(UnknownColumn, match=re.escape(ROW)):
        load_mended(records, police_uk(), other, default_recipe(), note=NOTE)
    other.write_text(f"{FILE},{ROW},Month\n{MARCH},2,2022-03\n{MARCH},3\n")
    with pytest.raises(UnreadableSource, match=r"row 3 of other\.csv, which is damaged"):
        load_mended(records, police_uk(), other, default_recipe(), note=NOTE)
    assert rejected(records) == [(2, "unreadable_month")]


def test_names_of_strangers_are_nobodys_rejects(records: Records, tmp_path: Path) -> None:
    load_street(records, tmp_path, [street_crime("a", Month="x")])
    outcome = mend(records, tmp_path / "out.csv", lambda rows: rows[0].update({FILE: "../../etc/passwd"}))
    assert (outcome.total.read, outcome.strangers) == (0, 1)
    assert "passwd" not in os.linesep.join(str(row) for row in table(records, "SELECT * FROM files"))
