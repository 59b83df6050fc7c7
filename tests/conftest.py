"""Fixtures that more than one room's tests use: a database, a small published force, the real data, a browser."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from harmgrid.records import Records, open_records
from tests.force_builder import Force, build_force, run
from tests.handmere import load_handmere, publish_handmere
from tests.left_out import leave_out, summary_lines
from tests.people_builder import load_with_person
from tests.real_force import northumbria
from tools.browser import find_chromium
from tools.postgres import Server, find_programs, running_server

__all__ = ["northumbria"]

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of our own, started when the first test asks for it."""
    programs = find_programs()
    if programs is None:
        leave_out("records on PostgreSQL", "no server programs of PostgreSQL here; sh tests/install.sh installs them")
    with running_server(programs) as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'records.sqlite'}"


@pytest.fixture
def postgresql_url(postgres: Server) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new, empty database; every test that asks for it runs on both kinds."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def force(tmp_path_factory: pytest.TempPathFactory) -> Force:
    """The small force as the command line publishes it; nobody may change its folder."""
    return build_force(tmp_path_factory.mktemp("force"))


@pytest.fixture(scope="session")
def demo_force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the demo force, built once for all processes of a run; nobody may change it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "said").exists():
            done = run("demo", data_dir=folder)
            (folder / "said").write_text(done.stdout + done.stderr, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def handmere_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of Handmere; nobody may change it."""
    folder = tmp_path_factory.mktemp("handmere")
    records = open_records(f"sqlite:///{folder}/records.sqlite")
    load_handmere(records)
    publish_handmere(records, folder)
    return folder


@pytest.fixture(scope="session")
def with_person(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """Records of one person with all that names them; a test that changes them takes a copy."""
    folder = tmp_path_factory.mktemp("person")
    found = open_records(f"sqlite:///{folder}/records.sqlite")
    load_with_person(found, folder)
    return found


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of published data beside the repository, or the one that HARMGRID_REAL_DATA names."""
    folder = Path(os.environ.get("HARMGRID_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        leave_out("real data", f"no folder {folder}; HARMGRID_REAL_DATA may name another", also_in_ci=True)
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program."""
    found = find_chromium()
    if not found:
        leave_out("the page in a browser", "no Chromium here; sh tests/install.sh installs it")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that walk through the whole house first: a slow file at the end keeps one process waiting."""
    items.sort(key=lambda item: item.path.parent != ROOT / "tests")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says at the very end what was left out, and why."""
    lines = summary_lines(terminalreporter.stats.get("skipped", []))
    if lines:
        terminalreporter.section("left out")
        for line in lines:
            terminalreporter.write_line(line)
