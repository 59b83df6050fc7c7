"""The commands that correct and remove, as a person types them, on both databases, and killed in the middle."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harmgrid.records import Records, open_records
from server.cli import main
from server.settings import SETTINGS
from tests.etl.killed_runs import run_and_kill
from tests.people_builder import NAME, WHO, copy_of, receipts_of
from tests.police_uk_builder import table
from tests.sweep import kills

Run = Callable[..., tuple[int, str, str]]
REASON = ("--reason", "review of March")


@pytest.fixture
def records(with_person: Records, database_url: str) -> Records:
    return copy_of(with_person, database_url)


@pytest.fixture
def run(records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process: its status, what it wrote to stdout and to stderr."""

    def command(*words: str) -> tuple[int, str, str]:
        for name in SETTINGS:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HARMGRID_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.setenv("HARMGRID_DATABASE_URL", records.url.render_as_string(hide_password=False))
        monkeypatch.setattr(sys, "argv", ["harmgrid", *words])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        return status, *capfd.readouterr()

    return command


def test_remove_takes_references_from_the_line_and_from_a_file(run: Run, records: Records, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("C05\n\nC404  \n", encoding="utf-8")
    status, out, err = run("remove", "recorded-crime", "C04", "--from", str(tmp_path / "list.txt"), *REASON)
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "           2 events removed",
        "           2 involvements removed",
        "           3 asked for, 1 of them not found",
        "             not found: C404",
        "The next snapshot counts without them: harmgrid publish",
    ]
    assert receipts_of(records)[-1][0] == "remove"


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["remove", "recorded-crime", *REASON], 2, "Name references"),
        (["remove", "recorded-crime", "C04"], 2, "--reason"),
        (["remove", "crimes", "C04", *REASON], 1, "harmgrid: the source 'crimes'"),
        (["remove", "recorded-crime", "C04", "--reason", "C04 is wrong"], 1, "harmgrid: a reason that names"),
        (["remove", "recorded-crime", "--from", "missing.txt", *REASON], 1, "missing.txt: No such file"),
        (["erase", WHO], 2, "--reason"),
        (["erase", " ", *REASON], 2, "NOMINAL is empty"),
        (["erase", WHO, "--reason", f"on behalf of {NAME}"], 1, "harmgrid: a reason that names"),
        (["rejects", "list", "crimes"], 1, "harmgrid: the source 'crimes'"),
        (["rejects", "retry", "crimes"], 1, "harmgrid: the profile 'crimes'"),
        (["rejects", "retry", "police-uk"], 1, "harmgrid: the source 'police-uk'"),
        (["rejects", "load", "recorded-crime", "missing.csv"], 1, "harmgrid: "),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_nothing_is_done(
    run: Run, records: Records, *, words: list[str], status: int, told: str
) -> None:
    found, out, err = run(*words)
    assert (found, out) == (status, "")
    assert told in err
    assert receipts_of(records) == []


def test_a_list_that_is_no_text_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(b"C04\xff\n")
    status, _, err = run("remove", "recorded-crime", "--from", str(tmp_path / "list.txt"), *REASON)
    assert status == 1
    assert "list.txt, which is not UTF-8" in err


def test_erase_says_what_went_and_a_dry_run_what_would(run: Run, records: Records) -> None:
    status, dry, _ = run("erase", WHO, "--dry-run", *REASON)
    assert status == 0
    lines = dry.splitlines()
    assert "           2 rejects removed" in lines
    assert "           1 events.details cleared" in lines
    assert lines[-1] == "Nothing has been done."
    assert table(records, "SELECT count(*) FROM changes") == [(0,)]
    status, out, _ = run("erase", WHO, *REASON)
    assert (status, out.splitlines()[:-1]) == (0, lines[:-1])
    ((action, reason, figures),) = receipts_of(records)
    assert (action, reason) == ("erase", "review of March")
    assert WHO not in json.dumps(figures)


def test_erase_looks_for_other_names_too(run: Run) -> None:
    _, out, _ = run("erase", WHO, "--name", "Vint Harrowmoss", "--dry-run", *REASON)
    assert "           1 nominals.name left, for they name something else" in out.splitlines()


def test_rejects_are_listed_by_source_file_and_reason(run: Run) -> None:
    assert run("rejects", "list")[1].splitlines() == [
        "           1 memberships memberships.csv: ends_before_it_starts",
        "           3 recorded-crime recorded-crime-more.csv: unreadable_date",
        "           1 recorded-crime recorded-crime.csv: offence_damaged",
        "           5 in all",
    ]
    assert run("rejects", "list", "memberships")[1].splitlines()[-1] == "           1 in all"


