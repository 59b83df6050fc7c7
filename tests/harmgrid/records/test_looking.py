"""Looking into the records: nothing can be written, nothing waits for a writer, and nothing goes on for ever."""

from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from harmgrid.errors import RecordsUnusable, TooBroad
from harmgrid.records import Bulk, Records, open_records
from harmgrid.records.engine import look_into
from harmgrid.records.tables import sources

NAMES = sa.select(sources.c.name)


def names_of(bulk: Bulk) -> list[str]:
    found: list[str] = bulk.rows(NAMES)["name"].to_pylist()
    return found


def ask_for_ever(bulk: Bulk) -> None:
    while True:
        names_of(bulk)


def write(bulk: Bulk, name: str) -> None:
    bulk.run(sa.insert(sources).values(name=name, record="event", kind=""))


def test_nothing_can_be_written(database_url: str) -> None:
    open_records(database_url)
    with pytest.raises(RecordsUnusable, match=r"read-?only"), look_into(database_url, seconds=60) as bulk:
        write(bulk, "another")
    with look_into(database_url, seconds=60) as bulk:
        assert names_of(bulk) == []


def test_a_writer_does_not_keep_it_waiting_and_is_not_seen_before_it_ends(database_url: str) -> None:
    records = open_records(database_url)
    with records.bulk() as other, look_into(database_url, seconds=60) as early:
        assert names_of(early) == []
        with other.writing():
            write(other, "new")
            with look_into(database_url, seconds=60) as bulk:
                assert names_of(bulk) == []
        assert names_of(early) == [], "one question sees one state of the records"
        with look_into(database_url, seconds=60) as bulk:
            assert names_of(bulk) == ["new"]


def test_a_question_without_time_is_refused(database_url: str) -> None:
    with open_records(database_url).bulk() as bulk, bulk.writing():
        write(bulk, "new")
    with pytest.raises(TooBroad, match="longer"), look_into(database_url, seconds=0.05) as bulk:
        ask_for_ever(bulk)


def test_postgresql_stops_a_statement_by_itself(postgresql_url: str) -> None:
    open_records(postgresql_url)
    with pytest.raises(TooBroad, match="longer"), look_into(postgresql_url, seconds=0.2) as bulk:
        bulk.rows(sa.select(sa.func.pg_sleep(60)))


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "no ? such #.sqlite"
    with pytest.raises(RecordsUnusable), look_into(f"sqlite:///{path}", seconds=60):
        pass
    assert not path.exists()


def test_a_path_with_signs_of_a_url_in_it_is_a_path(tmp_path: Path) -> None:
    url = sa.URL.create("sqlite", database=str(tmp_path / "a ? b # c %20.sqlite")).render_as_string()
    open_records(url)
    with look_into(url, seconds=60) as bulk:
        assert names_of(bulk) == []


def test_a_file_that_is_damaged_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    with open_records(f"sqlite:///{path}").bulk() as bulk, bulk.writing():
        rows = [f"{number} {'x' * 200}" for number in range(20_000)]
        columns = {"name": rows, "record": ["event"] * len(rows), "kind": [""] * len(rows)}
        bulk.insert("sources", pa.table(columns))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\x7f" * (len(whole) // 2))
    with pytest.raises(RecordsUnusable, match="failed"), look_into(f"sqlite:///{path}", seconds=60) as bulk:
        bulk.rows(sa.select(sources))


def test_another_schema_is_refused_and_left_as_it_is(database_url: str) -> None:
    records = open_records(database_url)
    with records.bulk() as bulk, bulk.writing():
        bulk.say("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(RecordsUnusable, match="schema 0001"), look_into(database_url, seconds=60):
        pass
    with records.bulk() as bulk:
        assert bulk.value(sa.select(sa.column("version_num")).select_from(sa.table("alembic_version"))) == "0001"


def test_coordinates_that_begin_late_are_coordinates(database_url: str) -> None:
    """A driver that has seen only empty ones must not take the column for whole numbers."""
    records = Records(url=open_records(database_url).url)
    of = pa.table({"id": list(range(3_000)), "lon": pa.array([None] * 2_000 + [1.5] * 1_000, pa.float64())})
    staged = sa.Table("late", sa.MetaData(), sa.Column("id", sa.BigInteger), sa.Column("lon", sa.Double))
    with records.bulk() as bulk:
        bulk.stage(staged.name, of)
        found = bulk.rows(sa.select(staged.c.lon).order_by(staged.c.id))["lon"].to_pylist()
    assert found == of["lon"].to_pylist()
