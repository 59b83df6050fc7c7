"""Publishing, with reading, linking, weighing, counting and writing; and the bare group-by of DuckDB as its bound.

DuckDB is no dependency of ours: it is installed into an environment of its own for the time of the comparison, and
where that fails the report says so.
"""

import json
import sqlite3
import subprocess
import sys
import venv
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.publish import publish
from harmgrid.recipes import DEFAULT_RECIPE, read_recipe
from harmgrid.records import open_records
from harmgrid.snapshot import Store
from harmgrid.types import month_from_text, month_text
from tools.bench.invented import sectors
from tools.bench.load import load_here, write_rows
from tools.bench.timing import Comparison, Disagreement, Line, Reach, Setting, Timing, seconds_text, turn_by_turn

PEER = "duckdb==2.0.0"
MONTHS = 24
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
    rows, turns = setting.size(1_000_000, 2_000), setting.size(3, 1)
    folder, database = setting.scratch / "months", setting.scratch / "records.db"
    folder.mkdir()
    months = setting.size(MONTHS, 2)
    first = month_from_text("2022-01")
    for month in range(first, first + months):
        write_rows(folder, rows // months, month_text(month))
    load_here(folder, database, sectors())
    records, scoring = open_records(f"sqlite:///{database}"), read_recipe(DEFAULT_RECIPE)

    def work(turn: int) -> None:
        store = Store(directory=setting.scratch / f"store{turn}")
        publish(records, store, scoring, now=datetime(2026, 1, 1, tzinfo=UTC), progress=lambda _: None)

    taken = turn_by_turn({"ours": work}, turns=turns, warm_ups=setting.size(1, 0))["ours"]
    lines = [Line(what="harmgrid, publish", timing=taken, turns_of=rows)]
    seconds = seconds_text(taken.median)  # the target is for ten times as many, so it is told and not judged
    reaches = [Reach(what=f"{rows:,} events (10 million: under 90 s)", wanted="", found=seconds, met=True)]
    bound = None if setting.short else _bound(setting, database, turns=turns)
    if bound:
        ratio = taken.median / bound.median
        lines.append(Line(what=f"{PEER}, group-by of base hexagons alone, all cores", timing=bound, turns_of=rows))
        reaches.append(Reach(what="of the bound", wanted="at most 6 times", found=f"{ratio:.1f} times", met=ratio <= 6))
    return Comparison(
        title="Publish",
        how=f"{rows:,} events of street crime in {months} months, from SQLite: read, weighed, counted on seven "
        "resolutions and in sectors, tiles prepared for every zoom, written through to the disk. Its memory is not "
        "measured yet. "
        + (
            "The bound has the events in memory and groups those of the finest hexagons, without any level above, tile "
            "or file."
            if bound
            else "The bound, a bare group-by in DuckDB, is not there: it could not be installed."
        ),
        lines=tuple(lines),
        reaches=tuple(reaches),
    )


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
    with closing(sqlite3.connect(database)) as connection:
        cells, categories, months = zip(
            *connection.execute("SELECT coalesce(cell, 0), category, month FROM events"), strict=True
        )
    weights = pa.array([float(len(category)) for category in categories])
    columns = {"cell": pa.array(cells, pa.int64()), "category": pa.array(categories), "month": pa.array(months)}
    pq.write_table(pa.table(columns | {"w": weights}), path)
    return len(cells)
