"""Receipts that add up, reloads that change nothing, corrections that do, and files taken whole or not at all."""

import json
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import h3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.load import LoadReceipt, load_source
from etl.profiles import read_profile
from harmgrid.errors import MixedRecords, UnreadableSource
from harmgrid.records import Records, open_records
from harmgrid.types import Window, month_from_text
from tests.police_uk_builder import (
    APRIL,
    EAST,
    HEADER,
    MARCH,
    MAY,
    NOON,
    Row,
    asb,
    contents,
    crime,
    csv_text,
    default_recipe,
    figures,
    load,
    table,
    write_archive,
    write_csv,
)


@pytest.fixture
def records(database_url: str) -> Records:
    return open_records(database_url)


def load_files(records: Records, folder: Path, **files: list[Row] | str | bytes) -> LoadReceipt:
    """Load an archive of files named by their month, as in m2022_03."""
    named = {f"{month[1:].replace('_', '-')}-havenshire-street.csv": content for month, content in files.items()}
    stored = write_archive(folder / "a.zip", named, zipfile.ZIP_STORED)  # equal rows would pack too well
    return load(records, stored)


def values(records: Records, columns: str) -> list[tuple[Any, ...]]:
    """These columns of every event, in the order of file and row."""
    return table(
        records,
        f"SELECT {columns} FROM events JOIN files f ON f.id = file_id ORDER BY f.name, row_number",  # noqa: S608 - ours
    )


def quoted(row: Row) -> str:
    """A row as a reject keeps it: the columns of the file in their order."""
    return json.dumps(row, ensure_ascii=False)


def delivered(records: Records) -> list[int]:
    return [month for (month,) in table(records, "SELECT month FROM deliveries ORDER BY month")]


def test_every_row_read_is_accounted_for_in_each_file_and_in_all(records: Records, tmp_path: Path) -> None:
    march = [crime("a"), crime("b"), asb(), asb(), crime("c", Latitude="540"), crime("a")]
    april = [crime("d", Month="2022-04"), crime("b", Month="2022-04"), crime("e", Month="2023-13", Crime_type="x")]
    receipt = load_files(records, tmp_path, m2022_03=march, m2022_04=april)
    assert [(line.name, figures(line)) for line in receipt.files] == [
        (MARCH, (6, 4, 0, 0, 2, 0)),  # a second "a" and a latitude of 540
        (APRIL, (3, 1, 0, 0, 2, 0)),  # "b" again and two things wrong with "e"
    ]
    assert (receipt.total.name, figures(receipt.total)) == ("in all", (9, 5, 0, 0, 4, 0))
    assert receipt.total.reasons == {
        "repeated_reference": 2,
        "latitude_out_of_range": 1,
        "unreadable_month": 1,
        "unknown_category": 1,
    }
    assert contents(records)["rejects"] == [
        (MARCH, 6, "latitude_out_of_range", quoted(march[4])),
        (MARCH, 7, "repeated_reference", quoted(march[5])),
        (APRIL, 3, "repeated_reference", quoted(april[1])),
        (APRIL, 4, "unreadable_month unknown_category", quoted(april[2])),
    ]
    kept = table(records, "SELECT read, loaded, updated, unchanged, rejected, withdrawn FROM receipts ORDER BY file_id")
    assert kept == [(6, 4, 0, 0, 2, 0), (3, 1, 0, 0, 2, 0)]


def test_an_event_is_placed_in_its_hexagon(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_03=[crime("e", at=EAST), crime("n", at=None)])
    cell = h3.str_to_int(h3.latlng_to_cell(EAST[1], EAST[0], 9))
    assert values(records, "reference, lon, lat, cell") == [("e", 3.15, 55.05, cell), ("n", None, None, 0)]


def test_loading_the_same_archive_again_changes_nothing(records: Records, tmp_path: Path) -> None:
    march = [crime("a"), crime("a"), asb(), asb(), asb(Month="x"), crime("b", Longitude="x")]
    april = [crime("a", Month="2022-04"), asb(Month="2022-04"), crime("n", Month="2022-04", at=None)]
    first = load_files(records, tmp_path, m2022_03=march, m2022_04=april)
    before = contents(records)
    ids = table(records, "SELECT id, reference FROM events ORDER BY id")
    again = load_files(records, tmp_path, m2022_03=march, m2022_04=april)
    assert contents(records) == before
    assert table(records, "SELECT id, reference FROM events ORDER BY id") == ids
    assert figures(first.total) == (9, 5, 0, 0, 4, 0)
    assert figures(again.total) == (9, 0, 0, 5, 4, 0)
    assert again.total.reasons == first.total.reasons


