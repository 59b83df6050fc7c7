"""Loading takes as much memory for a large file as for a small one."""

import os
import subprocess
import sys
from pathlib import Path

from tests.left_out import leave_out
from tests.police_uk_builder import HEADER, MARCH

ROOT = Path(__file__).resolve().parents[2]
PEAK_MB = 500
# Linux keeps the peak of a process across exec, where it is still the parent's; the peak of its memory map begins anew.
STATUS = Path("/proc/self/status")
CHILD = """
import sys
from pathlib import Path
from server.cli import command
command(["load", "police-uk", sys.argv[1]], standalone_mode=False)
print(next(line for line in Path(sys.argv[2]).read_text().splitlines() if line.startswith("VmHWM")).split()[1])
"""


def write_large(path: Path, megabytes: int) -> Path:
    """Rows of 200 bytes in one file, each with a Crime ID of its own or none."""
    line = "{},2022-03,Havenshire,Havenshire,3.0{:05d},55.05{:04d},On or near Quay Lane,X01,Havenshire 1,{},,{}\n"
    rows = megabytes * 1_000_000 // 200
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        for number in range(rows):
            reference, category = (f"{number:064x}", "Burglary") if number % 4 else ("", "Anti-social behaviour")
            file.write(line.format(reference, number % 30_000, number % 7_000, category, "x" * 30))
    return path


def peak_mb(path: Path, data_dir: Path) -> int:
    """The most memory that a load of this file held, in megabytes."""
    settings = {"HARMGRID_DATA_DIR": str(data_dir), "HARMGRID_DATABASE_URL": "", "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), str(STATUS)],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(answer.stdout.splitlines()[-1]) // 1024


def test_a_file_three_times_as_large_takes_hardly_more_memory(tmp_path: Path) -> None:
    if not STATUS.exists():
        leave_out("the memory of a load", "no /proc here", also_in_ci=True)
    small = peak_mb(write_large(tmp_path / MARCH, 20), tmp_path / "small")
    large = peak_mb(write_large(tmp_path / MARCH, 60), tmp_path / "large")
    assert large < PEAK_MB
    # SQLite's page cache fills to 64 MB with the larger one, and the allocator keeps some
    assert large < small + 130, f"{small} MB for 20 MB of rows, {large} MB for 60 MB"
