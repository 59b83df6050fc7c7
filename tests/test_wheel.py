"""The package that is installed: all rooms, their data and the page with its libraries, and nothing else."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("harmgrid", "etl", "server", "static")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of a wheel, built from a copy of what it needs."""
    copy = tmp_path_factory.mktemp("copy")
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, copy)
    (copy / "server" / "__pycache__").mkdir()
    (copy / "server" / "__pycache__" / "app.cpython-311.pyc").write_bytes(b"")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"]
    done = subprocess.run(build, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (copy / "dist").iterdir()
    with zipfile.ZipFile(wheel) as files:
        assert files.testzip() is None
        return set(files.namelist())


def test_it_holds_every_file_of_every_room(names: set[str]) -> None:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            ours = path.is_file() and "__pycache__" not in path.parts and ROOT / "static" / "vendor" not in path.parents
            if ours:
                assert path.relative_to(ROOT).as_posix() in names


@pytest.mark.parametrize(
    "name",
    [
        "harmgrid/data/police_uk_category_mean_css2020.csv",
        "harmgrid/data/recipes/soc-nine-css-2020.toml",
        "harmgrid/data/css_2020.csv",
        "harmgrid/records/migrations/versions/0001_first_tables.py",
        "etl/profiles/police-uk.toml",
        "static/index.html",
        "static/vendor/maplibre-gl/maplibre-gl.mjs",
        "static/vendor/maplibre-gl/maplibre-gl-worker.mjs",
        "static/vendor/inter/inter-latin.woff2",
    ],
)
def test_it_holds_what_no_import_would_miss(names: set[str], name: str) -> None:
    assert name in names


def test_it_holds_nothing_else(names: set[str]) -> None:
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == set(ROOMS)
    assert [name for name in names if name.endswith((".pyc", ".d.ts", ".map", ".ready", ".sqlite"))] == []


def test_it_installs_the_command_and_carries_the_licence(names: set[str]) -> None:
    about = {name.split("/", 1)[1] for name in names if ".dist-info/" in name}
    assert {"METADATA", "entry_points.txt", "licenses/LICENSE"} <= about
