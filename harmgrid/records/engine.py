"""The one way to a database: SQLite by default, PostgreSQL by URL. Opening it brings its schema up to date.

Everything goes in and out as Arrow columns through ADBC (five to ten times faster than row inserts), with statements
that SQLAlchemy wrote; only migrations use a connection of SQLAlchemy's own. The two must not hold one SQLite file open
at the same time in one process: each brings its own copy of SQLite, and the locks of one do not bind the other. So that
connection is opened only where there is something to migrate, and closed before anything else.

Every writing transaction on SQLite starts with BEGIN IMMEDIATE: a plain BEGIN that upgrades later fails at once when
another process has written in between.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import quote

import adbc_driver_manager.dbapi as adbc
import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import pyarrow as pa
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement

from harmgrid.errors import RecordsUnusable, TooBroad

_BUSY_MS = 60_000
_CACHE_KIB = 65_536
_BATCH_ROWS = 1 << 18  # SQLite's driver takes the type of a column from the rows of the first batch
_WATCHED_ROWS = 1 << 13  # of a batch, where somebody looks at the clock between batches
_ARROW = ((sa.Text, pa.string()), (sa.Integer, pa.int64()), (sa.Double, pa.float64()), (sa.LargeBinary, pa.binary()))
_CANCELLED = "57014"  # what PostgreSQL says of a statement whose time was over
_WRITING_LOCK = 0x6861726D  # any number that nothing else on the database server uses


@dataclass(frozen=True, kw_only=True)
class Records:
    """A database with the schema of this version."""

    url: sa.URL
    only_reads: bool = False  # a SQLite file is then opened as one that nobody may write

    @contextmanager
    def bulk(self) -> Iterator["Bulk"]:
        """A connection. Its transactions are `writing()` and `reading()`; its temporary tables go with it.

        Raises:
            RecordsUnusable: no such database, no right to it, or it fails midway.
        """
        try:
            with self._connect() as connection:
                yield self._bulk(connection)
        except adbc.Error as error:
            raise _unusable(self.url, "which failed", error) from error

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of its own."""
        return self.url.get_backend_name() == "sqlite"

    def _bulk(self, connection: adbc.Connection) -> "Bulk":
        if not self.is_sqlite:
            return _postgresql_bulk(connection)
        bulk = _sqlite_bulk(connection)
        if self.only_reads:
            bulk.say("PRAGMA query_only = ON")
        return bulk

    def _connect(self) -> adbc.Connection:
        try:
            if self.is_sqlite:
                path = cast("str", self.url.database)
                if self.only_reads:
                    path = f"file:{quote(str(Path(path).absolute()))}?mode=ro"
                return adbc_driver_sqlite.dbapi.connect(path, autocommit=True)
            address = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
            return cast("adbc.Connection", adbc_driver_postgresql.dbapi.connect(address, autocommit=True))
        except adbc.Error as error:
            raise _unusable(self.url, "which does not open", error) from error


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """Statements by SQLAlchemy, columns by Arrow, on one ADBC connection."""

    connection: adbc.Connection
    dialect: sa.Dialect
    begin_writing: tuple[str, ...]
    begin_reading: tuple[str, ...]
    until: float | None = None  # monotonic seconds; no rows are fetched after that

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that is kept whole when the block ends, and gone when it raises or the process dies."""
        yield from self._transaction(self.begin_writing, "COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A transaction that sees one state of the records from start to end."""
        yield from self._transaction(self.begin_reading, "ROLLBACK")

    def run(self, statement: ClauseElement) -> None:
        """Run a statement that returns no rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(*self._compiled(statement))

    def rows(self, statement: ClauseElement) -> pa.Table:
        """The rows of a query as columns, of the types that the query says.

        Raises:
            TooBroad: they do not come within the time that they may take.
        """
        with self.connection.cursor() as cursor:
            if self.dialect.name == "sqlite":
                batch = _BATCH_ROWS if self.until is None else _WATCHED_ROWS
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(batch)})
            cursor.execute(*self._compiled(statement))
            if self.until is None:
                return _typed(cursor.fetch_arrow_table(), statement)
            with cursor.fetch_record_batch() as reader:
                return _typed(pa.Table.from_batches(_in_time(reader, self.until), reader.schema), statement)

    def value(self, statement: ClauseElement) -> Any:
        """The first column of the first row, None if there is no row."""
        rows = self.rows(statement)
        return rows.column(0)[0].as_py() if rows.num_rows else None

    def insert(self, table: str, columns: pa.Table) -> None:
        """Append these columns to a table."""
        self._ingest(table, columns, "append", temporary=False)

    def stage(self, table: str, columns: pa.Table) -> None:
        """Make these columns a temporary table, in place of one of that name."""
        self._ingest(table, columns, "replace", temporary=True)

    def say(self, fixed: str) -> None:
        """Run a fixed statement that takes no values."""
        with self.connection.cursor() as cursor:
            cursor.execute(fixed)

    def _transaction(self, begin: tuple[str, ...], end: str) -> Iterator[None]:
        for statement in begin:
            self.say(statement)
        try:
            yield
        except BaseException:
            with suppress(
                adbc.Error
            ):  # a dead connection has rolled back by itself, and the first error is the one to tell
                self.say("ROLLBACK")
            raise
        self.say(end)

    def _ingest(self, table: str, columns: pa.Table, mode: Literal["append", "replace"], *, temporary: bool) -> None:
        with self.connection.cursor() as cursor:
            cursor.adbc_ingest(table, columns, mode=mode, temporary=temporary)

    def _compiled(self, statement: ClauseElement) -> tuple[str, list[Any] | None]:
        compiled = statement.compile(dialect=self.dialect, compile_kwargs={"render_postcompile": True})
        names = getattr(compiled, "positiontup", None) or []
        return str(compiled), [compiled.params[name] for name in names] or None


def _typed(table: pa.Table, statement: ClauseElement) -> pa.Table:
    """Columns in the types of the statement; SQLite tells the type of a column by its first values, if it has any."""
    if not isinstance(statement, sa.Select):
        return table
    for at, column in enumerate(statement.selected_columns):
        wanted = next((arrow for kind, arrow in _ARROW if isinstance(column.type, kind)), None)
        if wanted is not None and table.schema.field(at).type != wanted:
            held = table.column(at)
            empty = held.null_count == len(held)  # of whatever type: there is nothing that could not be cast
            typed = pa.nulls(len(held), wanted) if empty else held.cast(wanted)
            table = table.set_column(at, table.schema.field(at).name, typed)
    return table


def _in_time(batches: Iterator[pa.RecordBatch], until: float) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if time.monotonic() > until:
            raise _too_slow()
        yield batch


def _too_slow() -> TooBroad:
    return TooBroad(
        came="a question that takes the records longer than they have for one",
        expected="a smaller part of the records",
        do="choose a smaller place, a shorter window or fewer measures",
    )


def _sqlite_bulk(connection: adbc.Connection) -> Bulk:
    bulk = Bulk(
        connection=connection,
        dialect=sqlite.dialect(paramstyle="qmark"),
        begin_writing=("BEGIN IMMEDIATE",),
        begin_reading=("BEGIN",),
    )
    for pragma in (f"busy_timeout = {_BUSY_MS}", f"cache_size = -{_CACHE_KIB}", "foreign_keys = ON"):
        bulk.say(f"PRAGMA {pragma}")
    return bulk


def _postgresql_bulk(connection: adbc.Connection) -> Bulk:
    return Bulk(
        connection=connection,
        dialect=postgresql.dialect(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
        begin_writing=("BEGIN", f"SELECT pg_advisory_xact_lock({_WRITING_LOCK})"),  # writers take turns, as on SQLite
        begin_reading=("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",),
    )


def open_records(url: str) -> Records:
    """The records at a database URL, their schema brought up to date.

    Raises:
        RecordsUnusable: no such database, no right to it, or a schema newer than this version.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    records = Records(url=address)
    newest, known = _schemas()
    with records.bulk() as bulk:
        found = _schema(bulk)
    if found is not None and found not in known:
        raise RecordsUnusable(
            came=f"a database with schema {found}, which this version does not know",
            expected=f"schema {newest} or older",
            do="use the harmgrid that wrote it, or a newer one",
        )
    if found != newest:
        _migrate(address)
    return records


