"""The schema of the records on both databases, and what happens when many want them at once."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h3
import pyarrow as pa
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from harmgrid.errors import RecordsUnusable
from harmgrid.grid import BASE_RESOLUTION
from harmgrid.records import Records, open_records
from harmgrid.records.tables import metadata, sources
from tests.police_uk_builder import (
    MARCH,
    WEST,
    area,
    contents,
    crime,
    figures,
    havens,
    load,
    table,
    take_sectors,
    write_archive,
)

ROOT = Path(__file__).resolve().parents[3]
OF_EVENTS = {"record": "event", "kind": "street_crime"}


@contextmanager
def connected(records: Records) -> Iterator[sa.Connection]:
    """A connection of SQLAlchemy's own, in a transaction."""
    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[records.url.get_backend_name()]
    engine = sa.create_engine(records.url.set(drivername=driver), poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection


def migrate(records: Records, target: str) -> None:
    config = Config()
    config.set_main_option("script_location", "harmgrid.records:migrations")
    with connected(records) as connection:
        config.attributes["connection"] = connection
        (command.downgrade if target == "base" else command.upgrade)(config, target)


def differences(records: Records) -> list[object]:
    """What the database has otherwise than `harmgrid.records.tables` says."""
    with connected(records) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def test_the_migrations_lead_from_nothing_to_the_tables(database_url: str) -> None:
    assert differences(open_records(database_url)) == []


def test_the_first_migration_leads_up_and_down_again(database_url: str) -> None:
    records = Records(url=sa.make_url(database_url))
    migrate(records, "0001")
    migrate(records, "base")
    with connected(records) as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    assert differences(records) != []


def test_a_database_that_was_taken_down_is_brought_up_by_opening_it(database_url: str) -> None:
    records = Records(url=sa.make_url(database_url))
    migrate(records, "0001")
    migrate(records, "base")
    assert differences(open_records(database_url)) == []


FIRST_ROWS = """
INSERT INTO sources (name) VALUES ('police-uk');
INSERT INTO files (source_id, name) VALUES (1, '2022-03-havenshire-street.csv');
INSERT INTO loads (source_id, archive, started_at) VALUES (1, 'a.zip', '2026-11-01T12:00:00+00:00');
INSERT INTO receipts VALUES (1, 1, 2, 1, 0, 0, 1, 0);
INSERT INTO deliveries VALUES (1, 24266);
INSERT INTO rejects VALUES (1, 3, 'unreadable_month', 'x,y');
INSERT INTO events (source_id, reference, ordinal, file_id, row_number, month, category, lon, lat, cell, place,
    location, lsoa_code, lsoa_name, outcome, context, reported_by, falls_within)
VALUES (1, 'a', NULL, 1, 2, 24266, 'Burglary', 3.05, 55.05, :cell, 3, 'On or near Quay Lane', 'X01000001',
    'Havenshire 001A', 'Under investigation', '', 'Havenshire Police', 'Havenshire Police')
"""


def test_a_database_of_the_first_schema_is_brought_up_to_date_with_all_that_it_holds(
    database_url: str, tmp_path: Path
) -> None:
    """One burglary in Westhaven, one reject and two sectors, as the first version wrote them."""
    records = Records(url=sa.make_url(database_url))
    migrate(records, "0001")
    cell = h3.str_to_int(h3.latlng_to_cell(WEST[1], WEST[0], BASE_RESOLUTION))
    with connected(records) as connection:
        for statement in FIRST_ROWS.split(";"):
            connection.execute(sa.text(statement), {"cell": cell} if ":cell" in statement else {})
        for position, haven in enumerate(map(area, reversed(havens()))):
            sector = {"id": haven.id, "position": position, "name": haven.name, "geometry": haven.geometry.wkb}
            connection.execute(sa.text("INSERT INTO sectors VALUES (:id, :position, :name, :geometry)"), sector)

    assert open_records(database_url) == records
    assert differences(records) == []
    assert table(records, "SELECT name, record, kind FROM sources") == [("police-uk", "event", "street_crime")]
    assert table(records, "SELECT id, kind, day, offence, incident, status, details FROM events") == [
        (1, "street_crime", None, "", "", "", "")
    ]
    held = contents(records)
    assert held["rejects"] == [(MARCH, 3, "unreadable_month", "x,y")]
    assert figures(take_sectors(records, havens())) == (2, 0, 0, 2, 0, 0)
    receipt = load(records, write_archive(tmp_path / "a.zip", {MARCH: [crime("a")]}))
    assert figures(receipt.total) == (1, 0, 0, 1, 0, 0)
    assert contents(records) == held | {"rejects": []}


def test_opening_twice_changes_nothing(database_url: str) -> None:
    records = open_records(database_url)
    with records.bulk() as bulk, bulk.writing():
        bulk.run(sa.insert(sources).values(name="kept", **OF_EVENTS))
    assert open_records(database_url) == records
    assert table(records, "SELECT name FROM sources") == [("kept",)]


def test_a_schema_from_the_future_is_refused_and_left_alone(database_url: str) -> None:
    records = open_records(database_url)
    with connected(records) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordsUnusable, match=r"schema 9999, which this version does not know.*or a newer one"):
        open_records(database_url)
    assert table(records, "SELECT version_num FROM alembic_version") == [("9999",)]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "harmgrid",
        "mysql://host/records",
        "postgresql+psycopg2://host/records",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://host:port/records",
        "http://[::1",
        "file:///etc/passwd",
    ],
)
@pytest.mark.quick
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(RecordsUnusable, match=r"Expected sqlite:////path/to/file or postgresql://"):
        open_records(url)


