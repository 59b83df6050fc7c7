"""A role of PostgreSQL that can only read, as docs/how-to.md has it, is all that a server needs."""

import re
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from harmgrid.records import open_records
from tests.conftest import ROOT
from tests.handmere import WHOLE, load_handmere, publish_handmere
from tests.server.answers import answered
from tests.server.conftest import records_app


def test_the_role_of_the_documentation_reads_the_records_and_nothing_else(postgresql_url: str, tmp_path: Path) -> None:
    records = open_records(postgresql_url)
    load_handmere(records)
    publish_handmere(records, tmp_path)
    address = sa.make_url(postgresql_url)
    (statements,) = re.findall(
        r"```sql\n(.*?)```", (ROOT / "docs" / "how-to.md").read_text(encoding="utf-8"), re.DOTALL
    )
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as owner:
        for statement in statements.strip().split("\n"):
            owner.execute(statement)
        try:
            reader = address.set(username="harmgrid_reader").render_as_string(hide_password=False)
            client = records_app(tmp_path, HARMGRID_DATABASE_URL=reader).test_client()
            for path in ("events", "groups/G1", "group-names", "nominals", "nominals/N1", "loads", "rejects"):
                answered(client.get(f"/api/{path}"))
            assert answered(client.get(f"/api/events?window={WHOLE}"))["total"] == 9
            with psycopg.connect(reader) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute("DELETE FROM events")
            with psycopg.connect(reader) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SET default_transaction_read_only = off; COMMIT; DELETE FROM events")
        finally:
            owner.execute("DROP OWNED BY harmgrid_reader; DROP ROLE harmgrid_reader")
