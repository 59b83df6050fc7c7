"""What was measured, as Markdown: the machine without its name, the versions, every figure, those that miss too."""

import os
import platform
import re
import statistics
from importlib.metadata import version
from pathlib import Path

from tools.bench.timing import Comparison, Line, Load, Reach, seconds_text

LIBRARIES = ("numpy", "numba", "pyarrow", "shapely", "pandas", "geopandas", "h3", "h3ronpy", "mapbox-vector-tile")

HEAD = """# Benchmarks

`make bench` wrote this file; run it on your machine. Each figure is of one run on the machine below, unless its
section says that it is of another, with invented, seeded data, warmed up. Turns of both sides alternate where the
table says *turn by turn*, so that a busy machine slows both. Spread is from the lower to the upper quartile. Both
sides must make the same, or there is no figure. What misses its target stays in. It is one run: where these figures
come from, on a virtual machine, seven runs had the ranking's median between 3.0 and 5.7 ms; a target that is met or
missed by little says little.
"""


def report(comparisons: list[Comparison], date: str) -> str:
    """The whole file."""
    return "\n".join([HEAD, _machine(date), *map(section, comparisons)])


def renewed(text: str, comparisons: list[Comparison], date: str) -> str:
    """A report with the sections of these comparisons in place of the older ones, each with its own date."""
    for comparison in comparisons:
        head, title, older = text.partition(f"## {comparison.title}\n")
        next_title = older.find("\n## ")
        after = older[next_title:] if next_title >= 0 else ""
        new = section(comparison).removeprefix(title)
        text = f"{head}{title}\nThis section is of a run of its own, on {date}.\n{new}{after}"
    return text


def section(comparison: Comparison) -> str:
    """One comparison."""
    lines = [f"## {comparison.title}", "", f"{comparison.how[0].upper()}{comparison.how[1:]}", ""]
    if comparison.lines:
        lines += ["| | minimum | median | spread | turns |", "|---|---:|---:|---:|---:|"]
        lines += [*map(_row, comparison.lines), ""]
    if comparison.loads:
        lines += ["| | requests/s | spread | median | 99th percentile | bytes each | requests | rounds |"]
        lines += ["|---|---:|---:|---:|---:|---:|---:|---:|", *map(_load_row, comparison.loads), ""]
    if comparison.reaches:
        lines += ["| target | wanted | measured | |", "|---|---|---:|---|", *map(_reach_row, comparison.reaches), ""]
    return "\n".join(lines)


def _reach_row(reach: Reach) -> str:
    judged = "met" if reach.met else "**missed**"
    return f"| {reach.what} | {reach.wanted or 'none'} | {reach.found} | {judged if reach.wanted else ''} |"


def _row(line: Line) -> str:
    low, high = line.timing.spread
    rate = f", {line.per_second:,.0f} rows/s" if line.turns_of > 1 else ""
    figures = (
        seconds_text(line.timing.minimum),
        seconds_text(line.timing.median) + rate,
        f"{seconds_text(low)} to {seconds_text(high)}",
        str(len(line.timing.seconds)),
    )
    return f"| {line.what} | {' | '.join(figures)} |"


def _load_row(load: Load) -> str:
    low, high = load.rates.spread
    middle = statistics.median
    figures = (
        f"{load.rates.median:,.0f}",
        f"{low:,.0f} to {high:,.0f}",
        seconds_text(middle(done.median for done in load.rounds)),
        seconds_text(load.slowest),
        f"{middle(done.size for done in load.rounds):,.0f}",
        f"{middle(done.requests for done in load.rounds):,.0f}",
        str(len(load.rounds)),
    )
    return f"| {load.what} | {' | '.join(figures)} |"


def _machine(date: str) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return "\n".join(
        [
            "## Machine",
            "",
            "| | |",
            "|---|---|",
            f"| date | {date} |",
            f"| processor | {_processor()}, {len(os.sched_getaffinity(0))} cores that this run could use |",
            f"| memory | {memory:.0f} GiB |",
            f"| system | {platform.system()} {platform.machine()} |",
            f"| Python | {platform.python_version()} |",
            f"| libraries | {libraries} |",
            "",
        ]
    )


def _processor() -> str:
    """The model as Linux tells it."""
    told = Path("/proc/cpuinfo")
    found = (
        re.search(r"^model name\s*: (.+)$", told.read_text(encoding="utf-8"), re.MULTILINE) if told.exists() else None
    )
    return found[1].strip() if found else "unknown"
