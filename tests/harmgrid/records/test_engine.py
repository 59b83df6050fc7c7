"""The schema of the records on both databases, and what happens when many want them at once."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from harmgrid.errors import RecordsUnusable
from harmgrid.records import Records, open_records
from harmgrid.records.tables import metadata, sources
from tests.police_uk_builder import table

ROOT = Path(__file__).resolve().parents[3]


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


def test_the_migrations_lead_down_and_up_again(database_url: str) -> None:
    records = open_records(database_url)
    migrate(records, "base")
    with connected(records) as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    assert differences(records) != []
    migrate(records, "head")
    assert differences(records) == []


def test_a_database_that_was_taken_down_is_brought_up_by_opening_it(database_url: str) -> None:
    records = open_records(database_url)
    migrate(records, "base")
    assert differences(open_records(database_url)) == []


def test_opening_twice_changes_nothing(database_url: str) -> None:
    records = open_records(database_url)
    with records.bulk() as bulk, bulk.writing():
        bulk.run(sa.insert(sources).values(name="kept"))
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
            bulk.run(sa.insert(sources).values(name="half"))
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    with records.bulk() as bulk, bulk.writing():
        bulk.run(sa.insert(sources).values(name="whole"))
    assert table(records, "SELECT name FROM sources") == [("whole",)]


def test_a_reader_sees_one_state_while_another_writes(database_url: str) -> None:
    records = open_records(database_url)
    count = sa.select(sa.func.count()).select_from(sources)
    with records.bulk() as reader, reader.reading():
        assert reader.value(count) == 0
        with records.bulk() as writer, writer.writing():
            writer.run(sa.insert(sources).values(name="new"))
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
                bulk.run(sa.insert(sources).values(name=f"{seen} {name} {turn}"))

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
        bulk.run(sa.insert(sources).values(name=f"{seen} {name} {turn}"))
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
