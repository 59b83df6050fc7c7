"""The bench runs, small and fast; that it is fast enough is no matter of a test."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TITLES = [
    "Cold hexagon tile",
    "Cold hexagon tile against PostGIS",
    "Ranked sectors",
    "Load into SQLite",
    "Publish",
    "Restart to first tile",
]
NEW = {"Cold hexagon tile against PostGIS"}  # the report may lack them until `make bench` is run again


def test_the_short_bench_runs_every_comparison_and_writes_no_report() -> None:
    document = ROOT / "docs" / "benchmarks.md"
    before = document.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench", "--short"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert re.findall(r"^## (.+)$", done.stdout, re.MULTILINE) == TITLES
    assert document.read_bytes() == before


def test_the_report_has_every_comparison_and_names_no_machine_or_folder() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    there = [title for title in re.findall(r"^## (.+)$", text, re.MULTILINE) if title in TITLES]
    assert there == [title for title in TITLES if title in there or title not in NEW]
    assert re.search(r"/(home|tmp|work|root|usr)/", text) is None