@contextmanager
def look_into(url: str, *, seconds: float) -> Iterator[Bulk]:
    """A connection that can only read, in a transaction that sees one state of the records; nothing is migrated.

    Args:
        url: of the database.
        seconds: for all statements together. SQLite looks at the clock between batches of rows only, so its statements
            should give rows as they find them: no ORDER BY without an index.

    Raises:
        RecordsUnusable: no such database, no right to it, another schema than this version's, or it fails midway.
        TooBroad: the time is over.
    """
    records = Records(url=_address(url), only_reads=True)
    until = time.monotonic() + seconds
    try:
        with records.bulk() as found:
            limit = () if records.is_sqlite else (f"SET LOCAL statement_timeout = {int(1000 * seconds)}",)
            bulk = replace(found, until=until, begin_reading=(*found.begin_reading, *limit))
            with bulk.reading():
                _require_newest(bulk)
                yield bulk
    except RecordsUnusable as error:
        if getattr(error.__cause__, "sqlstate", None) == _CANCELLED:
            raise _too_slow() from error
        raise
    except OSError as error:  # how a driver fails that has begun to hand out rows
        raise _unusable(records.url, "which failed", error) from error


def _require_newest(bulk: Bulk) -> None:
    newest, _ = _schemas()
    found = _schema(bulk)
    if found != newest:
        raise RecordsUnusable(
            came=f"a database with schema {found or 'none'}",
            expected=f"schema {newest}",
            do="run harmgrid publish, which brings the schema up to date, with the version that serves",
        )


