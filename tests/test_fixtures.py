"""The tests' own tools: fresh databases, and honesty about what was left out."""

from pathlib import Path

import psycopg
import pytest

from tests.left_out import leave_out, summary_lines
from tools.postgres import Server


def test_each_database_is_new_and_gone_afterwards(postgres: Server) -> None:
    with postgres.database() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE mark (n integer)")
        with postgres.database() as other, psycopg.connect(other) as connection:
            assert connection.execute("SELECT to_regclass('mark')").fetchone() == (None,)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_a_database_goes_although_somebody_is_still_connected(postgres: Server) -> None:
    with postgres.database() as url:
        forgotten = psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")
    forgotten.close()


def test_a_database_url_names_a_place_that_is_empty(database_url: str) -> None:
    kind, _, rest = database_url.partition("://")
    if kind == "sqlite":
        assert not Path(rest).exists()
        assert rest.startswith("//"), "an absolute path has four slashes"
    else:
        with psycopg.connect(database_url) as connection:
            tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert tables == (0,)


@pytest.mark.quick
def test_what_is_missing_is_left_out_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="left out: maps: no printer"):
        leave_out("maps", "no printer")


@pytest.mark.quick
def test_in_ci_what_is_missing_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="but maps: no printer"):
        leave_out("maps", "no printer")
    with pytest.raises(pytest.skip.Exception):
        leave_out("maps", "no printer", also_in_ci=True)


@pytest.mark.quick
def test_the_summary_counts_each_reason_once() -> None:
    def skipped(reason: str) -> pytest.TestReport:
        return pytest.TestReport("t", ("t", 0, "t"), {}, "skipped", ("t", 0, f"Skipped: {reason}"), "setup")

    reports = [skipped("left out: maps: no printer"), skipped("left out: maps: no printer"), skipped("another reason")]
    assert summary_lines(reports) == ["maps: no printer (2 tests)"]
