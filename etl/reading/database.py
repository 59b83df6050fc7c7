"""The rows of a query; the SQL itself is `harmgrid.records.querying`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pyarrow as pa

from etl.reading.archive import Found
from etl.reading.blocks import Block, Damaged, Table, sift
from etl.reading.source import Reading, require_names
from etl.reading.text import text_of
from harmgrid.errors import UnreadableSource
from harmgrid.records.querying import Query, open_query


@contextmanager
def open_table(file: Found, reading: Reading) -> Iterator[Table]:
    """The answer to a query.

    Raises:
        UnreadableSource: no address in the environment, or the database does not answer.
        UnknownColumn: columns that cannot be told apart.
    """
    url = os.environ.get(reading.url_env, "")
    if not url:
        raise UnreadableSource(
            came=f"no address of a database in the environment variable {reading.url_env or '(none is named)'}",
            expected="a URL such as postgresql://user@host/database",
            do="set that variable for this command",
        )
    with open_query(url, reading.query) as query:
        table = _Answer(query)
        require_names(file.name, table.columns)
        yield table


class _Answer:
    """Its rows in the order of the database."""

    crs = ""

    def __init__(self, query: Query) -> None:
        self._query = query
        self.columns = query.columns()

    def blocks(self) -> Iterator[Block | Damaged]:
        """Its rows, the first being number 2."""
        first = 2
        for rows in self._query.rows():
            columns = [
                pa.array([text_of(value) for value in values], pa.string()) for values in zip(*rows, strict=True)
            ]
            numbers = np.arange(first, first + len(rows))
            first += len(rows)
            yield from sift(Block(numbers=numbers, columns=columns, done=0), "not_utf8")
