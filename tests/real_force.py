"""Northumbria, loaded and published once a session, and the rows of its archive counted without harmgrid."""

import csv
import io
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from harmgrid.records import Records, open_records
from harmgrid.snapshot import Store

ROOT = Path(__file__).resolve().parent.parent
ARCHIVE = "police-uk-northumbria-2020-05_2023-02.zip"
SECTORS = Path("northumbria-boundaries") / "sectors_approx.geojson"


@dataclass(frozen=True, kw_only=True)
class Northumbria:
    """What the three commands made of the published data, and that data."""

    source: Path  # the folder of published data
    data_dir: Path
    load_text: str  # what `harmgrid load` said
    cpu_s: float  # processor time of loading and publishing; whatever else the machine does, it stays the same

    @property
    def archive(self) -> Path:
        return self.source / ARCHIVE

    @property
    def sectors(self) -> Path:
        return self.source / SECTORS

    @property
    def records(self) -> Records:
        return open_records(f"sqlite:///{self.data_dir / 'records.sqlite'}")

    @property
    def store(self) -> Store:
        return Store(directory=self.data_dir)

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        """Every row of the archive, by Python's own CSV reader; only the columns that the tests count."""
        return list(self._rows())

    def _rows(self) -> Iterator[dict[str, str]]:
        columns = ("Crime ID", "Month", "Longitude", "Latitude", "Crime type")
        with zipfile.ZipFile(self.archive) as archive:
            for name in sorted(archive.namelist()):
                with archive.open(name) as packed, io.TextIOWrapper(packed, "utf-8", newline="") as lines:
                    for row in csv.DictReader(lines):
                        yield {column: sys.intern(row[column]) for column in columns}


@pytest.fixture(scope="session")
def northumbria(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Northumbria:
    """The real force, made by the command line as a person would."""
    data_dir = tmp_path_factory.mktemp("northumbria")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = _harmgrid(data_dir, "load", "police-uk", str(real_data / ARCHIVE), "--sectors", str(real_data / SECTORS))
    _harmgrid(data_dir, "publish")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Northumbria(source=real_data, data_dir=data_dir, load_text=said, cpu_s=cpu_s)


def _harmgrid(data_dir: Path, *arguments: str) -> str:
    settings = {"HARMGRID_DATA_DIR": str(data_dir), "HARMGRID_DATABASE_URL": "", "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-c", "from server.cli import main; main()"]
    done = subprocess.run(
        [*program, *arguments], env=os.environ | settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
