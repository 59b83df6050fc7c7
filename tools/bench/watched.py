"""A command of ours as a user runs it: how long it takes, and how much memory all of its processes hold together."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.bench.timing import Reach

PAUSE_SECONDS = 0.05
PROGRAM = Path(sys.executable).with_name("harmgrid")


@dataclass(frozen=True)
class Watched:
    """What was seen of one run."""

    seconds: float
    peak_bytes: int  # proportional set size: what several processes share is divided among them; 0 where Linux is not


def run_watched(command: list[str | Path], environment: dict[str, str]) -> Watched:
    """Run it to its end.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    start, peak = time.perf_counter(), 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own
        while process.poll() is None:
            peak = max(peak, _held_by(process.pid))
            time.sleep(PAUSE_SECONDS)
        seconds = time.perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Watched(seconds, peak)


def ours(data_dir: Path, **settings: str) -> dict[str, str]:
    """The environment without settings of ours but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HARMGRID_")}
    return kept | {"HARMGRID_DATA_DIR": str(data_dir)} | settings


def memory_below(gigabytes: int, runs: Sequence[Watched]) -> Reach:
    """A target for the most memory of any of these runs."""
    most = max(run.peak_bytes for run in runs) / 1e9
    return Reach(
        what="memory",
        wanted=f"under {gigabytes} GB",
        found=f"{most:.2f} GB" if most else "not known here",
        met=0 < most < gigabytes,
    )


def _held_by(pid: int) -> int:
    """Bytes that a process and its children hold; nothing of one that has just ended."""
    process = Path("/proc") / str(pid)
    try:
        rollup = (process / "smaps_rollup").read_text(encoding="ascii")
        begun = [(task / "children").read_text(encoding="ascii") for task in (process / "task").iterdir()]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return own * 1024 + sum(_held_by(int(child)) for children in begun for child in children.split())