def test_identical_rows_without_a_crime_id_all_stay(records: Records, tmp_path: Path) -> None:
    receipt = load_files(records, tmp_path, m2022_03=[asb()] * 100)
    assert figures(receipt.total) == (100, 100, 0, 0, 0, 0)
    references = values(records, "reference")
    assert len(set(references)) == 100


def test_a_corrected_row_with_a_crime_id_updates(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_03=[crime("a"), crime("b")])
    changed = crime("b", at=EAST, Crime_type="Robbery", Last_outcome_category="Offender charged")
    receipt = load_files(records, tmp_path, m2022_03=[crime("a"), changed])
    assert figures(receipt.total) == (2, 0, 1, 1, 0, 0)
    assert values(records, "reference, category, outcome, lon") == [
        ("a", "Burglary", "Under investigation", 3.05),
        ("b", "Robbery", "Offender charged", 3.15),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"Longitude": "", "Latitude": ""},
        {"Longitude": "3.050001"},
        {"Location": "On or near Pier Lane"},
        {"LSOA code": "X01000002"},
        {"LSOA name": "Havenshire 001B"},
        {"Last outcome category": "Unable to prosecute suspect"},
        {"Context": "x"},
        {"Reported by": "Other Police"},
        {"Falls within": "Other Police"},
        {"Crime type": "Drugs"},
    ],
)
def test_a_change_of_any_field_is_an_update(sqlite_url: str, tmp_path: Path, change: Row) -> None:
    records = open_records(sqlite_url)
    load_files(records, tmp_path, m2022_03=[crime("a"), asb()])
    receipt = load_files(records, tmp_path, m2022_03=[crime("a") | change, asb() | change])
    assert figures(receipt.total) == (2, 0, 2, 0, 0, 0)
    fresh = open_records(f"sqlite:///{tmp_path / 'fresh.sqlite'}")
    load_files(fresh, tmp_path, m2022_03=[crime("a") | change, asb() | change])
    assert contents(records) == contents(fresh)


def test_a_corrected_row_without_a_crime_id_updates_the_row_of_its_place_in_the_file(
    records: Records, tmp_path: Path
) -> None:
    load_files(records, tmp_path, m2022_03=[asb(), asb(), asb()])
    receipt = load_files(records, tmp_path, m2022_03=[asb(), asb(at=EAST), asb()])
    assert figures(receipt.total) == (3, 0, 1, 2, 0, 0)
    assert values(records, "row_number, lon") == [(2, 3.05), (3, 3.15), (4, 3.05)]


def test_a_shorter_file_withdraws_rows_without_a_crime_id_and_no_others(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_03=[crime("a"), *[asb()] * 5, crime("b")], m2022_04=[asb(Month="2022-04")])
    receipt = load_files(records, tmp_path, m2022_03=[asb(), asb()])
    assert figures(receipt.total) == (2, 0, 0, 2, 0, 3)
    assert Counter(values(records, "f.name, category")) == {
        (MARCH, "Burglary"): 2,
        (MARCH, "Anti-social behaviour"): 2,
        (APRIL, "Anti-social behaviour"): 1,
    }
    assert figures(load_files(records, tmp_path, m2022_03=[asb()] * 5).total) == (5, 3, 0, 2, 0, 0)


def test_a_row_that_is_no_event_any_more_leaves_one_fewer(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_03=[asb(), asb(at=EAST)])
    receipt = load_files(records, tmp_path, m2022_03=[asb(Crime_type="Piracy"), asb(at=EAST)])
    assert figures(receipt.total) == (2, 0, 1, 0, 1, 1)
    assert values(records, "lon") == [(3.15,)]


def test_a_file_named_for_no_month_withdraws_only_from_months_that_it_holds(records: Records, tmp_path: Path) -> None:
    path = tmp_path / "street.csv"
    load(records, write_csv(path, [asb(), asb(), asb(Month="2022-05"), crime("a", Month="2022-05")]))
    assert figures(load(records, write_csv(path, [asb()])).total) == (1, 0, 0, 1, 0, 1)
    assert figures(load(records, write_csv(path, [asb(Month="2022-06")])).total) == (1, 1, 0, 0, 0, 0)
    assert figures(load(records, write_csv(path, [])).total) == (0, 0, 0, 0, 0, 0)
    months = Counter(month for (month,) in values(records, "month"))
    assert months == {month_from_text("2022-03"): 1, month_from_text("2022-05"): 2, month_from_text("2022-06"): 1}


