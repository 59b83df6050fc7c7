"""The house rules that no linter knows: sizes, names, calls that stay out, and a CONTRIBUTING that tells the truth.

Who may import whom is in pyproject.toml; `make lint` checks that.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("harmgrid", "etl", "server", "static", "tests", "tools")
LINES_AT_MOST = 400
IMPORTS_WHERE_NEEDED = ROOT / "server" / "cli.py"
NEVER_IMPORTED = {"cloudpickle", "dill", "marshal", "pickle", "shelve"}
NEVER_CALLED = {"eval", "exec", "read_pickle", "to_pickle"}


def sources(*endings: str) -> list[Path]:
    """Every file of ours with one of these endings."""
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in endings]
    found += [path for path in ROOT.glob("*") if path.suffix in endings]
    return sorted(path for path in found if ROOT / "static" / "vendor" not in path.parents)


def named(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def syntax_trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sources(".py"):
        yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_inside_functions(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))


def unsafe_parts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of everything that could run what it reads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in NEVER_IMPORTED)
        elif isinstance(node, ast.ImportFrom) and node.module in NEVER_IMPORTED:
            yield node.lineno, node.module
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in NEVER_CALLED:
                yield node.lineno, name
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False":
            yield node.value.lineno, node.arg


def unsafe_names(text: str) -> list[str]:
    return [name for _, name in unsafe_parts(ast.parse(text))]


def test_no_file_is_longer_than_a_person_reads() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources(".py", ".js", ".css")}
    assert lines, "no sources were found"
    assert {named(path, count) for path, count in lines.items() if count > LINES_AT_MOST} == set()


def test_no_file_is_called_utils() -> None:
    vague = re.compile(r"utils?|helpers?|misc|common")
    assert [named(path, 1) for path in sources(".py", ".js") if vague.fullmatch(path.stem)] == []


def test_an_import_inside_a_function_has_its_reason_beside_it() -> None:
    without = []
    for path, tree in syntax_trees():
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in imports_inside_functions(tree):
            beside = lines[node.lineno - 1], lines[node.lineno - 2].lstrip()
            if path != IMPORTS_WHERE_NEEDED and "#" not in beside[0] and not beside[1].startswith("#"):
                without.append(named(path, node.lineno))
    assert without == []


def test_nothing_runs_what_it_reads() -> None:
    assert [f"{named(path, line)} {name}" for path, tree in syntax_trees() for line, name in unsafe_parts(tree)] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import pickle", "pickle"),
        ("from shelve import open", "shelve"),
        ("eval('1')", "eval"),
        ("builtins.exec('1')", "exec"),
        ("pandas.read_pickle(p)", "read_pickle"),
        ("numpy.load(p, allow_pickle=True)", "allow_pickle"),
        ("numpy.load(p, allow_pickle=wanted)", "allow_pickle"),
    ],
)
def test_each_way_to_run_what_is_read_is_seen(text: str, name: str) -> None:
    assert unsafe_names(text) == [name]


def test_a_load_that_refuses_pickles_is_fine() -> None:
    assert unsafe_names("numpy.load(p, allow_pickle=False)") == []


def test_contributing_names_only_targets_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named_there = set(re.findall(r"`make ([a-z]+)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    assert named_there
    assert named_there <= targets


def test_every_target_of_the_makefile_has_its_line_in_the_list() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert sorted(phony[1].split()) == sorted(re.findall(r"^([a-z]+):.*## .+$", makefile, re.MULTILINE))
