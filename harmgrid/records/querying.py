"""Rows of somebody else's database: any that SQLAlchemy speaks to, streamed, and only to be read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from harmgrid.errors import UnreadableSource

_ROWS = 4_096  # at a time
_READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query against a database that is connected."""

    connection: sa.Connection
    statement: sa.TextClause
    address: sa.URL

    def columns(self) -> tuple[str, ...]:
        """The names of its columns.

        Raises:
            UnreadableSource: the database does not answer it, or it answers with no rows at all.
        """
        with self._answered() as result:
            return tuple(result.keys())

    def rows(self) -> Iterator[list[tuple[Any, ...]]]:
        """Its rows, some at a time; each call asks again.

        Raises:
            UnreadableSource: see `columns`; or the connection is lost.
        """
        with self._answered() as result:
            for some in result.partitions(_ROWS):
                yield [tuple(row) for row in some]

    @contextmanager
    def _answered(self) -> Iterator[sa.CursorResult[Any]]:
        try:
            with self.connection.execute(self.statement) as result:
                if not result.returns_rows:
                    raise UnreadableSource(
                        came="a query that returns no rows",
                        expected="one that reads, such as SELECT",
                        do="write another query into the profile",
                    )
                yield result
        except sa.exc.SQLAlchemyError as error:
            raise _unanswered(self.address, error) from error
        finally:
            self.connection.rollback()


@contextmanager
def open_query(url: str, query: str) -> Iterator[Query]:
    """A query that can be asked; nothing that it does is kept.

    Raises:
        UnreadableSource: no such database, or no right to it; no part of the URL but its kind and place is told.
    """
    address = _address(url)
    try:
        engine = sa.create_engine(address, poolclass=sa.NullPool, hide_parameters=True)
    except (sa.exc.ArgumentError, ImportError) as error:
        raise _unanswered(address, error) from error
    if refuse_writing := _READ_ONLY.get(address.get_backend_name()):
        sa.event.listen(engine, "connect", lambda connection, _: _say(connection, refuse_writing))
    options: dict[str, Any] = {"stream_results": True, "max_row_buffer": _ROWS}
    if address.get_backend_name() == "postgresql":
        options["postgresql_readonly"] = True
    try:
        connection = engine.connect().execution_options(**options)
    except sa.exc.SQLAlchemyError as error:
        raise _unanswered(address, error) from error
    with connection:
        # a colon in it is a colon, not the name of a value
        yield Query(connection=connection, statement=sa.text(query.replace(":", r"\:")), address=address)


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
        kind = address.get_backend_name()
    except (sa.exc.ArgumentError, ValueError) as error:
        raise UnreadableSource(
            came="an address of a database that cannot be read",
            expected="a URL such as postgresql://user@host/database",
            do="mend the environment variable that the profile names",
        ) from error
    if kind == "sqlite" and not Path(address.database or "").is_file():
        raise UnreadableSource(
            came=f"a SQLite database, {address.database or 'in memory'}, that is not there",
            expected="a file that is there",
            do="mend the environment variable that the profile names",
        )
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


def _say(connection: Any, fixed: str) -> None:
    cursor = connection.cursor()
    cursor.execute(fixed)
    cursor.close()


def _unanswered(address: sa.URL, error: Exception) -> UnreadableSource:
    reason = str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__]
    told = reason[0][:300]
    for secret in (address.password, *_texts(address.query.values())):
        told = told.replace(str(secret), "***") if secret else told
    return UnreadableSource(
        came=f"a {address.get_backend_name()} database that does not answer the profile's query ({told})",
        expected="a database that lets harmgrid in, and a query that it understands",
        do="try the query in the database's own program with the same user",
    )


def _texts(values: Any) -> Sequence[str]:
    return [text for value in values for text in ([value] if isinstance(value, str) else value)]
