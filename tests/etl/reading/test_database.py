"""Rows of a database through the child: the address comes from the environment and is never told."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.reading import Reading, open_source
from harmgrid.errors import UnknownColumn, UnreadableSource
from tests.etl.reading.reads import read

QUERY = "SELECT id AS Reference, x, note FROM crimes ORDER BY id"


@pytest.fixture
def crimes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "custody.sqlite"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE crimes (id INTEGER, x REAL, note TEXT)")
    database.executemany(
        "INSERT INTO crimes VALUES (?, ?, ?)",
        [(1, 1001.0, "Café"), (2, 0.1, None), (3, None, "a\0b"), (4, None, "")],
    )
    database.commit()
    monkeypatch.setenv("CUSTODY_URL", f"sqlite:///{path}")
    yield path
    database.close()


def test_rows_of_a_query_are_text(crimes: Path) -> None:
    found = read(Path("custody"), "sql", query=QUERY, url_env="CUSTODY_URL")
    assert (found.member.name, found.member.columns) == ("custody", ("Reference", "x", "note"))
    assert [(number, *row.values()) for number, row in found.rows.items()] == [
        (2, "1", "1001", "Café"),
        (3, "2", "0.1", ""),
        (5, "4", "", ""),
    ]
    (reject,) = found.damaged
    assert (reject.row, reject.reasons, reject.raw) == (4, ("nul_character",), "3,,a\\x00b")
    assert [path.name for path in crimes.parent.iterdir()] == [crimes.name]


def test_columns_that_cannot_be_told_apart_are_refused(crimes: Path) -> None:
    assert crimes.exists()
    reading = Reading(format="sql", query="SELECT id, id FROM crimes", url_env="CUSTODY_URL")
    with pytest.raises(UnknownColumn, match="custody with a column twice: id"), open_source(Path("custody"), reading):
        pass


@pytest.mark.parametrize(("variable", "says"), [("NOT_SET_URL", "variable NOT_SET_URL"), ("", r"\(none is named\)")])
def test_an_address_that_is_not_given_is_asked_for(variable: str, says: str) -> None:
    reading = Reading(format="sql", query=QUERY, url_env=variable)
    with pytest.raises(UnreadableSource, match=says), open_source(Path("custody"), reading):
        pass
