"""One tile, one set of bytes: a hundred times over, in two processes, from records in SQLite and in PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harmgrid.records import open_records
from tests.conftest import ROOT
from tests.handmere import load_handmere, publish_handmere
from tests.tile_digests import ZOOMS


def digests(folder: Path, seed: int) -> list[list[str]]:
    """What a process of its own says of the tiles in a folder: name, size, and every digest of each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.tile_digests", str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": str(seed)},  # another order of every set in each process
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [line.split() for line in done.stdout.splitlines()]


@pytest.fixture
def folders(tmp_path: Path, sqlite_url: str, postgresql_url: str) -> list[Path]:
    """The same force, published from either database."""
    made = []
    for name, url in (("sqlite", sqlite_url), ("postgresql", postgresql_url)):
        records = open_records(url)
        load_handmere(records)
        publish_handmere(records, tmp_path / name)
        made.append(tmp_path / name)
    return made


def test_a_tile_is_the_same_bytes_a_hundred_times_in_two_processes_from_either_database(folders: list[Path]) -> None:
    first, *others = [digests(folder, seed) for folder in folders for seed in (1, 2)]
    assert [line[0] for line in first] == [f"{what}/{zoom}" for zoom in ZOOMS for what in ("hex", "sectors", "series")]
    assert all(int(size) > 0 for _, size, *_ in first)
    assert all(len(line) == 3 for line in first), "one digest each"
    assert others == [first] * 3