@pytest.mark.quick
def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    path.write_text("Dear diary, " * 1000)
    with pytest.raises(RecordsUnusable, match="file is not a database"):
        open_records(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear diary")


@pytest.mark.quick
def test_a_database_in_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        open_records(f"sqlite:///{tmp_path}/file/records.sqlite")


@pytest.mark.quick
def test_a_server_that_is_not_there_is_an_error_of_one_line_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(RecordsUnusable, match="which does not open") as refused:
        open_records(f"postgresql://me:hush@/records?host={tmp_path}")
    assert "hush" not in str(refused.value)


def test_a_transaction_that_raises_leaves_nothing(database_url: str) -> None:
    records = open_records(database_url)

    def write_and_fail() -> None:
        with records.bulk() as bulk, bulk.writing():
            bulk.run(sa.insert(sources).values(name="half", **OF_EVENTS))
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    with records.bulk() as bulk, bulk.writing():
        bulk.run(sa.insert(sources).values(name="whole", **OF_EVENTS))
    assert table(records, "SELECT name FROM sources") == [("whole",)]


def test_a_reader_sees_one_state_while_another_writes(database_url: str) -> None:
    records = open_records(database_url)
    count = sa.select(sa.func.count()).select_from(sources)
    with records.bulk() as reader, reader.reading():
        assert reader.value(count) == 0
        with records.bulk() as writer, writer.writing():
            writer.run(sa.insert(sources).values(name="new", **OF_EVENTS))
        assert reader.value(count) == 0
    with records.bulk() as reader, reader.reading():
        assert reader.value(count) == 1


def test_staged_columns_are_seen_by_their_connection_alone(database_url: str) -> None:
    records = open_records(database_url)
    staged = sa.table("batch", sa.column("n"))
    with records.bulk() as bulk, bulk.writing():
        for wanted in (1, 2):
            bulk.stage("batch", pa.table({"n": [wanted]}))
            assert bulk.rows(sa.select(staged)).to_pydict() == {"n": [wanted]}
        with records.bulk() as other, pytest.raises(Exception, match="batch"):
            other.rows(sa.select(staged))


def test_writers_in_threads_take_turns(database_url: str) -> None:
    records = open_records(database_url)

    def write(name: str) -> None:
        for turn in range(5):
            with records.bulk() as bulk, bulk.writing():
                seen = bulk.value(sa.select(sa.func.count()).select_from(sources))
                bulk.run(sa.insert(sources).values(name=f"{seen} {name} {turn}", **OF_EVENTS))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [name for (name,) in table(records, "SELECT name FROM sources")]
    assert sorted(int(name.split()[0]) for name in names) == list(range(20)), (
        "none wrote between another's look and word"
    )


WRITER = """
import sys, time
from pathlib import Path
import sqlalchemy as sa
from harmgrid.records import open_records
from harmgrid.records.tables import sources
url, name, folder = sys.argv[1:]
Path(folder, name).touch()
while not Path(folder, "go").exists():
    time.sleep(0.002)
records = open_records(url)
for turn in range(5):
    with records.bulk() as bulk, bulk.writing():
        seen = bulk.value(sa.select(sa.func.count()).select_from(sources))
        bulk.run(sa.insert(sources).values(name=f"{seen} {name} {turn}", record="event", kind=""))
"""


def test_processes_that_open_a_new_database_at_once_all_get_it(database_url: str, tmp_path: Path) -> None:
    names = "abcd"
    arguments = [sys.executable, "-W", "error", "-c", WRITER, database_url]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen([*arguments, name, str(tmp_path)], env=environment, stderr=subprocess.PIPE, text=True)
        for name in names
    ]
    while not all((tmp_path / name).exists() or process.poll() for name, process in zip(names, running, strict=True)):
        time.sleep(0.01)
    (tmp_path / "go").touch()
    assert [process.communicate()[1] for process in running] == [""] * len(names)
    written = [name for (name,) in table(Records(url=sa.make_url(database_url)), "SELECT name FROM sources")]
    assert sorted(int(name.split()[0]) for name in written) == list(range(20))
