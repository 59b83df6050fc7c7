"""The documents against the code: what exists is in the reference, and what the reference shows is true."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from etl.rows import REASONS
from harmgrid import errors, recipes
from harmgrid.errors import HarmgridError
from harmgrid.snapshot import Store
from server import hosts, serve, settings, warming
from server.app import create_app
from server.cli import command
from server.errors import status_of
from server.openapi import description
from server.settings import SETTINGS, Settings
from tests.force_builder import Force

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
EXAMPLE = re.compile(r"```\nGET (\S+)\n```\n\n```json\n(.*?)\n```", re.DOTALL)
EXAMPLES = dict(EXAMPLE.findall(REFERENCE))
CHANGES = {"snapshot", "published"}  # differ from one publishing, or one machine, to the next


def table(heading: str) -> list[list[str]]:
    """The cells of every row of the tables under a heading."""
    section = REFERENCE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows]


def first_names(heading: str) -> list[str]:
    """The names in the first column of the tables under a heading."""
    return [name for row in table(heading) for name in re.findall(r"`([^`]+)`", row[0])]


def commands(group: click.Group, before: str = "harmgrid") -> Iterator[tuple[str, click.Command]]:
    for name, found in group.commands.items():
        if isinstance(found, click.Group):
            yield from commands(found, f"{before} {name}")
        else:
            yield f"{before} {name}", found


def kinds() -> list[type[HarmgridError]]:
    members = [
        member
        for module in (errors, hosts, serve, settings, warming)
        for _, member in inspect.getmembers(module, inspect.isclass)
    ]
    return sorted({kind for kind in members if issubclass(kind, HarmgridError)}, key=lambda kind: kind.__name__)


@pytest.mark.quick
def test_every_setting_is_in_the_reference_in_the_words_of_the_code() -> None:
    rows = {row[0].strip("`"): row[2].replace("`", "") for row in table("Settings") if row[0].startswith("`")}
    assert rows == {name: setting.meaning for name, setting in SETTINGS.items()}


@pytest.mark.quick
def test_every_command_is_in_the_reference_and_no_other() -> None:
    named = [re.sub(r"( \[?[A-Z]+\]?)+$", "", name) for name in first_names("Commands") if name.startswith("harmgrid ")]
    assert named == [name for name, _ in sorted(commands(command), key=lambda found: named.index(found[0]))]


@pytest.mark.quick
def test_every_option_is_in_the_reference_with_its_commands_and_no_other() -> None:
    there = {"--help": {"every command"}, "--version": {"harmgrid"}, "--data-dir": {"harmgrid, before the command"}}
    for name, found in commands(command):
        for parameter in found.params:
            if isinstance(parameter, click.Option):
                there.setdefault(parameter.opts[0], set()).add(name.removeprefix("harmgrid "))
    rows = [row for row in table("Commands") if row[0].startswith("`--")]
    said = {row[0].strip("`").split()[0]: row[1].replace("`", "") for row in rows}
    assert set(said) == set(there)
    for option, where in there.items():
        assert said[option] in where or set(said[option].split(", ")) == where


@pytest.mark.quick
def test_every_error_code_is_in_the_reference_with_its_status() -> None:
    rows = {name: row[1] for row in table("Errors") for name in re.findall(r"`([a-z_]+)`", row[0])}
    assert set(rows) == {kind.code for kind in kinds()} | {"internal"}
    over_http = {"invalid_window", "unknown_parameter", "untrusted_host", "unknown_place", "invalid_tile"}
    over_http |= {"no_snapshot", "snapshot_corrupt", "too_broad", "unknown_record", "records_closed", "other_recipe"}
    over_http |= {"records_unusable", "unweighed_events"}
    for kind in kinds():
        expected = str(status_of(kind(came="", expected="", do=""))) if kind.code in over_http else ""
        assert rows[kind.code] == expected, kind.code


@pytest.mark.quick
def test_every_reject_reason_is_in_the_reference_in_the_words_of_the_code() -> None:
    rows = {row[0].strip("`"): row[1] for row in table("Reject reasons") if row[0].startswith("`")}
    assert "missing_…" in rows  # one row for the many fields
    given = {reason: text for reason, text in REASONS.items() if not reason.startswith("missing_")}
    assert {reason: text for reason, text in rows.items() if reason != "missing_…"} == given


@pytest.mark.quick
def test_every_address_and_parameter_is_in_the_reference_and_no_other() -> None:
    paths = description()["paths"]
    said = {
        name
        for name in first_names("Addresses")
        if name.startswith("/") and name not in {"/", "/static/…", "/records", "/briefing"}
    }
    assert said == set(paths)
    of: dict[str, set[str]] = {}
    for path, item in paths.items():
        for parameter in item["get"]["parameters"]:
            if parameter["in"] == "query":
                of.setdefault(parameter["name"], set()).add(path.removeprefix("/api").split("/")[1].split(".")[0])
    rows = {row[0].strip("`"): set(row[1].split(", ")) for row in table("Addresses") if row[0].strip("`") in of}
    assert rows == of


def test_every_example_is_what_the_server_answers(force: Force, handmere_dir: Path) -> None:
    """Those of the records are of Handmere, which has groups and people."""
    client, of_records = (
        create_app(
            Settings.from_environment({"HARMGRID_DATA_DIR": str(folder), "HARMGRID_RECORDS": "on"})
        ).test_client()
        for folder in (force.data_dir, handmere_dir)
    )
    api = {path.split("{")[0].removesuffix(".") for path in description()["paths"] if path.startswith("/api/")}
    assert all(any(address.startswith(path) for address in EXAMPLES) for path in api)
    records = tuple(path for path in api if "503" in responses_of(path))
    for address, text in EXAMPLES.items():
        answer = (of_records if address.startswith(records) else client).get(address)
        assert differences(json.loads(text), answer.get_json(), address) == []
    found = {path.name for path in (force.data_dir / "snapshots" / Store(directory=force.data_dir).current()).iterdir()}
    assert {name for name in found if not is_described(name)} == set()


def responses_of(start: str) -> set[str]:
    """The statuses of the first address that starts so."""
    return next(
        set(item["get"]["responses"]) for path, item in description()["paths"].items() if path.startswith(start)
    )


def is_described(name: str) -> bool:
    """Whether the reference has a line for a file of a snapshot, and its array by name."""
    for row in table("Files of a snapshot"):
        pattern = re.sub(r"<\w+>", r"([a-z0-9_]+)", re.escape(row[0].strip("`").rpartition("/")[2]).replace(r"\<", "<"))
        match = re.fullmatch(pattern.replace(r"\>", ">"), name)
        if match:
            return not match.groups() or f"`{match[match.lastindex or 0]}`" in row[1]
    return False


def differences(shown: object, found: object, where: str) -> list[str]:
    """Where an example is not true: a list may be cut, a number rounded, a text end in an ellipsis."""
    if isinstance(shown, dict) and isinstance(found, dict):
        if list(shown) != list(found):
            return [f"{where}: {list(shown)} is {list(found)}"]
        pairs = [(shown[name], found[name], f"{where} {name}") for name in shown if name not in CHANGES]
    elif isinstance(shown, list) and isinstance(found, list) and len(shown) <= len(found):
        pairs = [(one, other, f"{where} {i}") for i, (one, other) in enumerate(zip(shown, found, strict=False))]
    elif isinstance(shown, int | float) and isinstance(found, int | float) and not isinstance(shown, bool):
        return [] if shown == pytest.approx(found, rel=1e-3) else [f"{where}: {shown} is {found}"]
    elif isinstance(shown, str) and isinstance(found, str) and shown.endswith("…"):
        return [] if found.startswith(shown[:-1]) else [f"{where}: {shown} is {found}"]
    else:
        return [] if shown == found and type(shown) is type(found) else [f"{where}: {shown} is {found}"]
    return [difference for pair in pairs for difference in differences(*pair)]


@pytest.mark.quick
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_only_files_commands_and_settings_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (path.parent / link).exists()] == []
    names = {name.removeprefix("harmgrid ").split()[0] for name, _ in commands(command)}
    said = re.findall(r"(?:^|`)(?:\$ )?harmgrid ([a-z-]+)", text, re.MULTILINE)
    assert set(said) <= names
    known = {*SETTINGS, "HARMGRID_REAL_DATA"}  # the latter is of the tests, see CONTRIBUTING
    assert set(re.findall(r"\bHARMGRID_[A-Z_]+[A-Z]", text)) <= known


@pytest.mark.quick
def test_every_key_of_a_recipe_is_described_and_no_other() -> None:
    text = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert named == recipes.KEYS | recipes.MEASURE_KEYS | {"based_on"}
