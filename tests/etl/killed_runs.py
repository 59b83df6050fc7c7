"""A mid-size archive, and a harmgrid command that is killed at a moment of one's choice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from tests.police_uk_builder import ASB, EAST, SEA, WEST, Row, asb, crime, havens, write_archive, write_sectors

ROOT = Path(__file__).resolve().parents[2]
MONTHS = [f"2022-{month:02d}" for month in range(1, 7)]


def write_force(folder: Path, rows_a_month: int) -> tuple[Path, Path]:
    """An archive of six months with every kind of row, and its sectors."""
    random = Random(5)  # noqa: S311 - it only spreads rows about
    files: dict[str, list[Row]] = {}
    for month in MONTHS:
        rows = []
        for number in range(rows_a_month):
            at = random.choice([WEST, EAST, SEA, None])
            kind = random.choice(["Burglary", "Robbery", ASB, "Piracy"])
            reference = f"{month} {number % (rows_a_month - 5)}"  # the last five come twice
            make = asb(at=at) if kind == ASB else crime(reference, at=at, Crime_type=kind)
            rows.append(make | {"Month": month})
        files[f"{month}-havenshire-street.csv"] = rows
    return write_archive(folder / "force.zip", files), write_sectors(folder / "force.geojson", havens())


def start(url: str, data_dir: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The harmgrid command, running."""
    settings = {"HARMGRID_DATABASE_URL": url, "HARMGRID_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-c", "from server.cli import main; main()"]
    return subprocess.Popen(
        [*program, *arguments],
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def run(url: str, data_dir: Path, *arguments: str) -> float:
    """Run a harmgrid command to its end; how many seconds it took."""
    began = time.monotonic()
    process = start(url, data_dir, *arguments)
    _, errors = process.communicate()
    assert process.returncode == 0, errors.decode()
    return time.monotonic() - began


def run_and_kill(url: str, data_dir: Path, *arguments: str, after: float) -> bool:
    """Start a harmgrid command and kill it after so many seconds; whether it was still running."""
    process = start(url, data_dir, *arguments)
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL
