"""The command: one line for every error, a status, and help that explains."""

import json
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.estmere import build_demo
from etl.profiles import shipped_profiles
from harmgrid.records import open_records
from harmgrid.records.tables import metadata
from server.cli import main
from server.settings import SETTINGS
from tests.force_builder import COLUMNS, NAME, Force, csv_text, rows, run, write_archive, write_sectors
from tests.police_uk_builder import table

COMMANDS = (
    ("load",),
    ("sources",),
    ("sources", "list"),
    ("sources", "check"),
    ("publish",),
    ("snapshots",),
    ("rollback",),
    ("check",),
    ("explain",),
    ("serve",),
    ("demo",),
)


class Command:
    """The command in this process: what it prints and how it ends, without the second that a new Python takes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    def run(self, *words: str, data_dir: Path, **settings: str) -> tuple[int, str, str]:
        """Its status, and what it wrote to stdout and stderr."""
        for name in SETTINGS:
            self._monkeypatch.delenv(name, raising=False)
        for name, value in {"HARMGRID_DATA_DIR": str(data_dir), **settings}.items():
            self._monkeypatch.setenv(name, value)
        self._monkeypatch.setattr(sys, "argv", ["harmgrid", *words])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        return status, *self._capfd.readouterr()

    def failed(self, *words: str, data_dir: Path, **settings: str) -> str:
        """The one line on stderr of a command that must fail and print nothing else."""
        status, out, err = self.run(*words, data_dir=data_dir, **settings)
        assert (status, out) == (1, "")
        assert err.endswith("\n")
        (line,) = err.splitlines()
        assert line.startswith("harmgrid: ")
        assert "Traceback" not in line
        return line


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capfd)


def not_a_zip(folder: Path) -> list[str]:
    (folder / "archive.zip").write_bytes(b"not a zip")
    return ["archive.zip"]


def a_cut_zip(folder: Path) -> list[str]:
    whole = write_archive(folder / "whole.zip", rows()).read_bytes()
    (folder / "archive.zip").write_bytes(whole[: len(whole) // 2])
    return ["archive.zip"]


def an_empty_zip(folder: Path) -> list[str]:
    zipfile.ZipFile(folder / "archive.zip", "w").close()
    return ["archive.zip"]


def a_zip_bomb(folder: Path) -> list[str]:
    with zipfile.ZipFile(folder / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2022-01-bomb-street.csv", b"0" * 20_000_000)
    return ["archive.zip"]


def another_table(folder: Path) -> list[str]:
    (folder / "other.csv").write_text("a,b\n1,2\n")
    return ["other.csv"]


def a_column_missing(folder: Path) -> list[str]:
    (folder / "other.csv").write_text(csv_text(rows(), [name for name in COLUMNS if name != "Crime type"]))
    return ["other.csv"]


def a_folder(_: Path) -> list[str]:
    return ["."]


def nothing_there(_: Path) -> list[str]:
    return ["no-such.zip"]


def sectors_on_the_national_grid(folder: Path) -> list[str]:
    write_archive(folder / "archive.zip", rows())
    write_sectors(folder / "bng.geojson", west=420_000, south=560_000, side=2_000)
    return ["archive.zip", "--sectors", "bng.geojson"]


def no_sectors_there(folder: Path) -> list[str]:
    write_archive(folder / "archive.zip", rows())
    return ["archive.zip", "--sectors", "no-such.geojson"]


def sectors_that_are_no_json(folder: Path) -> list[str]:
    write_archive(folder / "archive.zip", rows())
    (folder / "sectors.geojson").write_bytes(b"\xff\xfe{")
    return ["archive.zip", "--sectors", "sectors.geojson"]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (not_a_zip, "not a zip archive"),
        (a_cut_zip, "not a zip archive"),
        (an_empty_zip, "without a file of this source"),
        (a_zip_bomb, "to 1 at most"),
        (another_table, "with a, b"),
        (a_column_missing, "without Crime type"),
        (a_folder, "without a file of this source"),
        (nothing_there, "not there"),
        (sectors_on_the_national_grid, "British National Grid"),
        (no_sectors_there, "no-such.geojson"),
        (sectors_that_are_no_json, "sectors.geojson"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_cannot_be_loaded_is_told_in_one_line_and_leaves_nothing(
    command: Command, tmp_path: Path, make: Callable[[Path], list[str]], says: str
) -> None:
    words = [str(tmp_path / word) if "." in word else word for word in make(tmp_path)]
    line = command.failed("load", "police-uk", *words, data_dir=tmp_path / "data")
    assert says in line
    assert "Expected" in line
    assert "To mend it:" in line
    assert is_untouched(tmp_path / "data")


def is_untouched(data_dir: Path) -> bool:
    """Whether nothing has been written, save a database in which nothing is."""
    if data_dir.exists():
        assert [path.name for path in data_dir.iterdir() if not path.name.startswith("records.sqlite")] == []
        records = open_records(f"sqlite:///{data_dir / 'records.sqlite'}")
        return all(table(records, f"SELECT count(*) FROM {name}") == [(0,)] for name in metadata.tables)  # noqa: S608 - ours
    return True


def test_sectors_in_metres_are_taken_where_the_file_says_so(command: Command, tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    path = write_sectors(tmp_path / "bng.geojson", west=420_000, south=560_000, side=2_000, crs=crs)
    status, out, _ = command.run("load", "sectors", str(path), data_dir=tmp_path)
    assert (status, out) == (0, "3 areas of the level sector: 3 new, 0 changed, 0 unchanged, 0 withdrawn\n")


def test_sectors_follow_others_from_a_day_on(command: Command, tmp_path: Path) -> None:
    first, second = (write_sectors(tmp_path / f"{west}.geojson", west=west) for west in (3.0, 3.5))
    assert command.run("load", "sectors", str(first), data_dir=tmp_path)[0] == 0
    status, out, _ = command.run("load", "sectors", str(second), "--valid-from", "2024-04-01", data_dir=tmp_path)
    assert (status, out) == (0, "3 areas of the level sector: 3 new, 0 changed, 0 unchanged, 0 withdrawn\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["police-uk", "a.zip", "--valid-from", "2024-04-01"], "--valid-from is for areas"),
        (["sectors", "a.geojson", "--covers", "2024-04..2024-05"], "--covers is for events"),
        (["police-uk"], "needs a PATH"),
    ],
)
def test_an_option_of_other_records_is_refused(command: Command, tmp_path: Path, words: list[str], says: str) -> None:
    status, _, complaint = command.run("load", *words, data_dir=tmp_path / "data")
    assert status == 2
    assert says in " ".join(complaint.split())


@pytest.mark.parametrize("profile", ["police", "Police-UK", "../police-uk", "none.toml"])
def test_a_source_without_a_profile_is_refused_by_name(command: Command, tmp_path: Path, profile: str) -> None:
    line = command.failed("load", profile, "a.zip", data_dir=tmp_path / "data")
    assert profile.rpartition("/")[2] in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("recipe", ["none", "../soc-nine-css-2020", "gone.toml"])
def test_a_recipe_that_is_not_there_is_refused(command: Command, tmp_path: Path, recipe: str) -> None:
    assert "recipe" in command.failed("publish", data_dir=tmp_path, HARMGRID_RECIPE=recipe)


def test_every_shipped_source_is_listed_with_its_title(command: Command, tmp_path: Path) -> None:
    status, out, _ = command.run("sources", "list", data_dir=tmp_path)
    listed = [line.split(maxsplit=1) for line in out.splitlines()]
    assert status == 0
    assert [name for name, _ in listed] == list(shipped_profiles())
    assert {"police-uk", "recorded-crime", "sectors"} <= {name for name, _ in listed}


def test_a_source_is_checked_without_loading_it(command: Command, tmp_path: Path, force: Force) -> None:
    status, out, err = command.run("sources", "check", "police-uk", str(force.archive), data_dir=tmp_path)
    assert (status, err) == (0, "")
    assert "Burglary" in out
    assert is_untouched(tmp_path)


@pytest.mark.parametrize("name", ["serve", "check"])
def test_without_a_snapshot_a_command_says_how_to_make_one(command: Command, tmp_path: Path, name: str) -> None:
    line = command.failed(name, data_dir=tmp_path)
    assert "nothing has been published" in line
    assert "harmgrid publish" in line


@pytest.mark.parametrize("name", ["load police-uk archive.zip", "publish"])
def test_a_cluster_that_is_none_is_told_in_one_line(command: Command, tmp_path: Path, name: str) -> None:
    said = command.failed(*name.split(), "--dask", "http://127.0.0.1:8786", data_dir=tmp_path)
    assert "which is no address of a dask scheduler" in said


def test_without_records_there_is_nothing_to_publish(command: Command, tmp_path: Path) -> None:
    assert "harmgrid load" in command.failed("publish", data_dir=tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        " ",
        "mysql://u:s3cret@localhost/x",
        "postgresql://u:s3cret@127.0.0.1:1/none",
        "postgresql://u:s3cret@127.0.0.1:port/none",
        "postgresql+psycopg://u:s3cret@127.0.0.1/none",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////",
        "sqlite:////dev/null/records.sqlite",
        "sqlite:///{text}",
    ],
)
def test_a_database_that_does_not_open_is_told_in_one_line(command: Command, tmp_path: Path, url: str) -> None:
    (tmp_path / "text").write_text("no database\n" * 100)
    url = url.format(text=tmp_path / "text")
    line = command.failed("publish", data_dir=tmp_path / "data", HARMGRID_DATABASE_URL=url)
    assert "s3cret" not in line


@pytest.mark.parametrize("name", ["publish", "demo", "serve"])
@pytest.mark.parametrize("folder", ["file", "file/below", "/dev/null", "/proc/none"])
def test_a_data_folder_that_cannot_be_is_told_in_one_line(
    command: Command, tmp_path: Path, name: str, folder: str
) -> None:
    (tmp_path / "file").write_text("")
    line = command.failed(name, data_dir=tmp_path / folder)
    assert "file" in line or folder in line


@pytest.mark.parametrize(
    "words",
    [["paint"], ["load"], ["load", "police-uk"], ["serve", "--port", "0"], ["serve", "--workers", "0"]],
    ids=" ".join,
)
def test_a_command_that_is_spelt_wrong_has_a_status_of_its_own(
    command: Command, tmp_path: Path, words: list[str]
) -> None:
    status, _, complaint = command.run(*words, data_dir=tmp_path)
    assert status == 2
    assert re.match(r"Usage: .*harmgrid\b", complaint)


@pytest.mark.parametrize("words", [(), *COMMANDS], ids=" ".join)
def test_the_help_of_a_command_explains_it(command: Command, tmp_path: Path, words: tuple[str, ...]) -> None:
    status, text, complaint = command.run(*words, "--help", data_dir=tmp_path)
    assert (status, complaint) == (0, "")
    lines = text.splitlines()
    assert re.match(" ".join((r"Usage: .*harmgrid", *words)), lines[0])
    assert len(lines[2].strip()) > 20
    if not words:
        assert all(name in text for name in (*SETTINGS, *(first for first, *_ in COMMANDS)))


def test_the_installed_command_ends_in_the_same_way(tmp_path: Path) -> None:
    assert run("--version", data_dir=tmp_path).stdout.startswith("harmgrid, version ")
    done = run("serve", data_dir=tmp_path, status=1)
    assert (done.stdout, len(done.stderr.splitlines())) == ("", 1)


def test_nothing_but_errors_goes_to_stderr_where_nobody_looks_on(tmp_path: Path, force: Force) -> None:
    loaded = run("load", "police-uk", str(force.archive), "--sectors", str(force.sectors), data_dir=tmp_path)
    published = run("publish", data_dir=tmp_path)
    checked = run("check", data_dir=tmp_path)
    assert [done.stderr for done in (loaded, published, checked)] == ["", "", ""]
    assert "3 areas of the level sector: 3 new, 0 changed, 0 unchanged, 0 withdrawn" in loaded.stdout.splitlines()
    total = next(line for line in loaded.stdout.splitlines() if line.startswith("in all"))
    assert total.split()[2:] == ["20", "20", "0", "0", "0"]
    assert "Published snapshot" in published.stdout
    assert "All agree" in checked.stdout
    assert checked.stdout.count("20 counted") == 10  # the records, seven resolutions, sectors and force + unplaced
    again = run("load", "police-uk", str(force.archive), "--sectors", str(force.sectors), data_dir=tmp_path)
    assert "3 areas of the level sector: 0 new, 0 changed, 3 unchanged, 0 withdrawn" in again.stdout.splitlines()
    total = next(line for line in again.stdout.splitlines() if line.startswith("in all"))
    assert total.split()[2:] == ["20", "0", "0", "20", "0"]


def test_the_folder_on_the_command_line_wins_over_the_environment(
    command: Command, tmp_path: Path, force: Force
) -> None:
    line = command.failed("--data-dir", str(tmp_path / "other"), "check", data_dir=force.data_dir)
    assert str(tmp_path / "other") in line


def test_the_demo_is_synthetic_and_lets_nothing_real_in(
    command: Command, tmp_path: Path, demo_force: Path, force: Force
) -> None:
    version = (demo_force / "CURRENT").read_text().strip()
    said = (demo_force / "said").read_text(encoding="utf-8")
    assert f"Published snapshot {version}" in said
    assert "Recorded crime: 248,722 read = 248,713 loaded + 9 rejected" in said
    manifest = json.loads((demo_force / "snapshots" / version / "manifest.json").read_bytes())
    assert manifest["synthetic"] is True
    assert "(synthetic)" in manifest["force"]
    assert "invented" in manifest["attribution"]
    shutil.copy(demo_force / "records.sqlite", tmp_path)
    line = command.failed("load", "police-uk", str(force.archive), data_dir=tmp_path)
    assert "real rows for records that hold synthetic ones" in line


def test_the_demo_does_not_go_into_records_with_real_events(command: Command, tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "archive.zip", rows(NAME))
    run("load", "police-uk", str(archive), data_dir=tmp_path)
    line = command.failed("demo", data_dir=tmp_path)
    assert "synthetic rows for records that hold real ones" in line
    assert "--data-dir" in line
    invented = write_archive(tmp_path / "invented.zip", rows(f"{NAME} (synthetic)"))
    line = command.failed("load", "police-uk", str(invented), data_dir=tmp_path)
    assert "synthetic rows for records that hold real ones" in line


def test_the_demo_loaded_by_hand_may_be_loaded_again(command: Command, tmp_path: Path) -> None:
    sources = dict(build_demo(tmp_path / "source", share=0.02).sources)
    for _ in range(2):
        for profile in ("sectors", "recorded-crime", "groups"):
            status, out, _ = command.run("load", profile, str(sources[profile]), data_dir=tmp_path)
            assert status == 0
    total = next(line for line in out.splitlines() if line.startswith("in all"))
    assert total.split()[2:] == ["60", "0", "0", "60", "0"]