def test_rows_that_moved_are_unchanged_and_known_by_their_new_place(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_03=[crime("a"), crime("b")])
    receipt = load_files(records, tmp_path, m2022_03=[crime("b"), crime("z", Month="x"), crime("a")])
    assert figures(receipt.total) == (3, 0, 0, 2, 1, 0)
    assert values(records, "reference, row_number") == [("b", 2), ("a", 4)]


def test_a_crime_that_comes_in_another_months_file_is_that_months(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_03=[crime("a")])
    receipt = load_files(records, tmp_path, m2022_04=[crime("a", Month="2022-04")])
    assert figures(receipt.total) == (1, 0, 1, 0, 0, 0)
    assert values(records, "f.name, month") == [(APRIL, month_from_text("2022-04"))]


def test_the_first_of_a_repeated_crime_id_stands_even_far_apart(records: Records, tmp_path: Path) -> None:
    many = [crime(str(number), Context="x" * 50_000) for number in range(200)]  # ten megabytes, several blocks
    receipt = load_files(records, tmp_path, m2022_03=[crime("a", at=EAST), *many, crime("a"), crime("199")])
    assert figures(receipt.total) == (203, 201, 0, 0, 2, 0)
    assert table(records, "SELECT lon FROM events WHERE reference = 'a'") == [(3.15,)]
    assert table(records, "SELECT row_number FROM rejects ORDER BY row_number") == [(203,), (204,)]


def test_a_bad_row_does_not_use_its_crime_id_up(records: Records, tmp_path: Path) -> None:
    receipt = load_files(records, tmp_path, m2022_03=[crime("a", Latitude="540"), crime("a")])
    assert receipt.total.reasons == {"latitude_out_of_range": 1}
    assert values(records, "reference, row_number") == [("a", 3)]


def test_a_crime_id_like_a_made_reference_is_another_crime(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_03=[asb()])
    ((made,),) = values(records, "reference")
    receipt = load_files(records, tmp_path, m2022_03=[asb(), crime(made), crime(made.strip())])
    assert figures(receipt.total) == (3, 1, 0, 1, 1, 0), "trimmed, the two Crime IDs are the same, and not the made one"


def test_mended_rows_leave_the_rejects(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_03=[crime("a", Month="x"), crime("b", Month="x")])
    load_files(records, tmp_path, m2022_03=[crime("a"), crime("b", Month="x")])
    assert table(records, "SELECT row_number FROM rejects") == [(3,)]
    assert values(records, "reference") == [("a",)]


def test_an_empty_month_is_delivered_and_a_month_in_between_is_not(records: Records, tmp_path: Path) -> None:
    receipt = load_files(records, tmp_path, m2022_03=HEADER, m2022_05=[crime("a", Month="2022-05")])
    assert [(line.name, line.read) for line in receipt.files] == [(MARCH, 0), (MAY, 1)]
    assert delivered(records) == [month_from_text("2022-03"), month_from_text("2022-05")]


def test_a_file_of_bad_rows_only_is_a_delivery(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_03=[crime("a", Month="x")])
    assert delivered(records) == [month_from_text("2022-03")]


def test_a_file_of_any_months_delivers_those_of_its_rows(records: Records, tmp_path: Path) -> None:
    rows = [asb(Month="2021-01"), asb(Month="2021-03"), asb(Month="2021-02", Latitude="x")]
    load(records, write_csv(tmp_path / "all.csv", rows))
    assert delivered(records) == [month_from_text("2021-01"), month_from_text("2021-03")]


def test_texts_that_look_like_programs_stay_texts(records: Records, tmp_path: Path) -> None:
    sql = "'); DROP TABLE events; --"
    html = "<img src=x onerror=alert(1)> & \"quoted\" 'too'"
    odd = "%s ? $1 :name {0} \\x00 \\ ☂"
    rows = [crime(sql, Location=html, Context=odd), asb(Location=sql, Falls_within=html)]
    load_files(records, tmp_path, m2022_03=rows)
    assert values(records, "reference, location, context, falls_within") == [
        (sql, html, odd, "Havenshire Police"),
        (f" {MARCH}#{month_from_text('2022-03')}#1", sql, "", html),
    ]
    assert figures(load_files(records, tmp_path, m2022_03=rows).total) == (2, 0, 0, 2, 0, 0)