def test_rejects_are_exported_mended_and_loaded(run: Run, records: Records, tmp_path: Path) -> None:
    path = tmp_path / "mend.csv"
    assert run("rejects", "export", "recorded-crime", str(path))[1] == f"4 rejects written to {path}\n"
    assert run("rejects", "export", "recorded-crime", str(path))[0] == 1, "it is there already"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["Date"] = row["Date"].replace("x", "2023-03-03")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    status, out, err = run("rejects", "load", "recorded-crime", str(path))
    assert (status, err) == (0, "")
    counted = [line.split() for line in out.splitlines()]
    assert counted[1:4] == [
        ["recorded-crime-more.csv", "3", "3", "0", "0", "0"],
        ["recorded-crime.csv", "1", "0", "0", "0", "1"],
        ["in", "all", "4", "3", "0", "0", "1"],
    ]
    assert table(records, "SELECT reasons FROM rejects ORDER BY 1") == [
        ("ends_before_it_starts",),
        ("offence_damaged",),
    ]
    assert "3 rows that are no rejects" in run("rejects", "load", "recorded-crime", str(path))[1]


def test_a_profile_that_understands_the_rows_brings_them_in(run: Run, records: Records, tmp_path: Path) -> None:
    status, out, _ = run("rejects", "retry", own_profile(tmp_path))
    assert status == 0
    assert out.splitlines()[3].split() == ["in", "all", "4", "3", "0", "0", "1"]
    assert receipts_of(records)[-1][0] == "retry"


def test_a_redraw_leaves_its_receipt_and_the_same_sectors_do_not(run: Run, records: Records, tmp_path: Path) -> None:
    sectors = Path(__file__).resolve().parents[1] / "data" / "handmere" / "sectors.geojson"
    query = "SELECT reason, figures FROM changes WHERE action = 'redraw'"
    assert run("load", "sectors", str(sectors))[0] == 0
    assert table(records, query) == []
    (tmp_path / "new.geojson").write_text(sectors.read_text().replace("56.1", "56.2"))
    assert run("load", "sectors", str(tmp_path / "new.geojson"), "--valid-from", "2023-04-01")[0] == 0
    ((reason, figures),) = table(records, query)
    assert reason == "from 2023-04-01"
    assert json.loads(figures) == {"sector": {"read": 3, "loaded": 3, "updated": 0, "unchanged": 0, "withdrawn": 0}}


def state(url: str) -> tuple[int, ...]:
    names = ("events", "nominals", "homes", "memberships", "priorities", "involvements", "rejects", "changes")
    found = open_records(url)
    return tuple(table(found, f"SELECT count(*) FROM {name}")[0][0] for name in names)  # noqa: S608 - ours


def own_profile(folder: Path) -> str:
    """Recorded crime on one day, whatever the file says."""
    shipped = Path(__file__).resolve().parents[2] / "etl" / "profiles" / "recorded-crime.toml"
    own = folder / "own.toml"
    own.write_text(shipped.read_text().replace('date = "Date"\n', "") + '\n[fixed]\ndate = "2023-03-04"\n')
    return str(own)


@kills(2, 30)
@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (("erase", WHO, *REASON), (0, -1, -1, -1, -1, -1, -2, 1)),
        (("remove", "recorded-crime", "C50", "C51", *REASON), (-2, 0, 0, 0, 0, -2, 0, 1)),
        (("rejects", "retry"), (3, 0, 0, 0, 0, 0, -3, 1)),
    ],
)
def test_a_command_that_is_killed_leaves_before_or_after_and_a_second_one_ends_it(
    with_person: Records, tmp_path: Path, *, words: tuple[str, ...], changed: tuple[int, ...], kills: int
) -> None:
    whole, killed = (tmp_path / name for name in ("whole.sqlite", "killed.sqlite"))
    copy_of(with_person, f"sqlite:///{whole}")
    before = state(f"sqlite:///{whole}")
    after = tuple(count + change for count, change in zip(before, changed, strict=True))
    if words[0] == "rejects":
        words = (*words, own_profile(tmp_path))
    for kill in range(kills):
        for path in tmp_path.glob("killed.sqlite*"):
            path.unlink()
        shutil.copy(whole, killed)
        run_and_kill(f"sqlite:///{killed}", tmp_path / "data", *words, after=0.8 + 1.2 * kill / kills)
        assert state(f"sqlite:///{killed}") in {before, after}
    run_and_kill(f"sqlite:///{killed}", tmp_path / "data", *words, after=60)
    assert state(f"sqlite:///{killed}")[:-1] == after[:-1]
    if words[0] == "erase":
        for path in tmp_path.glob("killed.sqlite*"):
            assert not any(word.encode() in path.read_bytes() for word in (WHO, NAME))


def test_the_commands_explain_themselves() -> None:
    program = [sys.executable, "-c", "from server.cli import main; main()"]
    shown = subprocess.run([*program, "rejects", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(name in shown for name in ("list", "export", "retry", "load"))
