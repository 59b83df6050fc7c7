"""A person who is erased: nothing names them any more, not even a free page, and the next snapshot counts without."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from harmgrid.errors import RecordsUnusable, TellingReason
from harmgrid.published import Published
from harmgrid.records import Records, open_records, scrubbing
from harmgrid.records.changes import Note
from harmgrid.records.erasing import erase_nominal
from harmgrid.records.tables import events
from harmgrid.types import Question, Window
from harmgrid.view import rank_sectors
from tests.handmere import load_file, publish_handmere
from tests.people_builder import (
    CRIME_COLUMNS,
    NAME,
    NOTE,
    WHO,
    copy_of,
    crime,
    load_rows,
    receipts_of,
    write_rows,
)
from tests.police_uk_builder import table

TABLES = ("nominals", "homes", "memberships", "priorities", "involvements", "events", "groups", "rejects")


@pytest.fixture
def records(with_person: Records, database_url: str) -> Records:
    return copy_of(with_person, database_url)


def counts(records: Records) -> dict[str, int]:
    return {name: table(records, f"SELECT count(*) FROM {name}")[0][0] for name in TABLES}  # noqa: S608 - ours


def stored_bytes(records: Records) -> Iterator[bytes]:
    """Every file of the database, as it lies on the disk; of PostgreSQL all but its write-ahead log."""
    if records.is_sqlite:
        base = Path(str(records.url.database))
        yield from (path.read_bytes() for path in base.parent.glob(f"{base.name}*"))
        return
    with psycopg.connect(records.url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        ((folder,),) = connection.execute("SHOW data_directory").fetchall()
        ((oid,),) = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchall()
    yield from (path.read_bytes() for path in (Path(folder) / "base" / str(oid)).iterdir() if path.is_file())


def named_on_disk(records: Records) -> bool:
    words = [word.encode() for word in (WHO, NAME, NAME.upper(), NAME.replace(" ", "  "))]
    return any(word in content for content in stored_bytes(records) for word in words)


def test_everything_that_names_them_goes_and_the_receipt_says_how_much(records: Records) -> None:
    before = counts(records)
    erasure = erase_nominal(records, WHO, NOTE)
    after = counts(records)
    gone = {"nominals": 1, "homes": 1, "memberships": 1, "priorities": 1, "involvements": 1, "rejects": 2}
    assert erasure.removed == gone
    assert {name: before[name] - after[name] for name in TABLES if before[name] != after[name]} == gone
    assert erasure.cleared == {"events.location": 1, "events.details": 1, "nominals.details": 1}
    assert erasure.left == {}
    figures = {"removed": gone, "cleared": erasure.cleared, "left": {}}
    assert receipts_of(records) == [("erase", "review of March", figures)]


def test_what_does_not_name_them_stays(records: Records) -> None:
    erase_nominal(records, WHO, NOTE)
    # C51 keeps its other entry and loses the note and the location; C54 is a reject that names nobody
    assert table(records, "SELECT location, details FROM events WHERE reference = 'C51'") == [("", '{"Desk":"7"}')]
    assert table(records, "SELECT name, details FROM nominals WHERE reference = 'N2'") == [("Vint Harrowmoss", "")]
    left = [json.loads(raw) for (raw,) in table(records, "SELECT raw FROM rejects WHERE reasons = 'unreadable_date'")]
    assert [row["Crime number"] for row in left] == ["C54"]
    assert table(records, "SELECT nominal FROM involvements WHERE event = 'C50'") == [("N5",)]


def test_nothing_is_left_on_the_disk_not_even_in_a_free_page(records: Records) -> None:
    assert named_on_disk(records)
    erase_nominal(records, WHO, NOTE)
    assert not named_on_disk(records)


def test_statistics_of_the_database_name_nobody_either(with_person: Records, postgresql_url: str) -> None:
    records = copy_of(with_person, postgresql_url)
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        seen = "SELECT count(*) FROM pg_stats WHERE histogram_bounds::text LIKE %s"
        assert connection.execute(seen, [f"%{WHO}%"]).fetchall() != [(0,)]
        erase_nominal(records, WHO, NOTE)
        assert connection.execute(seen, [f"%{WHO}%"]).fetchall() == [(0,)]
    assert not named_on_disk(records)


def test_a_role_that_does_not_own_the_database_is_told_what_is_left(with_person: Records, postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
        connection.execute("GRANT CREATE ON SCHEMA public TO guest")
    records = copy_of(with_person, postgresql_url.replace("//harmgrid@", "//guest@"))
    with pytest.raises(RecordsUnusable, match=r"another owner.*VACUUM FULL pg_catalog\.pg_statistic"):
        erase_nominal(records, WHO, NOTE)
    assert counts(records)["memberships"] == 1, "the rows are gone all the same"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("VACUUM FULL pg_catalog.pg_statistic")
    owner = open_records(postgresql_url)
    assert not named_on_disk(owner)
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("DROP OWNED BY guest CASCADE")


def test_a_version_that_was_replaced_before_is_gone_from_the_disk_too(records: Records, tmp_path: Path) -> None:
    columns = CRIME_COLUMNS
    load_rows(records, tmp_path, "recorded-crime", columns, crime("C50"), crime("C51"))
    erase_nominal(records, WHO, NOTE)
    assert not named_on_disk(records)


def test_erasing_twice_changes_nothing_but_the_receipts(records: Records) -> None:
    erase_nominal(records, WHO, NOTE)
    before = counts(records)
    again = erase_nominal(records, WHO, NOTE)
    assert not any(again.removed.values())
    assert (again.cleared, again.left) == ({}, {})
    assert counts(records) == before
    assert [action for action, _, _ in receipts_of(records)] == ["erase", "erase"]


def test_a_trial_says_the_same_and_does_nothing(records: Records) -> None:
    before = counts(records)
    tried = erase_nominal(records, WHO, NOTE, keep=False)
    assert counts(records) == before
    assert receipts_of(records) == []
    assert erase_nominal(records, WHO, NOTE) == tried


def test_another_name_is_looked_for_as_well(records: Records, tmp_path: Path) -> None:
    note = crime("C60", day="2023-03-21", note="known as Fenn the Fletcher")
    load_file(records, "recorded-crime", write_rows(tmp_path / "other.csv", CRIME_COLUMNS, note))
    assert erase_nominal(records, WHO, NOTE, names=["Fenn the Fletcher"]).cleared["events.details"] == 2


def test_what_identifies_something_else_is_left_and_counted(records: Records, tmp_path: Path) -> None:
    load_file(records, "recorded-crime", write_rows(tmp_path / "b.csv", CRIME_COLUMNS, crime(f"{WHO}/22")))
    columns = ("Nominal", "Name", "Review by", "Force")
    load_file(records, "nominals", write_rows(tmp_path / "n.csv", columns, ("N9", NAME, ""), (WHO, NAME, "")))
    erasure = erase_nominal(records, WHO, NOTE)
    assert erasure.left == {"events.reference": 1, "events.incident": 1, "nominals.name": 1}
    assert table(records, "SELECT reference, name FROM nominals") == [("N9", NAME)]


def test_a_file_called_like_them_gets_another_name(records: Records, tmp_path: Path) -> None:
    columns = ("Type", "Date", "Latitude", "Longitude", "Object of search", "Outcome", "Legislation",
               "Outcome linked to object of search", "Force")  # fmt: skip
    search = ("Person search", "2023-03-01", "56.05", "3.25", "Drugs", "", "", "")
    path = write_rows(tmp_path / f"{NAME}-stop-and-search.csv", columns, search, search)
    load_file(records, "stop-and-search", path)
    erasure = erase_nominal(records, WHO, NOTE)
    assert erasure.cleared["files.name"] == 1
    assert erasure.cleared["events.reference"] == 2
    assert erasure.cleared["loads.archive"] == 1
    assert table(records, "SELECT count(*) FROM events WHERE kind = 'stop_search'") == [(2,)]
    assert not named_on_disk(records)


def test_an_earlier_receipt_whose_reason_names_them_loses_it(records: Records) -> None:
    erase_nominal(records, "N6", Note(reason=f"asked for by {WHO}", now=NOTE.now))
    assert erase_nominal(records, WHO, NOTE).cleared["changes.reason"] == 1
    assert not named_on_disk(records)


@pytest.mark.parametrize("reason", [f"erase {WHO}", f"{NAME.lower()} asked for it"])
def test_a_reason_that_names_them_is_refused_and_nothing_goes(records: Records, reason: str) -> None:
    before = counts(records)
    with pytest.raises(TellingReason, match="without saying who"):
        erase_nominal(records, WHO, Note(reason=reason, now=NOTE.now))
    assert counts(records) == before


def test_somebody_who_reads_is_told_about_and_a_second_run_mends_it(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "_PATIENCE_S", 1)
    with records.bulk() as other, other.reading():
        other.rows(sa.select(events.c.id))
        with pytest.raises(RecordsUnusable, match=r"in use.*run the same command again"):
            erase_nominal(records, WHO, NOTE)
    assert counts(records)["priorities"] == 0, "the rows are gone all the same"
    erase_nominal(records, WHO, NOTE)
    assert not named_on_disk(records)


def count_of(published: Published, measure: str) -> tuple[int, float]:
    """Events of a measure and people, in April 2023, in all sectors."""
    question = Question(window=Window.from_text("2023-04..2023-04"), measures=frozenset({measure}))
    total = rank_sectors(published, question).total
    return total.count, total.people


def crimes_of(published: Published) -> int:
    question = Question(window=Window.from_text("2023-03..2023-03"), measures=frozenset({"ocg_crimes"}))
    return rank_sectors(published, question).total.count


def test_the_next_snapshot_no_longer_counts_them(records: Records, tmp_path: Path) -> None:
    before = publish_handmere(records, tmp_path / "a")
    erase_nominal(records, WHO, NOTE)
    after = publish_handmere(records, tmp_path / "b")
    assert count_of(before, "ocg_people")[1] - count_of(after, "ocg_people")[1] == 1
    assert crimes_of(before) - crimes_of(after) == 1, "C50, of which they were the only suspect in an OCG"
