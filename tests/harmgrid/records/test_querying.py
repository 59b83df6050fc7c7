"""Queries against other people's databases: what they answer, that nothing is written, and that no password is told."""

import sqlite3
from pathlib import Path

import psycopg
import pytest

from harmgrid.errors import UnreadableSource
from harmgrid.records.querying import open_query

ROWS = ["INSERT INTO crimes VALUES (1, 'a:b 10%', '2020-05-01')", "INSERT INTO crimes VALUES (2, NULL, NULL)"]


@pytest.fixture
def crimes_url(database_url: str) -> str:
    """A database of each kind with two crimes in it."""
    statements = ["CREATE TABLE crimes (id INTEGER, note TEXT, day DATE)", *ROWS]
    if database_url.startswith("sqlite"):
        database = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()
    else:
        with psycopg.connect(database_url) as connection:
            for statement in statements:
                connection.execute(statement.encode())
    return database_url


def test_a_query_is_answered_as_often_as_it_is_asked(crimes_url: str) -> None:
    with open_query(
        crimes_url, "SELECT id, note FROM crimes WHERE note IS NULL OR note LIKE 'a:b%' ORDER BY id"
    ) as query:
        assert query.columns() == ("id", "note")
        for _ in range(2):
            assert [row for rows in query.rows() for row in rows] == [(1, "a:b 10%"), (2, None)]


def test_a_colon_and_a_percent_sign_are_what_they_are(crimes_url: str) -> None:
    with open_query(crimes_url, "SELECT ':note', ' :x 5%s %(y)s', CAST(7 AS INTEGER)") as query:
        assert next(query.rows()) == [(":note", " :x 5%s %(y)s", 7)]


def test_many_rows_come_some_at_a_time(crimes_url: str) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i FROM n"
    with open_query(crimes_url, many) as query:
        parts = list(query.rows())
    assert len(parts) > 1
    assert [row for part in parts for row in part] == [(i,) for i in range(1, 10_001)]


@pytest.mark.parametrize(
    "query",
    ["DELETE FROM crimes", "DROP TABLE crimes", "INSERT INTO crimes VALUES (3)", "CREATE TABLE x (a INTEGER)"],
)
def test_a_query_that_writes_is_refused_and_writes_nothing(crimes_url: str, query: str) -> None:
    with open_query(crimes_url, query) as asked, pytest.raises(UnreadableSource):
        list(asked.rows())
    with open_query(crimes_url, "SELECT COUNT(*) FROM crimes") as counted:
        assert next(counted.rows()) == [(2,)]


def test_a_query_that_is_none_is_refused_with_what_the_database_says(crimes_url: str) -> None:
    with (
        open_query(crimes_url, "SELECT nothing FROM crimes") as query,
        pytest.raises(UnreadableSource, match="nothing"),
    ):
        query.columns()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://somebody:s3cret@127.0.0.1:1/db",
        "postgresql://127.0.0.1:1/db?user=somebody&password=s3cret",
        "postgresql+nosuchdriver://somebody:s3cret@127.0.0.1:1/db",
        "nosuchdatabase://somebody:s3cret@127.0.0.1:1/db",
        "postgresql://somebody:s3cret@127.0.0.1:port/db",
        "s3cret",
        "sqlite:///nowhere/s3cret-not-here.sqlite",
    ],
)
def test_a_database_that_is_not_there_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UnreadableSource) as caught, open_query(url, "SELECT 1"):
        pass
    assert "s3cret" not in str(caught.value) or url.startswith("sqlite")
    assert "database" in caught.value.came


def test_no_database_is_made_where_there_is_none(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'x.sqlite'}", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(UnreadableSource, match="that is not there"), open_query(url, "SELECT 1"):
            pass
    assert list(tmp_path.iterdir()) == []
