"""The command: one line for every error, a status, and help that explains."""

import json
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.demo import build_demo
from server.cli import main
from server.settings import SETTINGS
from tests.force_builder import COLUMNS, NAME, Force, csv_text, rows, run, write_archive, write_sectors

COMMANDS = (("load",), ("load", "police-uk"), ("publish",), ("check",), ("serve",), ("demo",))


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


def sectors_that_say_national_grid(folder: Path) -> list[str]:
    write_archive(folder / "archive.zip", rows())
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    write_sectors(folder / "bng.geojson", west=420_000, south=560_000, side=2_000, crs=crs)
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
        (an_empty_zip, "without a street crime file"),
        (a_zip_bomb, "to 1 at most"),
        (another_table, "with a, b"),
        (a_column_missing, "without Crime type"),
        (a_folder, "a folder"),
        (nothing_there, "not there"),
        (sectors_on_the_national_grid, "British National Grid"),
        (sectors_that_say_national_grid, "British National Grid"),
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
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["serve", "check"])
def test_without_a_snapshot_a_command_says_how_to_make_one(command: Command, tmp_path: Path, name: str) -> None:
    line = command.failed(name, data_dir=tmp_path)
    assert "nothing has been published" in line
    assert "harmgrid publish" in line


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
    assert loaded.stdout.splitlines()[0] == "3 sectors taken in; 0 events moved"
    total = next(line for line in loaded.stdout.splitlines() if line.startswith("in all"))
    assert total.split()[2:] == ["20", "20", "0", "0", "0"]
    assert "Published snapshot" in published.stdout
    assert "All agree" in checked.stdout
    assert checked.stdout.count("20 events") == 9  # the records, seven resolutions, sectors + unplaced
    again = run("load", "police-uk", str(force.archive), "--sectors", str(force.sectors), data_dir=tmp_path)
    assert again.stdout.splitlines()[0] == "3 sectors unchanged"
    total = next(line for line in again.stdout.splitlines() if line.startswith("in all"))
    assert total.split()[2:] == ["20", "0", "0", "20", "0"]


def test_the_folder_on_the_command_line_wins_over_the_environment(
    command: Command, tmp_path: Path, force: Force
) -> None:
    line = command.failed("--data-dir", str(tmp_path / "other"), "check", data_dir=force.data_dir)
    assert str(tmp_path / "other") in line


def test_the_demo_is_synthetic_and_the_same_every_time(command: Command, tmp_path: Path, force: Force) -> None:
    data = tmp_path / "data"
    first = run("demo", data_dir=data)
    again = run("demo", data_dir=data)
    assert first.stderr == again.stderr == ""
    version = (data / "CURRENT").read_text().strip()
    assert f"Published snapshot {version}" in first.stdout
    assert f"Published snapshot {version}" in again.stdout
    assert [path.name for path in (data / "snapshots").iterdir()] == [version]
    manifest = json.loads((data / "snapshots" / version / "manifest.json").read_bytes())
    assert manifest["synthetic"] is True
    assert "(synthetic)" in manifest["force"]
    assert "invented" in manifest["attribution"]
    line = command.failed("load", "police-uk", str(force.archive), data_dir=data)
    assert "real events for records that hold synthetic ones" in line


def test_the_demo_does_not_go_into_records_with_real_events(command: Command, tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "archive.zip", rows(NAME))
    run("load", "police-uk", str(archive), data_dir=tmp_path)
    line = command.failed("demo", data_dir=tmp_path)
    assert "synthetic events for records that hold real ones" in line
    assert "--data-dir" in line
    demo = str(tmp_path / "demo-source" / "demo-police.zip")
    assert "synthetic events for records that hold real ones" in command.failed(
        "load", "police-uk", demo, data_dir=tmp_path
    )


def test_the_demo_loaded_by_hand_may_be_loaded_again(tmp_path: Path) -> None:
    demo = build_demo(tmp_path / "source")
    run("load", "police-uk", str(demo.archive), data_dir=tmp_path)
    assert "unchanged" in run("load", "police-uk", str(demo.archive), data_dir=tmp_path).stdout
