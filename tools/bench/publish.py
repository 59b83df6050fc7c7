"""Publishing as the command does it: seconds, and the memory of all its processes; DuckDB's bare group-by as a bound.

DuckDB is no dependency of ours: it is installed into an environment of its own for the time of the comparison, and
where that fails the report says so.
"""

import json
import sqlite3
import subprocess
import sys
import venv
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from harmgrid.snapshot import Store
from tools.bench.filled import fill_records
from tools.bench.invented import MONTHS, hexagons, sectors
from tools.bench.timing import Comparison, Disagreement, Line, Reach, Setting, Timing, at_most
from tools.bench.watched import PROGRAM, Watched, memory_below, ours, run_watched

PEER = "duckdb==2.0.0"
# Reads the events once, then only groups them: count, harm, second moment and heaviest, by cell, category and month.
BOUND = """
import json, sys, time, duckdb
events, turns = sys.argv[1], int(sys.argv[2])
base = duckdb.connect()
base.execute("CREATE TABLE events AS SELECT * FROM read_parquet(?)", [events])
seconds = []
for _ in range(turns + 1):
    start = time.perf_counter()
    base.execute("CREATE OR REPLACE TABLE sums AS SELECT cell, category, month, count(*) AS n, sum(w) AS h,"
                 " sum(w * w) AS h2, max(w) AS most FROM events GROUP BY ALL ORDER BY ALL")
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds[1:], "events": base.execute("SELECT sum(n)::BIGINT FROM sums").fetchone()[0]}))
"""


def compare(setting: Setting) -> Comparison:
    """All levels and zooms of an invented force."""
    rows, turns = setting.size(10_000_000, 2_000), setting.size(3, 1)
    database = setting.scratch / "records.db"
    fill_records(database, rows, hexagons(setting.size(5_000, 300)), months=MONTHS, areas=sectors())
    runs = [publish_once(database, setting.scratch / f"data{turn}") for turn in range(turns)]
    taken = Timing(tuple(run.seconds for run in runs))
    lines = [Line(what="harmgrid publish", timing=taken, turns_of=rows)]
    reaches = [at_most(f"{rows:,} events", taken, 90), memory_below(2, runs)]
    bound = None if setting.short else _bound(setting, database, turns=turns)
    if bound:
        ratio = taken.median / bound.median
        lines.append(Line(what=f"{PEER}, group-by of base hexagons alone, all cores", timing=bound, turns_of=rows))
        reaches.append(Reach(what="of the bound", wanted="at most 6 times", found=f"{ratio:.1f} times", met=ratio <= 6))
    return Comparison(
        title="Publish",
        how=f"{rows:,} events of street crime in {MONTHS} months, from SQLite, by the command as it comes, its start "
        "included: read, weighed, counted on seven resolutions and in sectors, tiles prepared for every zoom, written "
        "through to the disk. Memory is that of all its processes together, what they share counted once. "
        + (
            "The bound has the events in memory and groups those of the finest hexagons, without any level above, tile "
            "or file."
            if bound
            else "The bound, a bare group-by in DuckDB, is not there: it could not be installed."
        ),
        lines=tuple(lines),
        reaches=tuple(reaches),
    )


def publish_once(database: Path, data_dir: Path, **settings: str) -> Watched:
    """One run of the command into an empty folder."""
    found = run_watched([PROGRAM, "publish"], ours(data_dir, HARMGRID_DATABASE_URL=f"sqlite:///{database}", **settings))
    Store(directory=data_dir).current()  # or there is nothing to measure
    return found


def _bound(setting: Setting, database: Path, *, turns: int) -> Timing | None:
    """The seconds of the bare group-by, in an environment of its own; None where there can be none."""
    environment, events = setting.scratch / "peer", setting.scratch / "events.parquet"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    installed = subprocess.run(  # noqa: S603 - the environment made a line before
        [python, "-m", "pip", "install", "--quiet", PEER], check=False, stdout=sys.stderr
    )
    if installed.returncode:
        return None
    expected = _export(database, events)
    done = subprocess.run(  # noqa: S603 - the environment made above
        [python, "-c", BOUND, events, str(turns)], check=True, capture_output=True, text=True
    )
    told = json.loads(done.stdout)
    if told["events"] != expected:
        raise Disagreement(f"{told['events']:,} events there, {expected:,} here")
    return Timing(tuple(told["seconds"]))


def _export(database: Path, path: Path) -> int:
    """The events of the records as a file, with a weight of some kind; how many."""
    schema = pa.schema([("cell", pa.int64()), ("category", pa.string()), ("month", pa.int64()), ("w", pa.float64())])
    rows = 0
    with closing(sqlite3.connect(database)) as connection, pq.ParquetWriter(path, schema) as file:
        found = connection.execute("SELECT cell, category, month FROM events")
        while some := found.fetchmany(1_000_000):
            cells, categories, months = zip(*some, strict=True)
            weights = np.array([float(len(category)) for category in categories])
            file.write_table(pa.table([cells, categories, months, weights], schema=schema))
            rows += len(some)
    return rows