def test_a_file_with_other_columns_keeps_the_whole_archive_out(records: Records, tmp_path: Path) -> None:
    before = contents(records)
    with pytest.raises(ValueError, match="without "):
        load_files(records, tmp_path, m2022_03=[crime("a")], m2022_04="Crime ID,Outcome\n", m2022_05=[])
    assert contents(records) == before
    assert table(records, "SELECT count(*) FROM loads") == [(0,)]


def test_a_file_that_breaks_off_is_left_out_whole_and_those_before_it_stay(records: Records, tmp_path: Path) -> None:
    many = [crime(str(number), Month="2022-04", Context="x" * 50_000) for number in range(100)]  # five megabytes
    broken = csv_text([*many, crime("q", Month="2022-04")])
    with pytest.raises(UnreadableSource, match=f"{APRIL}.*a quote is never closed"):
        load_files(
            records,
            tmp_path,
            m2022_03=[crime("a"), asb()],
            m2022_04=broken.replace("\nq,", '\n"q,'),
            m2022_05=[asb(Month="2022-05")],
        )
    assert values(records, "f.name") == [(MARCH,), (MARCH,)]
    assert delivered(records) == [month_from_text("2022-03")]
    assert table(records, "SELECT count(*) FROM loads WHERE finished_at IS NULL") == [(1,)]


def test_months_that_a_load_is_said_to_cover_are_delivered_without_a_row(records: Records, tmp_path: Path) -> None:
    covers = Window.from_text("2022-02..2022-04")
    path = write_archive(tmp_path / "a.zip", {MARCH: [crime("a")]})
    profile = read_profile("police-uk")
    load_source(records, profile, path, default_recipe(), now=lambda: NOON, progress=lambda _, __: None, covers=covers)
    assert delivered(records) == list(covers.months)


def test_a_source_that_had_other_records_is_refused(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_03=[crime("a")])
    before = contents(records)
    other = replace(read_profile("police-uk"), kind="crime")
    with pytest.raises(MixedRecords, match="crime of the source police-uk, which has event street_crime"):
        load_source(records, other, tmp_path / "a.zip", default_recipe(), now=lambda: NOON, progress=lambda _, __: None)
    assert contents(records) == before


def test_the_months_of_two_loads_come_together(records: Records, tmp_path: Path) -> None:
    load_files(records, tmp_path, m2022_04=[crime("b", Month="2022-04")])
    load_files(records, tmp_path, m2022_03=[crime("a")])
    assert delivered(records) == [month_from_text("2022-03"), month_from_text("2022-04")]
    assert table(records, "SELECT archive FROM loads WHERE finished_at IS NOT NULL") == [("a.zip",), ("a.zip",)]


ROW = st.sampled_from(
    [crime("a"), crime("b"), crime("b", at=EAST), asb(), asb(at=EAST), asb(at=None), crime("c", Month="x")]
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loads=st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=3))
def test_after_any_loads_of_a_file_the_records_are_those_of_a_plain_loop(
    tmp_path_factory: pytest.TempPathFactory, loads: list[list[Row]]
) -> None:
    folder = tmp_path_factory.mktemp("loads")
    records = open_records(f"sqlite:///{folder / 'records.sqlite'}")
    crimes: dict[str, str] = {}  # longitude by Crime ID
    without: Counter[str] = Counter()  # rows without a Crime ID, by longitude
    for rows in loads:
        total = load_files(records, folder, m2022_03=rows).total
        good = [row for row in rows if row["Month"] != "x"]
        first = {row["Crime ID"]: row["Longitude"] for row in reversed(good) if row["Crime ID"]}
        held, without = without, Counter(row["Longitude"] for row in good if not row["Crime ID"])
        assert total.balanced
        assert (total.read, total.rejected) == (len(rows), len(rows) - len(first) - without.total())
        grown = without.total() - held.total()
        assert (total.loaded, total.withdrawn) == (len(first.keys() - crimes.keys()) + max(grown, 0), max(-grown, 0))
        crimes |= first
    found = Counter(values(records, "CASE WHEN ordinal IS NULL THEN reference END, lon"))
    assert found == Counter([(name, float(lon)) for name, lon in crimes.items()]) + Counter(
        {(None, float(lon) if lon else None): count for lon, count in without.items()}
    )
