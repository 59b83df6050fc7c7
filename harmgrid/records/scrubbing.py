"""Nothing of what was deleted stays in the database: neither in free pages nor beside it."""

import adbc_driver_manager.dbapi as adbc
import sqlalchemy as sa

from harmgrid.errors import RecordsUnusable
from harmgrid.records.engine import Bulk
from harmgrid.records.tables import metadata

_PATIENCE_S = 60  # for others to let go of the database


def prepare_scrub(bulk: Bulk) -> None:
    """Have a database that can do so overwrite what the next transactions delete."""
    if bulk.dialect.name == "sqlite":
        bulk.say("PRAGMA secure_delete = ON")


def scrub(bulk: Bulk) -> None:
    """Write the database anew without what was deleted, ever: outside any transaction, and alone.

    SQLite: VACUUM, and the write-ahead log is brought in and cut to nothing. PostgreSQL: VACUUM FULL with fresh
    statistics of every table, as those quote values, then of the statistics themselves.
    PostgreSQL's own write-ahead log, replicas and backups are out of reach from here.

    Raises:
        RecordsUnusable: somebody else holds the database, or owns it. What was deleted is deleted, but its bytes may be
            there.
    """
    try:
        busy = _scrub_sqlite(bulk) if bulk.dialect.name == "sqlite" else _scrub_postgresql(bulk)
    except adbc.Error as error:
        raise _in_use(str(error).splitlines()[0]) from error
    if busy:
        raise _in_use("another connection reads an older state")


def _scrub_sqlite(bulk: Bulk) -> bool:
    """Whether somebody was in the way."""
    bulk.say(f"PRAGMA busy_timeout = {_PATIENCE_S * 1000}")
    bulk.say("VACUUM")
    return bool(bulk.value(sa.text("PRAGMA wal_checkpoint(TRUNCATE)")))


def _scrub_postgresql(bulk: Bulk) -> bool:
    bulk.say(f"SET lock_timeout = '{_PATIENCE_S}s'")
    for table in metadata.sorted_tables:
        bulk.say(f"VACUUM (FULL, ANALYZE) {table.name}")
    owns = "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
    if not bulk.value(sa.text(owns)):
        raise RecordsUnusable(
            came="a database of another owner, whose statistics may still quote what was removed from the records",
            expected="a role that owns the database",
            do="have its owner run VACUUM FULL pg_catalog.pg_statistic",
        )
    bulk.say("VACUUM FULL pg_catalog.pg_statistic")
    return False


def _in_use(how: str) -> RecordsUnusable:
    return RecordsUnusable(
        came=f"records that are in use, so that free pages may still hold what was removed ({how})",
        expected="nobody else at the database for a minute",
        do="stop what else uses the database, and run the same command again: it goes on from here",
    )