def _scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", "harmgrid.records:migrations")
    return config


@cache
def _schemas() -> tuple[str | None, frozenset[str]]:
    """The newest schema of this version, and all that it knows."""
    scripts = ScriptDirectory.from_config(_scripts())
    return scripts.get_current_head(), frozenset(script.revision for script in scripts.walk_revisions())


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # the latter for a port that is no number
        address = sa.URL.create("unreadable")
    kind = address.drivername
    if kind not in {"sqlite", "postgresql"} or (kind == "sqlite" and address.database in {None, "", ":memory:"}):
        raise RecordsUnusable(
            came=f"a database URL of the kind {kind!r}" + (" without a file" if kind == "sqlite" else ""),
            expected="sqlite:////path/to/file or postgresql://user@host/database",
            do="set HARMGRID_DATABASE_URL to one of those",
        )
    return address


def _schema(bulk: Bulk) -> str | None:
    """The migration that the database has reached, None if it is new."""
    version = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.Text))
    try:
        return cast("str | None", bulk.value(sa.select(version.c.version_num)))
    except adbc.Error:  # no such table
        return None


def _migrate(address: sa.URL) -> None:
    """Bring the schema up to date, one process at a time."""
    is_sqlite = address.get_backend_name() == "sqlite"
    if not is_sqlite:
        address = address.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    if is_sqlite:
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            if not is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITING_LOCK)))
            config = _scripts()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sa.exc.DBAPIError as error:
        raise _unusable(address, "which does not open", error) from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is a plain one
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    until = time.monotonic() + _BUSY_MS / 1000
    while True:  # SQLite does not wait for its turn here, whatever its timeout
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _unusable(url: sa.URL, how: str, error: Exception) -> RecordsUnusable:
    reason = str(error.__cause__ or error).splitlines()[0]
    return RecordsUnusable(
        came=f"the database {url.render_as_string()}, {how} ({reason})",
        expected="a database that is there, lets harmgrid in and has room",
        do="set HARMGRID_DATABASE_URL, or look after the database",
    )
